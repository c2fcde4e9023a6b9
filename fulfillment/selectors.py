"""Reads for the order page: its work, parcels and decisions, each in one statement."""

from django.db.models import (
    OuterRef,
    Prefetch,
    Subquery,
    Sum,
    prefetch_related_objects,
)
from django.db.models.functions import JSONObject

from fulfillment.models import (
    FulfillmentOrder,
    Label,
    RoutingDecision,
    Shipment,
    ShipmentLine,
    TrackingEvent,
)
from orders.models import Order


def load_for_page(order: Order) -> None:
    """Parcels know their `last_scan` {"status", "description", "at"}, the key of their
    bought label, `label_pk`, and how many `pieces` are in them; lines know their order
    lines."""
    scans = TrackingEvent.objects.filter(shipment=OuterRef("pk")).order_by("-at", "-id")
    scan = scans.values(
        said=JSONObject(status="status", description="description", at="at")
    )
    bought = Label.objects.filter(shipment=OuterRef("pk"), status="purchased")
    inside = ShipmentLine.objects.filter(shipment=OuterRef("pk")).order_by()
    inside = inside.values("shipment").annotate(n=Sum("quantity"))
    parcels = Shipment.objects.order_by("id").annotate(
        last_scan=Subquery(scan[:1]),
        label_pk=Subquery(bought.values("pk")[:1]),
        pieces=Subquery(inside.values("n")),
    )
    works = FulfillmentOrder.objects.select_related("location", "wave").order_by("id")
    decisions = RoutingDecision.objects.order_by("-id")
    prefetch_related_objects(
        [order],
        Prefetch("fulfillment_orders", works),
        "fulfillment_orders__lines",
        Prefetch("shipments", parcels),
        Prefetch("routing_decisions", decisions),
    )
    lines = {line.pk: line for line in order.lines.all()}
    by_pk = {work.pk: work for work in order.fulfillment_orders.all()}
    for work in by_pk.values():
        work.order = order
        for line in work.lines.all():
            line.order_line = lines[line.order_line_id]
    for parcel in order.shipments.all():
        parcel.order = order
        parcel.fulfillment_order = by_pk[parcel.fulfillment_order_id]
