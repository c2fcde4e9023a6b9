"""The timeline: what happened, to which document, by whom."""

from datetime import datetime

from django.db import models

from oms.core.building import build
from oms.core.models import Event


def event_of(
    row: models.Model,
    action: str,
    *,
    actor: str,
    at: datetime,
    from_status: str | None = None,
    data: dict | None = None,
) -> Event:
    """An unsaved event of `row`; `row.timeline_root` names the document it belongs to.

    `action` is `<model>.<participle>`. With `from_status` ("" for a new row) it is a
    change of status to the one that the row has now. Nobody subscribes to events yet,
    so they count as dispatched when they are written.
    """
    root_type, root_id = row.timeline_root
    return build(
        Event,
        subject_type=row._meta.model_name,
        subject_id=row.pk,
        root_type=root_type,
        root_id=root_id,
        action=action,
        from_status=from_status or "",
        to_status="" if from_status is None else row.status,
        actor=actor,
        data=data or {},
        at=at,
        dispatched_at=at,
    )
