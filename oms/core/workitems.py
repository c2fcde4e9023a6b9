"""Work items: what waits for a person. Opened by findings, closed when the cause is
gone."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from oms.core.models import WorkItem
from oms.core.sets import insert_missing


def open_items(items: Iterable[WorkItem]) -> None:
    """Write the items that are not open yet: one open item per kind and subject."""
    rows = sorted(items, key=lambda i: (i.subject_type, i.subject_id, i.kind))
    insert_missing(rows, ["subject_type", "subject_id", "kind"])


def resolve_items(
    subject_type: str,
    subject_ids: Iterable[int],
    *,
    at: datetime,
    keep: Iterable[tuple[int, str]] = (),
) -> None:
    """Close what is open for these subjects, but for the (subject_id, kind) in
    `keep`."""
    rows = WorkItem.objects.filter(
        subject_type=subject_type, subject_id__in=set(subject_ids)
    ).exclude(status=WorkItem.Status.RESOLVED)
    still = Q(pk__in=[])
    for subject_id, kind in keep:
        still |= Q(subject_id=subject_id, kind=kind)
    rows.exclude(still).update(
        status=WorkItem.Status.RESOLVED, resolved_at=at, updated_at=timezone.now()
    )
