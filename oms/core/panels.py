"""Panels: small tables below the fields of an admin page.

An app fills the page of a model to its left by `register_panel`, so that the page needs
no import of what stands to its right.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from oms.core.models import Event
from oms.core.money import rounded
from oms.core.numbering import PREFIX

NOTHING = "–"
KEPT_ZEROS = re.compile(r"(?<=\d\.\d\d)00(?=\s|$)")  # amounts are kept to four places
MOST_EVENTS = 200


class Table(NamedTuple):
    """What a panel shows. Cells are text or safe HTML; `note` stands below."""

    title: str
    headings: list[str]
    rows: list[list[Any]]
    note: str = ""
    empty: str = ""


Panel = Callable[[models.Model], Table | None]

_panels: dict[type[models.Model], list[Panel]] = defaultdict(list)
_actions: dict[str, str] = {}
_facts: dict[str, str] = {}


def register_panel(model: type[models.Model], panel: Panel) -> None:
    """Show `panel(row)` on the admin page of each row of `model`; None: nothing."""
    if panel not in _panels[model]:
        _panels[model].append(panel)


def panels_of(row: models.Model) -> list[Table]:
    tables = (panel(row) for panel in _panels[type(row)])
    return [table for table in tables if table is not None]


def describe_events(
    actions: Mapping[str, str], facts: Mapping[str, str] | None = None
) -> None:
    """The words for actions and for the keys of their data; each app knows its own."""
    _actions.update(actions)
    _facts.update(facts or {})


def known_actions() -> list[str]:
    return sorted(_actions)


def action_label(action: str) -> str:
    if action in _actions:
        return str(_actions[action])
    return action.replace(".", " ").replace("_", " ").capitalize()


def facts_in_words(data: Mapping[str, Any]) -> str:
    """An event's data as "key: value" pairs, without brackets and quotes."""
    return "; ".join(
        f"{fact_label(key)}: {value_in_words(value).rstrip('.')}"
        for key, value in data.items()
    )


def fact_label(key: str) -> str:
    return str(_facts.get(key, key.replace("_", " ")))


def value_in_words(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} → {value_in_words(v)}" for key, v in value.items())
    if isinstance(value, list):
        return ", ".join(map(value_in_words, value)) or NOTHING
    return NOTHING if value in (None, "") else KEPT_ZEROS.sub("", str(value))


# --- Cells ----------------------------------------------------------------------------


@cache
def _model_named(name: str) -> type[models.Model] | None:
    named = (m for m in apps.get_models() if m._meta.model_name == name)
    return next(named, None)


def page_url(model: type[models.Model] | str, pk: int | None) -> str:
    """The admin page of a row, given by its model or the model's name; "" for none."""
    model = _model_named(model) if isinstance(model, str) else model
    if model is None or pk is None:
        return ""
    meta = model._meta
    try:
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[pk])
    except NoReverseMatch:
        return ""


def link(model: type[models.Model] | str, pk: int | None, text: Any = None) -> str:
    """A link to the admin page of a row; asks nothing of the database."""
    if pk is None:
        return NOTHING
    if text is None:
        text = f"{model_label(model)} {_prefix(model)}{pk}"
    url = page_url(model, pk)
    return format_html('<a href="{}">{}</a>', url, text) if url else str(text)


def link_for(
    user, model: type[models.Model] | str, pk: int | None, text: Any = None
) -> str:
    """The same for somebody: without permission to look at the row, its name only."""
    found = _model_named(model) if isinstance(model, str) else model
    if found is not None:
        meta = found._meta
        if user.has_perm(f"{meta.app_label}.view_{meta.model_name}"):
            return link(model, pk, text)
    name = f"{model_label(model)} {_prefix(model)}{pk}"
    return name if text is None else str(text)


def _prefix(model: type[models.Model] | str) -> str:
    name = model if isinstance(model, str) else model._meta.model_name
    return PREFIX.get(name, "")


def model_label(model: type[models.Model] | str) -> str:
    found = _model_named(model) if isinstance(model, str) else model
    return str(model) if found is None else str(found._meta.verbose_name).capitalize()


def money(amount: Decimal | None, currency: str) -> str:
    """With the digits of its currency; never broken over two lines."""
    if amount is None:
        return NOTHING
    figure = rounded(amount, currency)
    text = number_format(figure, use_l10n=True, force_grouping=True)
    return f"{text}\N{NO-BREAK SPACE}{currency}"


def moment(at) -> str:
    return (
        NOTHING if at is None else date_format(localtime(at), "SHORT_DATETIME_FORMAT")
    )


def badge(status: str, label: str) -> SafeString:
    """A status as a coloured word; the colours stand in admin.css."""
    return format_html('<span class="badge badge-{}">{}</span>', status, label)


def status_badge(row: models.Model, field: str = "status") -> SafeString:
    return badge(getattr(row, field), getattr(row, f"get_{field}_display")())


def lines_of(texts: Iterable[str]) -> SafeString:
    """Sentences, one below the other."""
    html = SafeString("")
    for text in texts:
        html += format_html("<div>{}</div>", text)
    return html


# --- The timeline ---------------------------------------------------------------------


def timeline(row: models.Model) -> Table:
    """What happened to a document and to all that belongs to it, oldest first; on the
    page of a part (work, a parcel) only what happened to the part."""
    name = row._meta.model_name
    root_type, root_id = getattr(row, "timeline_root", (name, row.pk))
    events = Event.objects.filter(root_type=root_type, root_id=root_id)
    if root_type != name:
        events = events.filter(subject_type=name, subject_id=row.pk)
    found = list(events.order_by("id")[: MOST_EVENTS + 1])
    note = ""
    if len(found) > MOST_EVENTS:
        note = _("The first %(n)d events; the list of events has them all.") % {
            "n": MOST_EVENTS
        }
    return Table(
        _("Timeline"),
        [_("At"), _("What"), _("Which"), _("Status"), _("Details"), _("By")],
        [_event_row(event) for event in found[:MOST_EVENTS]],
        note,
        _("Nothing has happened yet."),
    )


def _event_row(event: Event) -> list:
    return [
        moment(event.at),
        action_label(event.action),
        link(event.subject_type, event.subject_id),
        status_change(event),
        facts_in_words(event.data) or NOTHING,
        event.actor,
    ]


def status_change(event: Event) -> str:
    """ "Pending → Confirmed", in the words of the subject's status field."""
    if not event.to_status:
        return NOTHING
    words = _status_words(event.subject_type)
    to = words.get(event.to_status, event.to_status)
    if not event.from_status:
        return to
    return f"{words.get(event.from_status, event.from_status)} → {to}"


def _status_words(model_name: str) -> dict[str, str]:
    model = _model_named(model_name)
    if model is None or not hasattr(model, "status"):
        return {}
    choices = model._meta.get_field("status").choices or ()
    return {value: str(label) for value, label in choices}
