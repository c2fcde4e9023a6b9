"""Parcels on their way that a person should look into: what the carrier reports, and
silence."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fulfillment.carriers.base import name_of
from fulfillment.models import Shipment
from fulfillment.models.shipments import TrackingStatus
from fulfillment.services.locking import lock_shipments
from oms.core import workitems
from oms.core.models import WorkItem
from oms.core.outcome import Outcome

SILENT = "parcel_silent"
TROUBLE = {
    TrackingStatus.DELIVERY_FAILED: gettext_lazy(
        "the carrier could not deliver it. Ask the customer for a better address or "
        "time, and tell the carrier."
    ),
    TrackingStatus.RETURN_TO_SENDER: gettext_lazy(
        "it is on its way back. Call the customer; take it in when it arrives, then "
        "send it again or give the money back."
    ),
    TrackingStatus.EXCEPTION: gettext_lazy(
        "the carrier reports a problem. Ask it what has happened, and tell the "
        "customer if it takes longer."
    ),
}
KINDS = [SILENT, *(f"parcel_{status}" for status in TROUBLE)]


def silent_parcels(at=None) -> list[int]:
    """Keys of the parcels on their way of which nobody has heard for OMS_SILENT_DAYS
    and of which no work item says so yet."""
    known = WorkItem.objects.filter(kind=SILENT, subject_type="shipment")
    known = known.exclude(status=WorkItem.Status.RESOLVED)
    silent = Shipment.objects.filter(
        status=Shipment.Status.SHIPPED,
        last_event_at__lte=(at or timezone.now()) - _patience(),
    ).exclude(pk__in=known.values("subject_id"))
    return list(silent.order_by("last_event_at", "pk").values_list("pk", flat=True))


@transaction.atomic
def tell_of_silence(shipments: Iterable[int], *, at=None) -> Outcome:
    """A work item for each of these parcels, by primary key, that is still silent."""
    at = at or timezone.now()
    locked = lock_shipments(shipments, contents=False)
    silent = [s for s in locked if s.status == s.Status.SHIPPED and is_silent(s, at)]
    workitems.open_items([_item(s, SILENT, _silence(s, at)) for s in silent], at=at)
    return Outcome(silent)


def is_silent(shipment: Shipment, at: datetime) -> bool:
    last = shipment.last_event_at
    return last is not None and last <= at - _patience()


def may_have_items(shipment: Shipment, at: datetime) -> bool:
    """Whether its last report, or how old that is, may have opened one. Asked before
    the new report is put down."""
    return shipment.tracking_status in TROUBLE or is_silent(shipment, at)


def parcels_were_heard_of(
    parcels: Sequence[Shipment], troubled: Iterable[Shipment], *, at: datetime
) -> None:
    """Close the work items of those that had some, unless they are in the same trouble
    still, and open those that the new reports ask for."""
    items = [
        _item(s, f"parcel_{s.tracking_status}", TROUBLE[s.tracking_status])
        for s in parcels
        if s.tracking_status in TROUBLE
    ]
    closed = [shipment.pk for shipment in troubled]
    if closed:
        keep = [(item.subject_id, item.kind) for item in items]
        workitems.resolve_items("shipment", closed, at=at, keep=keep, kinds=KINDS)
    workitems.open_items(items, at=at)


def _patience() -> timedelta:
    return timedelta(days=settings.OMS_SILENT_DAYS)


def _silence(shipment: Shipment, at: datetime) -> str:
    return _(
        "nobody has heard of it for %(days)d days. Ask the carrier, and tell the "
        "customer."
    ) % {"days": (at - shipment.last_event_at).days}


def _item(shipment: Shipment, kind: str, text: str) -> WorkItem:
    title = _("%(parcel)s (%(carrier)s %(number)s): %(text)s") % {
        "parcel": shipment,
        "carrier": name_of(shipment.carrier),
        "number": shipment.tracking_number,
        "text": text,
    }
    return WorkItem(
        kind=kind,
        subject_type="shipment",
        subject_id=shipment.pk,
        title=" ".join(title.split())[:300],
    )
