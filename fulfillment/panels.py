"""What fulfillment adds to the admin pages of orders and stock."""

from django.utils.translation import gettext as _

from fulfillment.models import FulfillmentOrder, RoutingDecision, Shipment
from fulfillment.routing import explain
from inventory.models import StockLevel
from oms.core import panels
from orders.models import Order

MOST_HOLDERS = 50


def work_of_order(order: Order) -> panels.Table:
    works = order.fulfillment_orders.select_related("location").order_by("id")
    return panels.Table(
        _("Fulfillment orders"),
        [_("Number"), _("Location"), _("Status"), _("Pieces"), _("Since")],
        [
            [
                panels.link(FulfillmentOrder, work.pk, work.number),
                work.location,
                panels.status_badge(work),
                _pieces(work.lines.all()),
                panels.moment(work.assigned_at),
            ]
            for work in works.prefetch_related("lines__order_line")
        ],
        empty=_("No location works on it."),
    )


def _pieces(lines) -> str:
    return ", ".join(f"{line.quantity} × {line.order_line.sku}" for line in lines)


def parcels_of_order(order: Order) -> panels.Table:
    shipments = order.shipments.select_related("fulfillment_order__location")
    return panels.Table(
        _("Shipments"),
        [
            _("Number"),
            _("From"),
            _("Status"),
            _("Pieces"),
            _("Carrier"),
            _("Tracking number"),
            _("Tracking"),
            _("Shipped"),
            _("Delivered"),
        ],
        [
            [
                panels.link(Shipment, shipment.pk, shipment.number),
                shipment.fulfillment_order.location,
                panels.status_badge(shipment),
                _pieces(shipment.lines.all()),
                shipment.carrier or panels.NOTHING,
                shipment.tracking_number or panels.NOTHING,
                panels.status_badge(shipment, "tracking_status"),
                panels.moment(shipment.shipped_at),
                panels.moment(shipment.delivered_at),
            ]
            for shipment in shipments.order_by("id").prefetch_related(
                "lines__order_line"
            )
        ],
        empty=_("Nothing is packed yet."),
    )


def routing_of_order(order: Order) -> panels.Table:
    return panels.Table(
        _("Why here?"),
        [_("At"), _("Why there"), _("Line by line"), _("Why not elsewhere")],
        [
            [
                panels.link(RoutingDecision, decision.pk, panels.moment(decision.at)),
                explain.why(decision),
                line_by_line(decision),
                panels.lines_of(explain.why_not(decision)) or panels.NOTHING,
            ]
            for decision in order.routing_decisions.order_by("id")
        ],
        empty=_("Not routed yet: only confirmed orders are."),
    )


def line_by_line(decision: RoutingDecision) -> str:
    positions = [line["position"] for line in decision.lines]
    return panels.lines_of(explain.why_line(decision, each) for each in positions)


def holders_of_level(level: StockLevel) -> panels.Table:
    """Why `allocated` is what it is: the work that holds pieces of the level."""
    lines = level.fulfillment_lines.filter(open_quantity__gt=0).order_by("id")
    lines = lines.select_related("fulfillment_order__order")[: MOST_HOLDERS + 1]
    rows = [
        [
            panels.link(
                FulfillmentOrder, line.fulfillment_order_id, line.fulfillment_order
            ),
            panels.link(
                Order, line.fulfillment_order.order_id, line.fulfillment_order.order
            ),
            panels.status_badge(line.fulfillment_order),
            line.open_quantity,
        ]
        for line in lines
    ]
    note = ""
    if len(rows) > MOST_HOLDERS:
        note = _("The oldest %(n)d; there are more.") % {"n": MOST_HOLDERS}
    return panels.Table(
        _("Allocated to"),
        [_("Work"), _("Order"), _("Status"), _("Pieces")],
        rows[:MOST_HOLDERS],
        note,
        _("Nobody."),
    )
