"""Handing over: parcels that stand here with their labels go to the carrier."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.carriers.base import name_of
from fulfillment.models import Shipment
from fulfillment.models.shipments import TrackingStatus
from fulfillment.services import shipping
from fulfillment.services.locking import lock_shipments
from inventory.models import Location
from oms.core import transitions
from oms.core.outcome import Outcome
from oms.core.sets import insert_rows, update_rows
from oms.core.timeline import event_of
from oms.core.words import inside
from orders.guards import held
from orders.services import rollups

Status = Shipment.Status
NOT_SEEN = TrackingStatus.UNKNOWN, TrackingStatus.PRE_TRANSIT  # by the carrier


class Heap(NamedTuple):
    """The parcels of one carrier at one location, the oldest first."""

    location: Location
    carrier: str
    parcels: list[Shipment]

    @property
    def carrier_name(self) -> str:
        return name_of(self.carrier)

    @property
    def ready(self) -> list[Shipment]:
        return [each for each in self.parcels if not why_kept(each)]


def standing_here(places: Collection[int] | None) -> QuerySet[Shipment]:
    """Shipped or packed with a label, not handed over, and not seen by the carrier."""
    rows = Shipment.objects.filter(
        ~Q(tracking_number=""),
        status__in=(Status.DRAFT, Status.SHIPPED),
        handed_over_at=None,
        tracking_status__in=NOT_SEEN,
    ).exclude(fulfillment_order__location__kind=Location.Kind.SUPPLIER)
    if places is not None:
        rows = rows.filter(fulfillment_order__location__in=places)
    return rows


def why_kept(parcel: Shipment) -> str:
    """Why a parcel must not go to the carrier; needs its order."""
    return held(parcel.order, "ship")


@transaction.atomic
def hand_over(shipments: Iterable[Shipment], *, actor: str, at=None) -> Outcome:
    """The carrier has them. What is packed and labelled is shipped by that."""
    at = at or timezone.now()
    wanted = {shipment.pk for shipment in shipments}
    locked = lock_shipments(wanted, contents=False)
    out = transitions.missing(wanted, locked, _("The shipment"))
    fit = []
    for parcel in locked:
        if reason := _refusal(parcel):
            out.refuse(parcel.pk, f"{parcel}: {reason}")
        else:
            fit.append(parcel)
    drafts = [parcel for parcel in fit if parcel.status == Status.DRAFT]
    if drafts:
        shipped = shipping.ship_labelled(drafts, actor=actor, at=at)
        out.refused |= shipped.refused
        fresh = {parcel.pk: parcel for parcel in shipped.done}
        fit = [fresh.get(p.pk, p) for p in fit if p.pk not in shipped.refused]
    for parcel in fit:
        parcel.handed_over_at = at
    update_rows(Shipment, {p.pk: (at,) for p in fit}, ["handed_over_at"])
    what, data = "shipment.handed_over", {}
    insert_rows(
        [
            event_of(p, what, actor=actor, at=at, data=data | {"carrier": p.carrier})
            for p in fit
        ]
    )
    rollups.touch({parcel.order_id for parcel in fit})
    out.done += fit
    return out


def _refusal(parcel: Shipment) -> str:
    if parcel.handed_over_at is not None:
        return _("it was handed over at %(at)s already.") % {
            "at": f"{timezone.localtime(parcel.handed_over_at):%H:%M}"
        }
    if parcel.status not in (Status.DRAFT, Status.SHIPPED):
        return _("it is %(status)s; there is nothing to hand over.") % {
            "status": inside(parcel.get_status_display())
        }
    if not parcel.tracking_number:
        return _("it has no label; pack it first.")
    return ""
