"""Orders as ShipStation exports them: columns of the shop's choice, named "Group -
Field". There are no prices of lines: the subtotal of an order is spread over its
pieces."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels.files.countries import country_of
from channels.files.orders import OrderProfile, currency_option, not_paid
from channels.files.purchases import Item, Purchase, price_of, sku_or_name
from channels.files.records import Record, Records
from oms.core.files.columns import Column
from oms.core.money import ZERO, split

NEEDED = "Order - Number", "Date - Order Date", "Item - SKU", "Item - Qty"
READ = "Order - Status", "Date - Paid Date", "Date - Shipped Date", "Item - Name"
READ += "Amount - Order Subtotal", "Amount - Order Tax", "Amount - Order Shipping"
READ += "Amount - Order Total", "Amount - Paid by Customer", "Bill To - Name"
READ += "Ship To - Name", "Ship To - Company", "Ship To - City"
READ += "Ship To - Address 1", "Ship To - Address 2", "Ship To - Address 3"
READ += "Ship To - State", "Ship To - Postal Code", "Ship To - Country"
READ += "Ship To - Phone", "Carrier - Service Selected"
EMAIL = Column("Customer Email", ("Customer - Email",))
TOTAL = "Amount - Order Total"


class ShipStationOrders(OrderProfile):
    code = "shipstation_orders"
    label = gettext_lazy("ShipStation orders")
    columns = (
        *(Column(name, is_required=True) for name in NEEDED),
        *(Column(name) for name in READ),
        EMAIL,
    )
    options = (currency_option(),)
    key = "Order - Number"

    def why_left(self, records: Records) -> str:
        first = records[0]
        status = first.word("Order - Status")
        if status in ("cancelled", "canceled"):
            return _("it is cancelled.")
        if status == "shipped" or (not status and first.text("Date - Shipped Date")):
            return _("it is shipped already.")
        if status == "awaiting_payment":
            return not_paid(first.text("Order - Status"))
        return ""

    def order_of(
        self, number: str, records: Records, options: Mapping[str, str]
    ) -> Purchase:
        first = records[0]
        currency = options.get("currency", "")
        shipping = first.amount("Amount - Order Shipping", currency)
        taxes = first.amount("Amount - Order Tax", currency)
        total = first.amount(TOTAL, currency) if first.text(TOTAL) else None
        goods = _goods(first, currency, total, shipping + taxes)
        order = Purchase(
            number,
            first.cell("Date - Order Date"),
            currency,
            _items(records, goods, currency),
            email=first.text(EMAIL.name),
            customer=first.first("Bill To - Name", "Ship To - Name"),
            ship_to=_ship_to(first),
            shipping=shipping,
            total=total,
            includes_tax=False,
            is_paid=True,
        )
        order.spread_tax(taxes)
        return order


def _goods(
    first: Record, currency: str, total: Decimal | None, rest: Decimal
) -> Decimal:
    """What the lines cost together: the subtotal, or what the total leaves for them."""
    if first.text("Amount - Order Subtotal"):
        return first.amount("Amount - Order Subtotal", currency)
    return ZERO if total is None else max(total - rest, ZERO)


def _items(records: Records, goods: Decimal, currency: str) -> list[Item]:
    pieces = [record.pieces("Item - Qty") for record in records]
    shares = split(goods, list(map(Decimal, pieces)), currency)
    items = []
    for record, quantity, share in zip(records, pieces, shares, strict=True):
        name = record.text("Item - Name")
        unit, rounding = price_of(share, quantity, currency)
        sku = sku_or_name(record.text("Item - SKU"), name)
        items.append(Item(record.number, sku, quantity, unit, name, rounding))
    return items


def _ship_to(first: Record) -> dict[str, str]:
    return {
        "name": first.text("Ship To - Name"),
        "company": first.text("Ship To - Company"),
        "street": first.text("Ship To - Address 1"),
        "street2": first.joined("Ship To - Address 2", "Ship To - Address 3", by=", "),
        "city": first.text("Ship To - City"),
        "region": first.text("Ship To - State"),
        "postal_code": first.text("Ship To - Postal Code"),
        "country": country_of(first.text("Ship To - Country")),
        "phone": first.text("Ship To - Phone"),
    }
