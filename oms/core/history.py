"""The timeline of a document as people read it: newest first, by day, with the words
and the values of each event."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db import models
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from oms.core import panels
from oms.core.models import Event
from oms.core.when import day_in_words, time_in_words

PERSON = "user:"
MOST = 50


class Entry(NamedTuple):
    """An event in words. `who`: the person, "" for what no person did."""

    at: datetime
    when: str
    who: str
    by: str
    what: str
    subject: str
    details: str
    note: str


class Day(NamedTuple):
    label: str
    entries: list[Entry]


class History(NamedTuple):
    """`older`: the event to go on before, None where there is no more."""

    days: list[Day]
    older: int | None


def history(
    row: models.Model, user, *, people_only: bool = False, before: int | None = None
) -> History:
    """The events of the document and of all that belongs to it, in one statement, for
    this person: links lead where they may look."""
    events = Event.objects.filter(root_type=row._meta.model_name, root_id=row.pk)
    if people_only:
        events = events.filter(actor__startswith=PERSON)
    if before is not None:
        events = events.filter(id__lt=before)
    found = list(events.order_by("-id")[: MOST + 1])
    shown = found[:MOST]
    days = [
        Day(day_in_words(day), [entry(event, user) for event in same])
        for day, same in groupby(shown, lambda event: localdate(event.at))
    ]
    return History(days, shown[-1].pk if len(found) > MOST else None)


def person(actor: str) -> str:
    """The name of a member of staff; "" for programs, channels and customers."""
    return actor.removeprefix(PERSON) if actor.startswith(PERSON) else ""


def entry(event: Event, user) -> Entry:
    who = person(event.actor)
    is_root = (event.subject_type, event.subject_id) == (event.root_type, event.root_id)
    data = dict(event.data)
    return Entry(
        at=event.at,
        when=time_in_words(event.at),
        who=who,
        by="" if who else event.actor,
        note=str(data.pop("text", "")),
        what=panels.action_label(event.action),
        subject=""
        if is_root
        else panels.link_for(user, event.subject_type, event.subject_id),
        details=format_html_join("; ", "{}", ((d,) for d in _details(event, data))),
    )


def _details(event: Event, data: dict[str, Any]) -> Iterator[str]:
    if event.to_status:
        yield panels.status_change(event)
    before, after = data.get("before"), data.get("after")
    if isinstance(before, dict) and isinstance(after, dict):
        del data["before"], data["after"]
        yield from (_diff(name, before.get(name), new) for name, new in after.items())
    if data:
        yield panels.facts_in_words(data)


def _diff(name: str, old: Any, new: Any) -> SafeString:
    """What it was, struck out, and what it is."""
    words = {True: _("yes"), False: _("no")}
    old, new = (
        words[value] if isinstance(value, bool) else panels.value_in_words(value)
        for value in (old, new)
    )
    was = format_html("<del>{}</del> ", old) if old != panels.NOTHING else ""
    return format_html("{}: {}<ins>{}</ins>", panels.fact_label(name), was, new)
