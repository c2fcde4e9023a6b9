"""What is wrong with an order, as work items for people."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from oms.core.models import WorkItem
from orders import guards
from orders.models import Order
from orders.models.orders import PaymentStatus

CHECKS = {
    "no_lines": guards.has_lines,
    "unknown_sku": guards.skus_are_known,
    "bad_address": guards.address_is_complete,
    "totals_differ": guards.totals_add_up,
    "unpaid": guards.payment_is_secured,
}


def findings(orders: Sequence[Order]) -> list[WorkItem]:
    """Unsaved work items for what keeps these orders from being confirmed: the reasons
    of the guards, one item a kind."""
    return [
        WorkItem(
            kind=kind,
            subject_type="order",
            subject_id=order.pk,
            title=_title(order, reason),
        )
        for order in orders
        for kind, check in CHECKS.items()
        if (reason := check.reason_of(order))
    ]


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
