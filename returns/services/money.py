"""Reads for refunds: what was refunded before, and what is due now."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Sum

from oms.core.money import ZERO
from orders.models import Order
from returns.models import Refund, RefundLine, Return, ReturnLine, ReturnPolicy
from returns.proration import line_amounts, share


class Due(NamedTuple):
    """amount = goods + shipping − fee; tax is within it."""

    goods: Decimal = ZERO
    shipping: Decimal = ZERO
    fee: Decimal = ZERO
    tax: Decimal = ZERO

    @property
    def amount(self) -> Decimal:
        return self.goods + self.shipping - self.fee


class Ledger(NamedTuple):
    """What has been refunded of some orders already: pieces by order line and by return
    line, shipping by order."""

    by_order_line: dict[int, int]
    by_return_line: dict[int, int]
    shipping: dict[int, Decimal]

    def count(self, ret: Return, pieces: dict[ReturnLine, int], sums: Due) -> None:
        """What one refund takes, for the next one of the same set."""
        for line, n in pieces.items():
            key = line.order_line_id
            self.by_order_line[key] = self.by_order_line.get(key, 0) + n
            self.by_return_line[line.pk] = self.by_return_line.get(line.pk, 0) + n
        order = ret.order_id
        self.shipping[order] = self.shipping.get(order, ZERO) + sums.shipping


def refunded_before(orders: Iterable[Order]) -> Ledger:
    """Two statements. Refunds that wait or are under way count; denied and failed ones
    do not."""
    dead = [Refund.Status.DENIED, Refund.Status.FAILED]
    live = Refund.objects.filter(order__in=list(orders)).exclude(status__in=dead)
    ledger = Ledger({}, {}, {})
    for line, mine, n in RefundLine.objects.filter(refund__in=live).values_list(
        "return_line__order_line", "return_line", "quantity"
    ):
        ledger.by_order_line[line] = ledger.by_order_line.get(line, 0) + n
        ledger.by_return_line[mine] = ledger.by_return_line.get(mine, 0) + n
    ledger.shipping.update(live.values_list("order").annotate(Sum("shipping_amount")))
    return ledger


def due(ret: Return, policy: ReturnPolicy, before: Ledger) -> tuple[Due, dict]:
    """What is due for the accepted pieces of a return that were not refunded yet, and
    {return line: pieces}. Needs its order with lines, and its lines."""
    order = ret.order
    lines = list(order.lines.all())
    amounts = line_amounts(lines)
    by_pk = {line.pk: line for line in lines}
    goods = tax = ZERO
    counted = {}
    for mine in ret.lines.all():
        pieces = mine.accepted_quantity - before.by_return_line.get(mine.pk, 0)
        if mine.order_line_id not in amounts or pieces <= 0:
            continue
        line = by_pk[mine.order_line_id]
        kept = line.quantity - line.cancelled_quantity
        first = before.by_order_line.get(line.pk, 0)
        total, line_tax = amounts[line.pk]
        goods += share(total, kept, first, pieces, order.currency)
        tax += share(line_tax, kept, first, pieces, order.currency)
        counted[mine] = pieces
    shipping = ZERO
    if counted and policy.refunds_shipping and _everything(lines, counted, before):
        shipping = order.shipping_amount + order.shipping_tax_amount
        shipping -= before.shipping.get(order.pk, ZERO)
        tax += order.shipping_tax_amount
    fee = share(goods, 100, 0, ret.fee_percent, order.currency)
    return Due(goods, shipping, fee, tax), counted


def _everything(lines: list, counted: dict, before: Ledger) -> bool:
    """Whether, with these pieces, all that was kept of the order has been refunded."""
    now = {mine.order_line_id: pieces for mine, pieces in counted.items()}
    return all(
        before.by_order_line.get(line.pk, 0) + now.get(line.pk, 0)
        >= line.quantity - line.cancelled_quantity
        for line in lines
        if not line.is_bundle
    )
