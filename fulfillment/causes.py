"""What the ledger's movements name of fulfillment: pieces of work and of parcels."""

from collections.abc import Collection

from django.utils.html import format_html

from fulfillment.models import FulfillmentOrder, FulfillmentOrderLine, Shipment
from fulfillment.models.shipments import ShipmentLine
from oms.core import panels
from oms.core.causes import register_cause
from orders.models import Order


def _work(keys: Collection[int]) -> dict[int, str]:
    lines = FulfillmentOrderLine.objects.filter(pk__in=keys)
    lines = lines.select_related("fulfillment_order__order")
    return {
        line.pk: _both(
            line.fulfillment_order.order, FulfillmentOrder, line.fulfillment_order
        )
        for line in lines
    }


def _parcels(keys: Collection[int]) -> dict[int, str]:
    lines = ShipmentLine.objects.filter(pk__in=keys).select_related("shipment__order")
    return {
        line.pk: _both(line.shipment.order, Shipment, line.shipment) for line in lines
    }


def _both(order: Order, model: type, part) -> str:
    """The order, and the part of it that moved."""
    return format_html(
        "{} {}",
        panels.link(Order, order.pk, order.number),
        panels.link(model, part.pk, part.number),
    )


register_cause("fulfillmentorderline", _work)
register_cause("shipmentline", _parcels)
