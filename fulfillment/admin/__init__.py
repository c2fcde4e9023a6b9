"""Work, parcels, labels, rates and routing. What they add to the pages of orders and
stock stands in `fulfillment/panels.py`."""

from django.utils.translation import gettext_lazy

from fulfillment import causes, exports, queues
from fulfillment.admin import (
    bulk,
    decisions,
    fixes,
    handover,
    labels,
    order_steps,
    packages,
    partner_tools,
    picking,
    policies,
    rates,
    routing_tools,
    sheets,
    shipments,
    station,
    stock,
    today,
    waves,
    work,
)
from fulfillment.panels import holders_of_level
from inventory.models import StockLevel
from oms.core import panels
from oms.core.admin import register_panel

__all__ = [
    "bulk",
    "causes",
    "decisions",
    "exports",
    "fixes",
    "handover",
    "labels",
    "order_steps",
    "packages",
    "partner_tools",
    "picking",
    "policies",
    "queues",
    "rates",
    "routing_tools",
    "sheets",
    "shipments",
    "station",
    "stock",
    "today",
    "waves",
    "work",
]

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
        "shipment.handed_over": gettext_lazy("Parcel handed over"),
        "fulfillmentorder.put_in_wave": gettext_lazy("Work put in a wave"),
        "fulfillmentorder.left_wave": gettext_lazy("Work taken out of its wave"),
        "fulfillmentorder.pieces_missing": gettext_lazy("Pieces told as missing"),
        "order.promise_changed": gettext_lazy("Promise moved"),
    },
    {
        "code": gettext_lazy("reason"),
        "error": gettext_lazy("error"),
        "label": gettext_lazy("label"),
        "price": gettext_lazy("price"),
        "service": gettext_lazy("service"),
        "slot": gettext_lazy("slot"),
        "tracking_number": gettext_lazy("tracking number"),
        "wave": gettext_lazy("wave"),
        "why": gettext_lazy("why this one"),
    },
)
