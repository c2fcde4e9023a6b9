"""Status changes of whole sets: django-fsm decides row by row, SQL writes once.

The order of every service: lock, load facts, decide, write. Facts are loaded by
statements after the lock, so that they are newer than what was waited for.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oms.core.base import labels_of
from oms.core.models import Event
from oms.core.outcome import Outcome
from oms.core.sets import insert_rows, update_rows
from oms.core.timeline import event_of
from oms.core.words import VERBS, inside


def guard(reason_of: Callable[[models.Model], str]) -> Callable:
    """Make a condition of a function that returns why not, or "" when it may.

    Guards read loaded facts only: they run with queries forbidden in the tests.
    """

    def condition(row: models.Model) -> bool:
        return not reason_of(row)

    condition.reason_of = reason_of
    condition.__name__ = reason_of.__name__
    condition.__doc__ = reason_of.__doc__
    return condition


def lock(model: type[models.Model], pks: Iterable[int]) -> list[models.Model]:
    """Lock rows in the order of their keys and return them as they are after the wait.

    FOR NO KEY UPDATE: rows that refer to them can still be inserted meanwhile.
    """
    rows = model.objects.filter(pk__in=set(pks)).order_by("pk")
    return list(rows.select_for_update(no_key=True))


def refusals(row: models.Model, name: str) -> list[str]:
    """Why the transition `name` may not be made now: one sentence a reason, or none."""
    meta = getattr(type(row), name)._django_fsm
    if not meta.has_transition(row.status):
        model = type(row)
        reason = _("it is %(status)s; only %(sources)s can go on") % {
            "status": _label(model, row.status),
            "sources": _sources(model, name, get_language()),
        }
        if note := row.status_note():
            reason = f"{reason}; {note}"
        return [_sentence(row, name, reason)]
    conditions = meta.get_transition(row.status).conditions
    reasons = (condition.reason_of(row) for condition in conditions)
    return [_sentence(row, name, reason) for reason in reasons if reason]


def apply_many(
    rows: Sequence[models.Model], name: str, *, actor: str, at: datetime, **data
) -> Outcome:
    """Make the transition on every row that may, and write rows and events in two
    statements. `rows` come from `lock`, with the facts that guards read loaded after
    it.
    """
    before = {row.pk: row.__dict__.copy() for row in rows}
    out, events = decide_many(rows, name, actor=actor, at=at, **data)
    if out.done:
        touched = sorted(
            field.name
            for field in out.done[0]._meta.concrete_fields
            if any(
                before[row.pk].get(field.attname) != row.__dict__.get(field.attname)
                for row in out.done
            )
        )
        attnames = [out.done[0]._meta.get_field(field).attname for field in touched]
        values = {
            row.pk: tuple(row.__dict__[attname] for attname in attnames)
            for row in out.done
        }
        update_rows(type(out.done[0]), values, touched)
        insert_rows(events)
    return out


def decide_many(
    rows: Sequence[models.Model], name: str, *, actor: str, at: datetime, **data
) -> tuple[Outcome, list[Event]]:
    """The same in memory only, for rows that the caller is going to write itself."""
    out, events = Outcome(), []
    for row in rows:
        if reasons := refusals(row, name):
            out.refused[row.pk] = reasons
            continue
        transition = getattr(row, name)
        from_status = row.status
        transition(at=at, **data)
        action = transition._django_fsm.get_transition(from_status).custom["action"]
        events.append(
            event_of(
                row, action, actor=actor, at=at, from_status=from_status, data=data
            )
        )
        out.done.append(row)
    return out, events


def missing(wanted: Iterable[int], found: Iterable[models.Model], what: str) -> Outcome:
    """Refuse the keys for which there is no row."""
    out = Outcome()
    for pk in set(wanted) - {row.pk for row in found}:
        out.refuse(
            pk,
            _("%(what)s with key %(pk)s does not exist; check the key")
            % {"what": what, "pk": pk},
        )
    return out


@cache
def _sources(model: type[models.Model], name: str, _language: str) -> str:
    """From where the transition can be made, in the language that is spoken now."""
    statuses = getattr(model, name)._django_fsm.transitions
    return ", ".join(sorted(_label(model, status) for status in statuses))


def _label(model: type[models.Model], status: str) -> str:
    return inside(labels_of(model._meta.get_field("status")).get(status, status))


def _sentence(row: models.Model, name: str, reason: str) -> str:
    return _("%(row)s: cannot %(transition)s: %(reason)s.") % {
        "row": row,
        "transition": VERBS[name],
        "reason": reason,
    }
