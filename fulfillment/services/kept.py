"""What work and parcels keep of a person: shown for an export, blanked for an
erasure."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from fulfillment.models import (
    FulfillmentOrder,
    FulfillmentOrderLine,
    Label,
    RoutingDecision,
    Shipment,
    TrackingEvent,
)
from orders.persons import Keys, Part, register_part, rows
from orders.services.kept import erase_items, items_of


def kept(orders: Keys) -> dict[str, list[dict[str, Any]]]:
    of_order, of_parcel = {"order__in": orders}, {"shipment__order__in": orders}
    works = FulfillmentOrder.objects.filter(**of_order)
    return {
        "fulfillment orders": rows(works),
        "fulfillment lines": rows(
            FulfillmentOrderLine.objects.filter(fulfillment_order__in=works)
        ),
        "routing decisions": rows(RoutingDecision.objects.filter(**of_order)),
        "shipments": rows(Shipment.objects.filter(**of_order)),
        "tracking": rows(TrackingEvent.objects.filter(**of_parcel)),
        "labels": rows(Label.objects.filter(**of_parcel)),
    }


def under_way(orders: Keys) -> dict[int, list[str]]:
    reasons = defaultdict(list)
    labels = Label.objects.filter(shipment__order__in=orders, status__in=Label.OPEN)
    for label in labels.select_related("shipment").order_by("pk"):
        text = _("A label of %(parcel)s waits for its carrier.")
        text %= {"parcel": label.shipment}
        reasons[label.shipment.order_id].append(text)
    return reasons


def erase(orders: Keys, at: datetime) -> None:
    """Labels show the address. The parcel's number stays: it proves the delivery."""
    of_parcel = {"shipment__order__in": orders}
    labels = Label.objects.filter(**of_parcel)
    labels.update(document=None, error="", updated_at=at)
    TrackingEvent.objects.filter(**of_parcel).update(description="")
    RoutingDecision.objects.filter(order__in=orders).update(reason="")
    works = FulfillmentOrder.objects.filter(order__in=orders)
    works.update(scheduled_reason="", updated_at=at)
    parcels = Shipment.objects.filter(order__in=orders)
    erase_items(items_of("fulfillmentorder", works.values("pk")))
    erase_items(items_of("shipment", parcels.values("pk")))
    erase_items(items_of("label", labels.values("pk")))


register_part("fulfillment", Part(kept, under_way, erase, ("description", "reason")))
