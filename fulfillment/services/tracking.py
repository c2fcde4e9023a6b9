"""What carriers report, and what we conclude from it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.models import Shipment, TrackingEvent
from fulfillment.models.shipments import TrackingStatus
from fulfillment.services import notices
from fulfillment.services.locking import lock_shipments
from oms.core import transitions
from oms.core.outcome import Outcome
from oms.core.sets import insert_missing, update_rows
from oms.core.sound import is_text, keys
from oms.core.words import inside
from orders.services import progress, promises, rollups


class Report(NamedTuple):
    """One line of a carrier's tracking. `at`: when it happened, with its zone."""

    shipment_id: int
    status: str
    at: datetime
    description: str = ""


@transaction.atomic
def record_tracking(reports: Sequence[Report], *, actor: str, at=None) -> Outcome:
    """Keep what carriers report, each thing once, and deliver what has arrived.

    done: the shipments reported on; refused: by position. Reports may come twice and in
    any order: the newest by its own time is what the shipment shows.
    """
    at = at or timezone.now()
    named = keys(report.shipment_id for report in reports)
    shipments = {s.pk: s for s in lock_shipments(named, contents=False)}
    out = Outcome()
    sound = []
    for position, report in enumerate(reports):
        known = type(report.shipment_id) is int
        shipment = shipments.get(report.shipment_id) if known else None
        if reason := _refusal(report, shipment):
            out.refuse(position, reason)
        else:
            sound.append(report)
    rows = {
        (report.shipment_id, report.at, report.status): TrackingEvent(
            shipment_id=report.shipment_id,
            status=report.status,
            description=report.description,
            at=report.at,
        )
        for report in sound
    }
    insert_missing([rows[key] for key in sorted(rows)], ["shipment_id"])
    out.done = [shipments[pk] for pk in sorted({r.shipment_id for r in sound})]
    _show_newest(out.done, at)
    arrived = {r.shipment_id for r in sound if r.status == TrackingStatus.DELIVERED}
    _deliver([s for s in out.done if s.pk in arrived], actor, at)
    rollups.refresh(list({s.order_id: s.order for s in out.done}.values()))
    return out


def _refusal(report: Report, shipment: Shipment | None) -> str:
    if shipment is None:
        return _("Shipment %(pk)r does not exist; check the tracking number.") % {
            "pk": report.shipment_id
        }
    if shipment.status not in {shipment.Status.SHIPPED, shipment.Status.DELIVERED}:
        return _("%(shipment)s: it is %(status)s; ship it before it is tracked.") % {
            "shipment": shipment,
            "status": inside(shipment.get_status_display()),
        }
    if report.status not in TrackingStatus.values:
        return _(
            "%(shipment)s: tracking status %(status)r is unknown; use one of: %(all)s."
        ) % {
            "shipment": shipment,
            "status": report.status,
            "all": ", ".join(TrackingStatus.values),
        }
    if not _is_moment(report.at) or not is_text(report.description, 200):
        return _(
            "%(shipment)s: a report needs a time with its zone and at most 200 "
            "characters of text, none of them NUL. Correct it and send it again."
        ) % {"shipment": shipment}
    return ""


def _is_moment(at) -> bool:
    """A time that has a zone and is still one in UTC, as which it is kept."""
    if not isinstance(at, datetime) or at.utcoffset() is None:
        return False
    try:
        at.astimezone(UTC)
    except OverflowError:
        return False
    return True


def _show_newest(shipments: list[Shipment], at: datetime) -> None:
    newest = {
        pk: (status, event_at)
        for pk, status, event_at in TrackingEvent.objects.filter(shipment__in=shipments)
        .order_by("shipment", "-at", "-id")
        .distinct("shipment")
        .values_list("shipment", "status", "at")
    }
    changed = [s for s in shipments if _shown(s) != newest[s.pk]]
    troubled = [s for s in changed if notices.may_have_items(s, at)]
    for shipment in changed:
        shipment.tracking_status, shipment.last_event_at = newest[shipment.pk]
    update_rows(
        Shipment,
        {s.pk: _shown(s) for s in changed},
        ["tracking_status", "last_event_at"],
    )
    notices.parcels_were_heard_of(changed, troubled, at=at)


def _shown(shipment: Shipment) -> tuple[str, datetime | None]:
    return shipment.tracking_status, shipment.last_event_at


def _deliver(shipments: list[Shipment], actor: str, at: datetime) -> None:
    on_the_way = [s for s in shipments if s.status == s.Status.SHIPPED]
    done = transitions.apply_many(on_the_way, "deliver", actor=actor, at=at).done
    arrived: dict[int, int] = defaultdict(int)
    for shipment in done:
        for line in shipment.lines.all():
            arrived[line.order_line_id] += line.quantity
    progress.delivered(arrived)
    promises.kept({s.order_id: s.order for s in done}.values(), at=at)
