"""How labels are written, whoever decided: the row, its parcel and the timeline."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from fulfillment.carriers.base import Parcel
from fulfillment.models import Label, Shipment
from oms.core import workitems
from oms.core.models import Event
from oms.core.sets import insert_rows, update_rows
from oms.core.timeline import event_of

SETTLE = "fulfillment.tasks.settle_labels"
FAILED_ITEM = "label_failed"
WRITTEN = ["status", "tracking_number", "price", "currency", "attempts"]
WRITTEN += ["next_attempt_at", "error", "document", "purchased_at", "voided_at"]


def parcel_of(label: Label, price: Decimal | None = None, currency: str = "") -> Parcel:
    """What the carrier is told; needs the shipment with its order and its work's
    location."""
    shipment = label.shipment
    order, place = shipment.order, shipment.fulfillment_order.location
    sender = (place.name, place.code, place.country)
    receiver = (
        order.ship_to_name,
        order.ship_to_company,
        order.ship_to_street,
        order.ship_to_street2,
        f"{order.ship_to_postal_code} {order.ship_to_city}".strip(),
        order.ship_to_region,
    )
    return Parcel(
        label.idempotency_key,
        label.pk,
        label.service,
        shipment.weight_grams or 0,
        shipment.number,
        tuple(filter(None, sender)),
        tuple(filter(None, receiver)),
        order.ship_to_country,
        order.ship_to_postal_code,
        price,
        currency,
    )


def stick_on(label: Label) -> None:
    """The parcel has this label now."""
    label.shipment.tracking_number = label.tracking_number
    label.shipment.carrier = label.carrier


def take_off(label: Label) -> None:
    """A parcel that stands here has no number any more; a voided one keeps it."""
    shipment = label.shipment
    mine = label.carrier, label.tracking_number
    if (
        shipment.status == Shipment.Status.DRAFT
        and label.tracking_number
        and (shipment.carrier, shipment.tracking_number) == mine
    ):
        shipment.carrier = shipment.tracking_number = ""


def write_labels(labels: Sequence[Label], actor: str, at: datetime) -> None:
    """Labels that changed, what that means for their parcels, and the events."""
    rows = {x.pk: tuple(getattr(x, name) for name in WRITTEN) for x in labels}
    update_rows(Label, rows, WRITTEN)
    parcels = {x.shipment_id: x.shipment for x in labels}
    update_rows(
        Shipment,
        {pk: (s.tracking_number, s.carrier) for pk, s in parcels.items()},
        ["tracking_number", "carrier"],
    )
    insert_rows([label_event(label, label.status, actor, at) for label in labels])
    settled = [x.shipment_id for x in labels if x.status in ("purchased", "voided")]
    if settled:
        workitems.resolve_items("shipment", settled, at=at, kinds=[FAILED_ITEM])


def label_event(label: Label, what: str, actor: str, at: datetime) -> Event:
    """On the timeline of the parcel."""
    data = {"label": label.idempotency_key, "service": label.service}
    if label.tracking_number:
        data["tracking_number"] = label.tracking_number
    if label.price is not None:
        data["price"] = f"{label.price:f} {label.currency}"
    if what in (Label.Status.REQUESTED, Label.Status.PURCHASED) and label.reason:
        data["why"] = label.reason
    if label.error:
        data["error"] = label.error
    action = f"shipment.label_{what}"
    return event_of(label.shipment, action, actor=actor, at=at, data=data)
