"""Work items: what waits for a person. Opened by findings, closed when the cause is
gone."""

import json
from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from oms.core.models import WorkItem

OPEN = """
    INSERT INTO core_workitem (created_at, updated_at, opened_at, kind, subject_type,
                               subject_id, title, data, status)
    SELECT statement_timestamp(), statement_timestamp(), statement_timestamp(),
           *, 'open'
    FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::text[], %s::jsonb[])
    ON CONFLICT (subject_type, subject_id, kind) WHERE NOT (status = 'resolved')
    DO UPDATE SET title = EXCLUDED.title, data = EXCLUDED.data,
                  updated_at = EXCLUDED.updated_at
    WHERE core_workitem.title <> EXCLUDED.title
       OR core_workitem.data <> EXCLUDED.data"""


def open_items(items: Iterable[WorkItem]) -> None:
    """Write the items: one open item per kind and subject. One that is open already
    says from now on what is wrong now, and keeps its owner."""
    first: dict[tuple, WorkItem] = {}
    for item in items:
        first.setdefault((item.subject_type, item.subject_id, item.kind), item)
    if not first:
        return
    rows = [first[key] for key in sorted(first)]
    names = "kind", "subject_type", "subject_id", "title"
    columns = [[getattr(row, name) for row in rows] for name in names]
    with connection.cursor() as cursor:
        cursor.execute(OPEN, [*columns, [json.dumps(row.data) for row in rows]])


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
