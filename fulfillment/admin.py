"""Work, parcels and routing: looked at only. What they add to the pages of orders and
stock stands in `fulfillment/panels.py`."""

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fulfillment.models import (
    FulfillmentOrder,
    FulfillmentOrderLine,
    RoutingDecision,
    Shipment,
    ShipmentLine,
    TrackingEvent,
)
from fulfillment.panels import (
    holders_of_level,
    line_by_line,
    parcels_of_order,
    routing_of_order,
    work_of_order,
)
from fulfillment.routing import explain
from inventory.models import StockLevel
from oms.core import panels
from oms.core.admin import ReadOnlyAdmin, register_panel
from orders.models import Order

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
    }
)


class StatusAdmin(ReadOnlyAdmin):
    @admin.display(description=gettext_lazy("status"), ordering="status")
    def badge(self, row):
        return panels.status_badge(row)


def lines_of_work(work: FulfillmentOrder) -> panels.Table:
    lines = work.lines.select_related("order_line").order_by("id")
    return panels.Table(
        _("Lines"),
        [
            _("SKU"),
            _("Name"),
            _("Pieces"),
            _("Picked"),
            _("Shipped"),
            _("Given back"),
            _("Open"),
            _("Stock"),
        ],
        [
            [
                line.order_line.sku,
                line.order_line.name or panels.NOTHING,
                line.quantity,
                line.picked_quantity,
                line.shipped_quantity,
                line.released_quantity,
                line.open_quantity,
                panels.link(StockLevel, line.stock_level_id, _("Stock level")),
            ]
            for line in lines
        ],
        note=_("Open = pieces − shipped − given back."),
    )


def parcels_of_work(work: FulfillmentOrder) -> panels.Table:
    return panels.Table(
        _("Shipments"),
        [_("Number"), _("Status"), _("Carrier"), _("Tracking number"), _("Tracking")],
        [
            [
                panels.link(Shipment, shipment.pk, shipment.number),
                panels.status_badge(shipment),
                shipment.carrier or panels.NOTHING,
                shipment.tracking_number or panels.NOTHING,
                panels.status_badge(shipment, "tracking_status"),
            ]
            for shipment in work.shipments.order_by("id")
        ],
        empty=_("Nothing is packed yet."),
    )


@admin.register(FulfillmentOrder)
class FulfillmentOrderAdmin(StatusAdmin):
    own_panels = (lines_of_work, parcels_of_work)
    has_timeline = True
    list_display = ["number", "order", "location", "badge", "assigned_at"]
    list_display += ["released_at", "packed_at", "fulfilled_at"]
    list_filter = ["status", "location"]
    search_fields = ["number__exact", "order__number__exact"]
    search_help_text = gettext_lazy("Number of the work or of the order")
    list_select_related = ["order", "location"]
    ordering = ["-id"]
    fields = [
        ("number", "order"),
        ("location", "badge"),
        ("assigned_at", "released_at"),
    ]
    fields += [("picking_at", "packed_at"), ("fulfilled_at", "cancelled_at")]


@admin.register(FulfillmentOrderLine)
class FulfillmentOrderLineAdmin(ReadOnlyAdmin):
    """Where the ledger of stock links to."""

    list_display = ["id", "fulfillment_order", "order_line", "quantity"]
    list_display += ["picked_quantity", "shipped_quantity", "released_quantity"]
    list_display += ["open_quantity"]
    search_fields = ["fulfillment_order__number__exact", "order_line__sku__exact"]
    search_help_text = gettext_lazy("Number of the work, or SKU")
    list_select_related = ["fulfillment_order", "order_line"]
    ordering = ["-id"]
    fields = ["fulfillment_order", "order_line", "stock_level", "quantity"]
    fields += ["picked_quantity", "shipped_quantity", "released_quantity"]
    fields += ["open_quantity"]


def lines_of_parcel(shipment: Shipment) -> panels.Table:
    lines = shipment.lines.select_related("order_line").order_by("id")
    return panels.Table(
        _("Contents"),
        [_("SKU"), _("Name"), _("Pieces")],
        [
            [
                panels.link(ShipmentLine, line.pk, line.order_line.sku),
                line.order_line.name or panels.NOTHING,
                line.quantity,
            ]
            for line in lines
        ],
    )


def tracking_of_parcel(shipment: Shipment) -> panels.Table:
    return panels.Table(
        _("Tracking"),
        [_("At"), _("Status"), _("Description")],
        [
            [
                panels.moment(event.at),
                panels.status_badge(event),
                event.description or panels.NOTHING,
            ]
            for event in shipment.tracking_events.order_by("at", "id")
        ],
        empty=_("The carrier has said nothing yet."),
    )


@admin.register(Shipment)
class ShipmentAdmin(StatusAdmin):
    own_panels = (lines_of_parcel, tracking_of_parcel)
    has_timeline = True
    list_display = ["number", "order", "origin", "badge", "carrier"]
    list_display += ["tracking_number", "tracking_status", "shipped_at", "delivered_at"]
    list_filter = ["status", "tracking_status", "fulfillment_order__location"]
    search_fields = ["number__exact", "tracking_number__exact", "order__number__exact"]
    search_help_text = gettext_lazy("Number, tracking number or number of the order")
    list_select_related = ["order", "fulfillment_order__location"]
    ordering = ["-id"]
    fields = [("number", "badge"), ("order", "fulfillment_order"), "origin"]
    fields += [("carrier", "tracking_number"), "tracking_status"]
    fields += [("shipped_at", "delivered_at")]

    @admin.display(description=gettext_lazy("from"))
    def origin(self, shipment):
        return shipment.fulfillment_order.location


@admin.register(ShipmentLine)
class ShipmentLineAdmin(ReadOnlyAdmin):
    list_display = ["id", "shipment", "order_line", "quantity"]
    search_fields = ["shipment__number__exact", "order_line__sku__exact"]
    list_select_related = ["shipment", "order_line"]
    ordering = ["-id"]
    fields = ["shipment", "fulfillment_line", "order_line", "quantity"]


@admin.register(TrackingEvent)
class TrackingEventAdmin(StatusAdmin):
    list_display = ["at", "shipment", "badge", "description"]
    list_filter = ["status"]
    search_fields = ["shipment__number__exact", "shipment__tracking_number__exact"]
    list_select_related = ["shipment"]
    ordering = ["-id"]
    fields = ["at", "shipment", "badge", "description"]


@admin.register(RoutingDecision)
class RoutingDecisionAdmin(ReadOnlyAdmin):
    list_display = ["at", "order", "sentence", "splits"]
    search_fields = ["order__number__exact"]
    search_help_text = gettext_lazy("Number of the order")
    list_select_related = ["order"]
    ordering = ["-id"]
    fields = ["at", "order", "mode", "sentence", "line_by_line", "why_not", "splits"]

    @admin.display(description=gettext_lazy("why there"))
    def sentence(self, decision):
        return explain.why(decision)

    @admin.display(description=gettext_lazy("line by line"))
    def line_by_line(self, decision):
        return line_by_line(decision)

    @admin.display(description=gettext_lazy("why not elsewhere"))
    def why_not(self, decision):
        return panels.lines_of(explain.why_not(decision)) or panels.NOTHING
