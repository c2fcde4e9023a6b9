"""What fulfillment shows of decisions, and adds to the pages of stock."""

from django.utils.translation import gettext as _

from fulfillment.models import FulfillmentOrder, RoutingDecision
from fulfillment.routing import explain
from inventory.models import StockLevel
from oms.core import panels
from orders.models import Order

MOST_HOLDERS = 50


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
