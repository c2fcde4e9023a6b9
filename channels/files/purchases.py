"""An order as another system tells it, and its rows in our columns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_UP, Decimal
from typing import NamedTuple

from channels.models import PaymentTerms
from oms.core.files.profiles import Line
from oms.core.files.sheet import Numeral
from oms.core.money import ZERO, rounded, split

NUMBER = "external_id"  # of an order, as our columns call it
MOST_SKU = 64
ON_DELIVERY = {"cash on delivery", "cash on delivery (cod)", "cod", "nachnahme"}
ON_DELIVERY |= {"per nachnahme", "contra reembolso", "pay on delivery"}


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
    """`placed_at` is the cell of the file, or a time with its zone. `is_paid`: the
    channel has the money; if not, `terms` or the channel's own rule say what of it."""

    number: str
    placed_at: str
    currency: str
    items: list[Item]
    email: str = ""
    customer: str = ""
    customer_id: str = ""
    ship_to: Mapping[str, str] = field(default_factory=dict)
    shipping: Decimal = ZERO
    shipping_tax: Decimal = ZERO
    fee: Decimal = ZERO
    total: Decimal | None = None
    includes_tax: bool = True
    is_paid: bool = False
    terms: str = ""

    @property
    def goods(self) -> Decimal:
        return sum((item.net for item in self.items), ZERO)

    @property
    def cost(self) -> Decimal:
        tax = ZERO if self.includes_tax else sum((i.tax for i in self.items), ZERO)
        return self.goods + tax + self.shipping + self.shipping_tax + self.fee

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
    unit = max(each, rounded(unit, currency))
    return Price(unit, unit * quantity - net)


def sku_or_name(sku: str, name: str) -> str:
    """What the other system calls the goods. Where it has no SKU its name stands for
    it: the order waits until somebody says what it means."""
    return sku if sku.strip("-–— ") else name[:MOST_SKU]


def terms_of(method: str) -> str:
    """Whether the carrier takes the money, as the name of a payment method says."""
    return PaymentTerms.COD if method.strip().casefold() in ON_DELIVERY else ""


def lines_of(order: Purchase, channel: str) -> Iterator[Line]:
    """Its rows in our columns; what is of the order stands in the first."""
    cells = _of_order(order, channel)
    for item in order.items:
        yield Line(item.row, cells | _of_line(order.number, item))
        cells = {}


def _of_order(order: Purchase, channel: str) -> dict[str, str]:
    paid = order.cost if order.is_paid else ZERO
    return {
        "placed_at": order.placed_at,
        "currency": order.currency,
        "email": order.email,
        "customer": order.customer,
        "customer_id": order.customer_id,
        **{f"ship_to_{name}": text for name, text in order.ship_to.items()},
        "shipping_amount": _said(order.shipping),
        "shipping_tax_amount": _said(order.shipping_tax),
        "fee_amount": _said(order.fee),
        "order_total": "" if order.total is None else Numeral(order.total),
        "paid_amount": _said(paid),
        "payment_reference": f"{channel} {order.number}"[:64] if paid else "",
        "payment_terms": order.terms,
        "prices_include_tax": "yes" if order.includes_tax else "no",
    }


def _of_line(number: str, item: Item) -> dict[str, str]:
    return {
        NUMBER: number,
        "sku": item.sku,
        "product": item.name,
        "quantity": str(item.quantity),
        "unit_price": Numeral(item.unit_price),
        "discount_amount": _said(item.discount),
        "tax_amount": _said(item.tax),
    }


def _said(amount: Decimal) -> str:
    """A number of ours, whatever decimal sign the file has; empty for nothing."""
    return Numeral(amount) if amount else ""
