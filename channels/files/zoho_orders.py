"""Sales orders as Zoho exports them: every column on every row."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels.files.countries import country_of
from channels.files.orders import OrderProfile, currency_option
from channels.files.purchases import Item, Purchase, sku_or_name
from channels.files.records import Record, Records
from oms.core.files.columns import Column
from oms.core.money import ZERO

NEEDED = "SalesOrder Number", "Order Date", "Status", "Item Name", "QuantityOrdered"
NEEDED += ("Item Price",)
READ = "SKU", "Customer Name", "Currency Code", "Is Inclusive Tax", "QuantityInvoiced"
READ += "QuantityCancelled", "Discount Amount", "Item Tax Amount", "Total"
READ += "Entity Discount Amount", "Shipping Charge", "Adjustment", "Shipping Address"
READ += "Shipping City", "Shipping State", "Shipping Country", "Shipping Code"
READ += "Shipping Phone", "Email", "Shipping Street2", "PurchaseOrder"
TAKEN = {"open", "confirmed", "approved", "overdue", "invoiced", "partially_invoiced"}
PAID = {"paid", "invoiced_and_paid"}
LEFT = {"fulfilled", "closed", "shipped", "delivered"}
BEGUN = {"partially_shipped", "partially_fulfilled"}
NOT_YET = {"draft", "pending_approval", "sent", "rejected"}


class ZohoOrders(OrderProfile):
    code = "zoho_orders"
    label = gettext_lazy("Zoho sales orders")
    columns = (
        *(Column(name, is_required=True) for name in NEEDED),
        *(Column(name) for name in READ),
    )
    options = (currency_option("Currency Code"),)
    key = "SalesOrder Number"

    def why_left(self, records: Records) -> str:
        first = records[0]
        status, written = first.word("Status"), first.text("Status")
        if status in ("void", "cancelled"):
            return _("it is cancelled.")
        if status in LEFT:
            return _("it is %(status)s already.") % {"status": written}
        if status in BEGUN:
            return _("part of it is shipped already; finish it where it was begun.")
        if status in NOT_YET:
            return _("it is %(status)s.") % {"status": written}
        if status not in TAKEN | PAID:
            return _("nobody knows the status “%(status)s”.") % {"status": written}
        if any(each.text("QuantityCancelled").strip("0.,") for each in records):
            return _("part of it is cancelled, and what it costs now is not said.")
        return ""

    def order_of(
        self, number: str, records: Records, options: Mapping[str, str]
    ) -> Purchase:
        first = records[0]
        currency = first.currency("Currency Code", options.get("currency", ""))
        adjusted = first.amount("Adjustment", currency, least=None)
        order = Purchase(
            number,
            first.cell("Order Date"),
            currency,
            [_item(record, currency) for record in records],
            email=first.text("Email"),
            customer=first.text("Customer Name"),
            ship_to=_ship_to(first),
            shipping=first.amount("Shipping Charge", currency),
            fee=max(adjusted, ZERO),
            total=first.amount("Total", currency) if first.text("Total") else None,
            includes_tax=first.word("Is Inclusive Tax") in ("true", "yes", "1"),
            is_paid=first.word("Status") in PAID,
        )
        less = first.amount("Entity Discount Amount", currency) - min(adjusted, ZERO)
        order.spread_discount(less)
        return order


def _item(record: Record, currency: str) -> Item:
    name = record.text("Item Name")
    return Item(
        record.number,
        sku_or_name(record.text("SKU"), name),
        record.pieces("QuantityOrdered"),
        _price(record, currency),
        name=name,
        discount=record.amount("Discount Amount", currency),
        tax=record.amount("Item Tax Amount", currency),
    )


def _price(record: Record, currency: str) -> Decimal:
    return record.exact("Item Price", currency)


def _ship_to(first: Record) -> dict[str, str]:
    return {
        "name": first.text("Customer Name"),
        "street": first.text("Shipping Address"),
        "street2": first.text("Shipping Street2"),
        "city": first.text("Shipping City"),
        "region": first.text("Shipping State"),
        "postal_code": first.text("Shipping Code"),
        "country": country_of(first.text("Shipping Country")),
        "phone": first.text("Shipping Phone"),
    }
