"""What is wrong with an order, as work items for people."""

from collections.abc import Collection, Sequence

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from oms.core.models import WorkItem
from orders import addressing, guards
from orders.models import Order, OrderLine
from orders.models.orders import PaymentStatus
from orders.services.duplicates import twins_of

CHECKS = {
    "no_lines": guards.has_lines,
    "unknown_sku": guards.skus_are_known,
    "bad_address": guards.address_is_sound,
    "totals_differ": guards.totals_add_up,
    "price_differs": guards.prices_are_right,
    "duplicate": guards.is_no_duplicate,
    "high_risk": guards.risk_is_looked_at,
    "no_stock": guards.within_backorder_limit,
    "unpaid": guards.payment_is_secured,
}
ACCEPTABLE = ("bad_address", "totals_differ", "price_differs", "duplicate")


def load_facts(orders: Sequence[Order]) -> None:
    """Load what guards read of orders with lines and channel, as far as their channels
    look for it: the products of the lines, and `twins`. No statement where none
    does."""
    priced = [o for o in orders if o.channel.price_tolerance is not None]
    prefetch_related_objects(
        [
            line
            for order in priced
            for line in order.lines.all()
            if not OrderLine.product.is_cached(line)
        ],
        "product",
    )
    hours = {
        order.pk: order.channel.duplicate_hours
        for order in orders
        if order.channel.duplicate_hours is not None
    }
    twins = twins_of(orders, hours)
    for order in orders:
        if order.pk in hours:
            order.twins = twins.get(order.pk, [])


def findings(
    orders: Sequence[Order], *, kinds: Collection[str] = tuple(CHECKS)
) -> list[WorkItem]:
    """Unsaved work items for what keeps these orders from being confirmed: the reasons
    of the guards, one item a kind, with what a fix may start from."""
    return [
        WorkItem(
            kind=kind,
            subject_type="order",
            subject_id=order.pk,
            title=_title(order, reason),
            data=_data(order, kind),
        )
        for order in orders
        for kind in kinds
        if (reason := CHECKS[kind].reason_of(order))
    ]


def _data(order: Order, kind: str) -> dict:
    if kind == "unknown_sku":
        lines = order.lines.all()
        return {"skus": [line.sku for line in lines if line.product_id is None]}
    if kind == "bad_address" and (suggestion := addressing.suggestion(order)):
        return {"suggestion": suggestion}
    return {}


def is_worth_waiting(order: Order) -> bool:
    """Whether it lacks a payment or a review only for now: its stock is held for as
    long as its channel says."""
    return bool(
        order.channel.reserve_minutes
        and (
            guards.payment_is_secured.reason_of(order)
            or guards.no_hold_on_confirming.reason_of(order)
        )
    )


def overpaid(orders: Sequence[Order]) -> list[WorkItem]:
    """Unsaved work items for orders that were reduced below what was captured."""
    return [
        WorkItem(
            kind="overpaid",
            subject_type="order",
            subject_id=order.pk,
            title=_("%(order)s: more was captured than it costs now; refund the rest.")
            % {"order": order},
        )
        for order in orders
        if order.payment_status == PaymentStatus.OVERPAID
    ]


def _title(order: Order, reason: str) -> str:
    title = _("%(order)s: %(reason)s.") % {"order": order, "reason": reason}
    return title[:300]
