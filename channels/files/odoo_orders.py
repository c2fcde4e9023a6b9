"""Sales orders as Odoo exports them: the lines of an order below its first row, where
the cells of the order are blank."""

import re
from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels.files.countries import country_of
from channels.files.orders import OrderProfile, currency_option
from channels.files.purchases import Item, Purchase, price_of, sku_or_name
from channels.files.records import Record, Records
from oms.core.files.columns import Column, key_of
from oms.core.files.sheet import Row
from oms.core.money import ZERO, rounded

DATES = "Order Date", "Creation Date"
PRODUCTS = "Order Lines/Product", "Order Lines/Products", "Order Lines/Display Name"
QUANTITY = Column("Order Lines/Quantity", ("Order Lines/Ordered Qty",), True)
CODE = Column(
    "Order Lines/Product/Internal Reference", ("Order Lines/Internal Reference",)
)
SUBTOTAL = Column("Order Lines/Subtotal", ("Order Lines/Tax excl.",))
READ = "Status", "Currency", "Total", "Order Lines/Total", "Order Lines/Total Tax"
READ += "Order Lines/Discount (%)", "Order Lines/Description", "Delivery Status"
READ += "Customer", "Customer/Email", "Customer/Name"
READ += "Order Lines/Delivered Quantity", "Customer Reference"
ADDRESS = {
    "name": ("Name",),
    "street": ("Street",),
    "street2": ("Street2",),
    "city": ("City",),
    "region": ("State",),
    "postal_code": ("Zip",),
    "country": ("Country", "Country/Country Code"),
    "phone": ("Phone", "Mobile"),
}
PLACES = "Delivery Address", "Customer"
WITH_CODE = re.compile(r"\[([^\]]+)\]\s*(.*)", re.DOTALL)
NOT_YET = {"quotation", "quotation_sent", "draft", "sent"}
TAKEN = {"sales_order", "sale", "locked", "done", ""}


class OdooOrders(OrderProfile):
    code = "odoo_orders"
    label = gettext_lazy("Odoo sales orders")
    columns = (
        Column("Order Reference", is_required=True),
        QUANTITY,
        Column("Order Lines/Unit Price", is_required=True),
        CODE,
        SUBTOTAL,
        *(Column(name) for name in (*DATES, *PRODUCTS, *READ)),
        *(
            Column(f"{place}/{name}")
            for names in ADDRESS.values()
            for name in names
            for place in PLACES
            if (place, name) != ("Customer", "Name")
        ),
    )
    options = (currency_option("Currency"),)
    key = "Order Reference"

    def fits(self, header: Row) -> float:
        """A date and a product go by several names."""
        names = {key_of(cell) for cell in header.cells}
        if any(names.isdisjoint(map(key_of, some)) for some in (DATES, PRODUCTS)):
            return 0
        return super().fits(header)

    def why_left(self, records: Records) -> str:
        first = records[0]
        status, written = first.word("Status"), first.text("Status")
        sent = first.word("Delivery Status")
        if status in ("cancelled", "canceled", "cancel"):
            return _("it is cancelled.")
        if status in NOT_YET:
            return _("it is %(status)s.") % {"status": written}
        if status not in TAKEN:
            return _("nobody knows the status “%(status)s”.") % {"status": written}
        if sent in ("fully_delivered", "full"):
            return _("it is delivered already.")
        delivered = [
            each.text("Order Lines/Delivered Quantity").strip("0.,") for each in records
        ]
        if sent in ("partially_delivered", "partial") or any(delivered):
            return _("part of it is shipped already; finish it where it was begun.")
        return "" if any(map(_is_line, records)) else _("it has no lines.")

    def order_of(
        self, number: str, records: Records, options: Mapping[str, str]
    ) -> Purchase:
        first = records[0]
        currency = first.currency("Currency", options.get("currency", ""))
        return Purchase(
            number,
            first.cell(DATES[0]) or first.cell(DATES[1]),
            currency,
            [_item(each, currency) for each in records if _is_line(each)],
            email=first.text("Customer/Email"),
            customer=first.first("Customer/Name", "Customer"),
            ship_to=_ship_to(first),
            total=first.amount("Total", currency) if first.text("Total") else None,
            includes_tax=False,
        )


def _is_line(record: Record) -> bool:
    """Sections and notes stand between the lines."""
    return bool(record.first(*PRODUCTS))


def _item(record: Record, currency: str) -> Item:
    sku, name = _product(record)
    quantity = record.pieces(QUANTITY.name)
    listed = record.exact("Order Lines/Unit Price", currency)
    net = _net(record, currency, listed * quantity)
    unit, discount = price_of(net, quantity, currency, listed)
    return Item(
        record.number,
        sku,
        quantity,
        unit,
        name=name,
        discount=discount,
        tax=_tax(record, currency, net),
    )


def _product(record: Record) -> tuple[str, str]:
    """ "[MUG] A mug" names both."""
    written = record.first(*PRODUCTS)
    found = WITH_CODE.fullmatch(written)
    sku, name = found.groups() if found else ("", written)
    sku = record.text(CODE.name) or sku
    return sku_or_name(sku, written), name or written


def _net(record: Record, currency: str, listed: Decimal) -> Decimal:
    if record.text(SUBTOTAL.name):
        return record.exact(SUBTOTAL.name, currency)
    percent = record.exact("Order Lines/Discount (%)", currency)
    return rounded(listed * (100 - percent) / 100, currency)


def _tax(record: Record, currency: str, net: Decimal) -> Decimal:
    if record.text("Order Lines/Total Tax"):
        return record.exact("Order Lines/Total Tax", currency)
    if record.text("Order Lines/Total"):
        return max(record.exact("Order Lines/Total", currency) - net, ZERO)
    return ZERO


def _ship_to(first: Record) -> dict[str, str]:
    """The delivery address where it is there, else the customer's."""
    place = next((each for each in PLACES if first.text(f"{each}/Street")), PLACES[-1])
    found = {
        part: first.first(*(f"{place}/{name}" for name in names))
        for part, names in ADDRESS.items()
    }
    found["name"] = found["name"] or first.text("Customer")
    found["country"] = country_of(found["country"])
    return found
