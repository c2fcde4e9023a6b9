"""What orders have to do with a stock level: counting it, and who gets what arrives."""

from django import forms
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fulfillment.services import shortage, waiting
from inventory.models import StockLevel
from inventory.models.stock import Condition
from inventory.services.stock_refusals import MOST
from oms.core import panels
from oms.core.outcome import Outcome
from oms.core.panels import register_panel
from oms.core.tools import Tool, register_tool
from orders.models import Order, OrderLine

MOST_WAITERS = 20


class CountForm(forms.Form):
    counted = forms.IntegerField(
        label=gettext_lazy("Counted"),
        min_value=0,
        max_value=MOST,
        help_text=gettext_lazy("All sellable pieces, those for orders among them."),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


def count(level: StockLevel, given: dict, actor: str) -> Outcome:
    row = shortage.Count(level.product_id, level.location_id, **given)
    return shortage.count_stock([row], actor=actor)


class ArrivalForm(forms.Form):
    quantity = forms.IntegerField(
        label=gettext_lazy("Pieces that arrive"), min_value=1, max_value=MOST
    )


def preview(level: StockLevel, given: dict, actor: str) -> Outcome | panels.Table:
    out = waiting.preview_arrival(
        level.product_id, level.location_id, given["quantity"]
    )
    if out.refused:
        return out
    return panels.Table(
        _("Who would get it"),
        [_("Order"), _("Pieces"), _("Why")],
        [
            [panels.link(Order, share.order.pk, share.order), share.pieces, share.why]
            for share in out.done
        ],
        note=_("Nothing was changed."),
        empty=_("Nobody waits for it."),
    )


def waiters_of_level(level: StockLevel) -> panels.Table | None:
    """Who waits for the product: what arrives anywhere may be theirs."""
    if not is_sellable(level):
        return None
    lines = OrderLine.objects.filter(
        product=level.product_id,
        waiting_quantity__gt=0,
        order__status__in=Order.LIVE,
    )
    due = F("order__ship_by").asc(nulls_last=True)
    lines = lines.order_by("-order__priority", due, "order__placed_at", "pk")
    found = lines.select_related("order")[: MOST_WAITERS + 1]
    rows = [
        [
            panels.link(Order, line.order_id, line.order),
            line.waiting_quantity,
            panels.moment(line.order.ship_by),
        ]
        for line in found
    ]
    note = ""
    if len(rows) > MOST_WAITERS:
        note = _("The first %(n)d; there are more.") % {"n": MOST_WAITERS}
    return panels.Table(
        _("Waiting for it"),
        [_("Order"), _("Pieces"), _("Ship by")],
        rows[:MOST_WAITERS],
        note,
        _("Nobody."),
    )


def is_sellable(level: StockLevel) -> bool:
    return level.condition == Condition.SELLABLE


register_tool(
    StockLevel,
    Tool(
        "count",
        gettext_lazy("Count"),
        CountForm,
        count,
        "inventory.adjust_stocklevel",
        is_sellable,
    ),
)
register_tool(
    StockLevel,
    Tool(
        "arrival",
        gettext_lazy("Preview an arrival"),
        ArrivalForm,
        preview,
        "inventory.view_stocklevel",
        is_sellable,
    ),
)
register_panel(StockLevel, waiters_of_level)
