"""What an order and its lines cost."""

from collections.abc import Sequence
from decimal import Decimal

from channels.messages import IncomingOrder
from oms.core.money import ZERO, rounded, split


def line_total(line, pieces: int, currency: str, *, includes_tax: bool) -> Decimal:
    """Unit price × pieces − discount, plus the tax where prices do not include it."""
    total = rounded(line.unit_price * pieces, currency) - line.discount_amount
    return total if includes_tax else total + line.tax_amount


def line_discounts(order: IncomingOrder) -> Sequence[Decimal]:
    """Each line's own discount and its share of the order's (largest remainder)."""
    if not order.discount_amount or not order.lines:
        return [line.discount_amount for line in order.lines]
    weights = [max(line.unit_price * line.quantity, ZERO) for line in order.lines]
    shares = split(
        rounded(order.discount_amount, order.currency), weights, order.currency
    )
    return [
        line.discount_amount + share
        for line, share in zip(order.lines, shares, strict=True)
    ]


def order_total(order, line_totals: Sequence[Decimal]) -> Decimal:
    """Σ line totals + shipping + tax on shipping + fee; shipping stands without tax."""
    total = sum(line_totals, ZERO) + order.shipping_amount + order.fee_amount
    return total + order.shipping_tax_amount
