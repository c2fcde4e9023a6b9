"""Work items: what waits for a person. Opened by findings, closed when the cause is
gone; people take them, let them rest and say that they are done."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core.models import User, WorkItem
from oms.core.outcome import Outcome
from oms.core.sets import insert_rows, update_rows
from oms.core.sound import is_text, keys
from oms.core.timeline import event_of

OPEN = """
    INSERT INTO core_workitem (created_at, updated_at, opened_at, kind, subject_type,
                               subject_id, title, data, status)
    SELECT statement_timestamp(), statement_timestamp(), %s, *, 'open'
    FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::text[], %s::jsonb[])
    ON CONFLICT (subject_type, subject_id, kind) WHERE NOT (status = 'resolved')
    DO UPDATE SET title = EXCLUDED.title, data = EXCLUDED.data,
                  updated_at = EXCLUDED.updated_at
    WHERE core_workitem.title <> EXCLUDED.title
       OR core_workitem.data <> EXCLUDED.data"""


def open_items(items: Iterable[WorkItem], *, at: datetime) -> None:
    """Write the items: one open item per kind and subject, open since `at`. One that
    is open already says from now on what is wrong now, and keeps its owner and age."""
    first: dict[tuple, WorkItem] = {}
    for item in items:
        first.setdefault((item.subject_type, item.subject_id, item.kind), item)
    if not first:
        return
    rows = [first[key] for key in sorted(first)]
    names = "kind", "subject_type", "subject_id", "title"
    columns = [[getattr(row, name) for row in rows] for name in names]
    with connection.cursor() as cursor:
        data = [json.dumps(row.data) for row in rows]
        cursor.execute(OPEN, [at, *columns, data])


def resolve_items(
    subject_type: str,
    subject_ids: Iterable[int],
    *,
    at: datetime,
    keep: Iterable[tuple[int, str]] = (),
    kinds: Iterable[str] | None = None,
) -> None:
    """Close what is open for these subjects, of these kinds if given, but for the
    (subject_id, kind) in `keep`."""
    rows = WorkItem.objects.filter(
        subject_type=subject_type, subject_id__in=set(subject_ids)
    ).exclude(status=WorkItem.Status.RESOLVED)
    if kinds is not None:
        rows = rows.filter(kind__in=set(kinds))
    still = Q(pk__in=[])
    for subject_id, kind in keep:
        still |= Q(subject_id=subject_id, kind=kind)
    rows.exclude(still).update(
        status=WorkItem.Status.RESOLVED, resolved_at=at, updated_at=timezone.now()
    )


# --- By people ------------------------------------------------------------------------

MOST_NOTE = 200
LONGEST = timedelta(days=366)
Status = WorkItem.Status


@transaction.atomic
def assign_items(
    pks: Collection[int], owner: User | None, *, actor: str, at=None
) -> Outcome:
    """Say who looks after these items; None: nobody any more."""
    at = at or timezone.now()
    out = _lock(pks)
    name = owner.get_username() if owner else ""
    if owner is not None and not (owner.is_active and owner.is_staff):
        return _refuse_all(
            out,
            _("%(name)s has no access here; choose somebody else.") % {"name": name},
        )
    changed = [item for item in out.done if item.owner_id != (owner and owner.pk)]
    for item in changed:
        item.owner = owner
    _write(changed, ["owner"], "assigned", {"owner": name}, actor, at)
    return out


@transaction.atomic
def snooze_items(
    pks: Collection[int], until: datetime, *, actor: str, note: str = "", at=None
) -> Outcome:
    """Let items rest; they come back by themselves."""
    at = at or timezone.now()
    out = _lock(pks)
    if not isinstance(until, datetime) or not at < until <= at + LONGEST:
        return _refuse_all(out, _("Choose a time within a year from now."))
    for item in out.done:
        item.status, item.snoozed_until = Status.SNOOZED, until
    data = {"until": until.isoformat()} | ({"note": note} if note else {})
    _write(out.done, ["status", "snoozed_until"], "snoozed", data, actor, at)
    return out


@transaction.atomic
def wake_items(pks: Collection[int], *, actor: str, at=None) -> Outcome:
    """They wait again; those that do already stay as they are."""
    at = at or timezone.now()
    out = _lock(pks)
    resting = [item for item in out.done if item.status == Status.SNOOZED]
    for item in resting:
        item.status, item.snoozed_until = Status.OPEN, None
    _write(resting, ["status", "snoozed_until"], "woken", {}, actor, at)
    return out


@transaction.atomic
def close_items(pks: Collection[int], *, note: str, actor: str, at=None) -> Outcome:
    """A person says that it is done; the note says what."""
    at = at or timezone.now()
    out = _lock(pks)
    if not is_text(note, MOST_NOTE) or not note.strip():
        return _refuse_all(out, _("Write in 1 to 200 characters what was done."))
    for item in out.done:
        item.status, item.resolved_at = Status.RESOLVED, at
    data = {"note": note.strip()}
    _write(out.done, ["status", "resolved_at"], "closed", data, actor, at)
    return out


def due_items(at: datetime | None = None) -> list[int]:
    """Keys of those that have rested long enough."""
    due = WorkItem.objects.filter(
        status=Status.SNOOZED, snoozed_until__lte=at or timezone.now()
    )
    return list(due.order_by("pk").values_list("pk", flat=True))


def in_days(days: int, at: datetime | None = None) -> datetime:
    """At seven in the morning, in the time zone of who asks."""
    day = timezone.localtime(at or timezone.now()) + timedelta(days=days)
    return day.replace(hour=7, minute=0, second=0, microsecond=0)


def _lock(pks: Collection[int]) -> Outcome:
    """done: the items that wait or rest, locked; refused: the others."""
    rows = WorkItem.objects.filter(pk__in=keys(pks)).order_by("pk")
    found = {item.pk: item for item in rows.select_for_update(no_key=True)}
    out = Outcome([i for i in found.values() if i.status != Status.RESOLVED])
    for pk in pks:
        if pk not in found:
            out.refuse(pk, _("Work item %(pk)s does not exist.") % {"pk": pk})
        elif found[pk].status == Status.RESOLVED:
            text = _("%(item)s This is closed already.")
            out.refuse(pk, text % {"item": found[pk]})
    return out


def _refuse_all(out: Outcome, reason: str) -> Outcome:
    for item in out.done:
        out.refuse(item.pk, reason)
    out.done = []
    return out


def _write(items, names: list[str], what: str, data: dict, actor: str, at) -> None:
    values = {
        item.pk: tuple(
            getattr(item, WorkItem._meta.get_field(name).attname) for name in names
        )
        for item in items
    }
    update_rows(WorkItem, values, names)
    insert_rows(
        [
            event_of(item, f"workitem.{what}", actor=actor, at=at, data=data)
            for item in items
        ]
    )
