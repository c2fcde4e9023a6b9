"""An order as another system tells it, and its rows in our columns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_UP, Decimal
from typing import NamedTuple

from oms.core.files.profiles import Line
from oms.core.files.sheet import Numeral
from oms.core.money import ZERO, rounded, split

MOST_SKU = 64


@dataclass(slots=True)
class Item:
    """A line; `row` is that of the file."""

    row: int
    sku: str
    quantity: int
    unit_price: Decimal
    name: str = ""
    discount: Decimal = ZERO
    tax: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        return self.unit_price * self.quantity - self.discount


@dataclass(slots=True)
class Purchase:
    """`placed_at` is the cell of the file, or a time with its zone; `is_paid`: the
    channel has the money."""

    number: str
    placed_at: str
    currency: str
    items: list[Item]
    email: str = ""
    customer: str = ""
    note: str = ""
    ship_to: Mapping[str, str] = field(default_factory=dict)
    shipping: Decimal = ZERO
    shipping_tax: Decimal = ZERO
    fee: Decimal = ZERO
    total: Decimal | None = None
    includes_tax: bool = True
    is_paid: bool = True

    @property
    def goods(self) -> Decimal:
        return sum((item.net for item in self.items), ZERO)

    def spread_discount(self, discount: Decimal) -> None:
        """Over the lines, by what they cost."""
        for item, share in self._shares(discount):
            item.discount += share

    def spread_tax(self, tax: Decimal) -> None:
        for item, share in self._shares(tax):
            item.tax += share

    def _shares(self, amount: Decimal) -> Iterator[tuple[Item, Decimal]]:
        weights = [max(item.net, ZERO) for item in self.items]
        return zip(self.items, split(amount, weights, self.currency), strict=True)


class Price(NamedTuple):
    """Of one piece, and the discount that makes the line cost what it does."""

    unit: Decimal
    discount: Decimal


def price_of(net: Decimal, quantity: int, currency: str, unit: Decimal = ZERO) -> Price:
    """The price of a piece from that of its line, or `unit` where that is higher."""
    step = rounded(Decimal(1), currency)
    each = (net / quantity).quantize(step, ROUND_UP)
    unit = max(each, unit)
    return Price(unit, unit * quantity - net)


def sku_or_name(sku: str, name: str) -> str:
    """What the other system calls the goods. Where it has no SKU its name stands for
    it: the order waits until somebody says what it means."""
    return sku if sku.strip("-–— ") else name[:MOST_SKU]
