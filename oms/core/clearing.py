"""Clearing work items: one fix for many of them, tried out first or done."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from oms.core import panels
from oms.core.fixes import Fix, documents_of
from oms.core.models import Event, WorkItem
from oms.core.outcome import Outcome

Status = WorkItem.Status


class Cleared(NamedTuple):
    """What became of the items: no longer waiting, on their way (they close when it is
    known), refused with reasons."""

    closed: list[WorkItem]
    under_way: list[WorkItem]
    refused: dict[WorkItem, list[str]]


def clear(
    fix: Fix,
    items: Collection[WorkItem],
    values: dict,
    *,
    actor: str,
    seen: datetime,
    dry: bool = False,
) -> Cleared:
    """Run a fix for these items as they were `seen`; what has changed since is refused
    with who changed it. `dry`: say what would become of them, and leave no trace."""
    pks = [item.pk for item in items]
    with transaction.atomic():
        now = WorkItem.objects.filter(pk__in=pks).order_by("opened_at", "pk")
        fresh, refused = [], {}
        stale = [i for i in now if i.status == Status.RESOLVED or i.updated_at > seen]
        told = who_did(stale) if stale else {}
        for item in now:
            if item in stale:
                refused[item] = [told[item.pk]]
            elif not fix.offered(item):
                refused[item] = [_("%(item)s There is no suggestion.") % {"item": item}]
            else:
                fresh.append(item)
        out = fix.run(fresh, actor, values) if fresh else None
        cleared = _sorted(fresh, out, refused) if fresh else Cleared([], [], refused)
        if dry:
            transaction.set_rollback(True)
    return cleared


def _sorted(fresh: Iterable[WorkItem], out: Outcome, refused: dict) -> Cleared:
    """The tables know best what still waits, or rests, as it did before."""
    after = WorkItem.objects.in_bulk([item.pk for item in fresh])
    closed, under_way = [], []
    for item in fresh:
        if _state(after[item.pk]) != _state(item):
            closed.append(item)
        elif item.pk in out.refused:
            refused[item] = out.refused[item.pk]
        else:
            under_way.append(item)
    return Cleared(closed, under_way, refused)


def _state(item: WorkItem) -> tuple:
    return item.status, item.snoozed_until


def who_did(items: Collection[WorkItem]) -> dict[int, str]:
    """{item's key: sentence} that tells who closed or changed these items. Two
    statements."""
    roots = {pk: document.root for pk, document in documents_of(list(items)).items()}
    mine = Q(pk__in=[])
    for item in items:
        for root_type, root_id in {item.timeline_root, roots[item.pk]}:
            mine |= Q(root_type=root_type, root_id=root_id, at__gte=item.opened_at)
    last: dict[tuple, list[Event]] = {}
    for event in Event.objects.filter(mine).order_by("-id")[:1000]:
        last.setdefault((event.root_type, event.root_id), []).append(event)
    return {
        item.pk: _told(
            item,
            [
                *last.get(item.timeline_root, []),
                *last.get(roots[item.pk], []),
            ],
        )
        for item in items
    }


def _told(item: WorkItem, events: list[Event]) -> str:
    closing = [event for event in events if event.at == item.resolved_at]
    people = [event for event in events if event.actor.startswith("user:")]
    event = next(iter([*closing[-1:], *people, *events]), None)
    if event is None:
        text = _("%(item)s It has changed since you looked; look again.")
        return text % {"item": item}
    return _("%(item)s %(who)s: %(what)s, %(at)s.") % {
        "item": item,
        "who": event.actor.removeprefix("user:"),
        "what": panels.action_label(event.action).lower(),
        "at": panels.moment(event.at),
    }
