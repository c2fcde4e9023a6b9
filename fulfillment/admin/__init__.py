"""Work, parcels, labels, rates and routing. What they add to the pages of orders and
stock stands in `fulfillment/panels.py`."""

from django.utils.translation import gettext_lazy

from fulfillment import queues
from fulfillment.admin import (
    decisions,
    labels,
    policies,
    rates,
    routing_tools,
    shipments,
    station,
    stock,
    today,
    work,
)
from fulfillment.panels import (
    holders_of_level,
    parcels_of_order,
    routing_of_order,
    work_of_order,
)
from inventory.models import StockLevel
from oms.core import panels
from oms.core.admin import register_panel
from orders.models import Order

__all__ = [
    "decisions",
    "labels",
    "policies",
    "queues",
    "rates",
    "routing_tools",
    "shipments",
    "station",
    "stock",
    "today",
    "work",
]

register_panel(Order, work_of_order)
register_panel(Order, parcels_of_order)
register_panel(Order, routing_of_order)
register_panel(StockLevel, holders_of_level)

panels.describe_events(
    {
        "fulfillmentorder.assigned": gettext_lazy("Work given to a location"),
        "fulfillmentorder.released": gettext_lazy("Work put on the location's list"),
        "fulfillmentorder.picking_started": gettext_lazy("Picking begun"),
        "fulfillmentorder.packed": gettext_lazy("Work packed"),
        "fulfillmentorder.fulfilled": gettext_lazy("Work done"),
        "fulfillmentorder.cancelled": gettext_lazy("Work cancelled"),
        "shipment.packed": gettext_lazy("Parcel closed"),
        "shipment.shipped": gettext_lazy("Parcel sent"),
        "shipment.delivered": gettext_lazy("Parcel delivered"),
        "shipment.voided": gettext_lazy("Parcel voided"),
        "shipment.label_requested": gettext_lazy("Label asked for"),
        "shipment.label_unknown": gettext_lazy("Label: no answer"),
        "shipment.label_purchased": gettext_lazy("Label bought"),
        "shipment.label_voiding": gettext_lazy("Label to be voided"),
        "shipment.label_voided": gettext_lazy("Label voided"),
        "shipment.label_failed": gettext_lazy("Label refused"),
        "shipment.label_printed": gettext_lazy("Label printed"),
        "shipment.label_reprinted": gettext_lazy("Label printed again"),
        "order.promise_changed": gettext_lazy("Promise moved"),
    }
)
