"""What pieces of a line are worth when they come back: pure arithmetic, to the cent.

The value of the first n of N pieces is the line's amount × n / N, rounded. What some
pieces are worth is the difference of two such values: however a line comes back, in one
go or piece by piece, the parts sum to the line.
"""

from collections.abc import Sequence
from decimal import Decimal

from oms.core.money import ZERO, rounded, split


def share(
    amount: Decimal, kept: int, before: int, pieces: int, currency: str
) -> Decimal:
    """The part of `amount`, which stands for `kept` pieces, of the `pieces` that come
    after the first `before`."""
    if not kept:
        return ZERO
    upto = rounded(amount * (before + pieces) / kept, currency)
    return upto - rounded(amount * before / kept, currency)


def line_amounts(lines: Sequence) -> dict[int, tuple[Decimal, Decimal]]:
    """{line pk: (total, tax)} of the lines of one order that are sent: a bundle's
    amounts are split over its components by their list prices, or by their pieces where
    one has none."""
    lines = sorted(lines, key=lambda line: line.position)
    amounts = {
        line.pk: (line.total_amount, line.tax_amount)
        for line in lines
        if not line.is_bundle and line.parent_id is None
    }
    for bundle in lines:
        if not bundle.is_bundle:
            continue
        parts = [line for line in lines if line.parent_id == bundle.pk]
        if not parts:
            continue
        weights = _weights(parts)
        currency = bundle.order.currency
        totals = split(bundle.total_amount, weights, currency)
        taxes = split(bundle.tax_amount, weights, currency)
        for part, total, tax in zip(parts, totals, taxes, strict=True):
            amounts[part.pk] = total, tax
    return amounts


def _weights(parts: Sequence) -> list[Decimal]:
    prices = [part.product.list_price if part.product else None for part in parts]
    if None in prices:
        return [Decimal(part.pieces_per_bundle) for part in parts]
    return [
        price * part.pieces_per_bundle
        for price, part in zip(prices, parts, strict=True)
    ]


def cover(amount: Decimal, rooms: Sequence[tuple[int, Decimal]]) -> dict[int, Decimal]:
    """Spread an amount over tenders, (key, most) in the order to be used: each pays as
    much as it can until nothing is left. What no tender has room for is left out."""
    parts = {}
    for key, most in rooms:
        part = min(amount, most)
        if part > 0:
            parts[key] = part
            amount -= part
    return parts
