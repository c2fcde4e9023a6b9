"""Orders of WooCommerce, as its common export plugin writes them: amounts of lines
stand without tax, after discounts."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels.files.countries import country_of
from channels.files.orders import OrderProfile, currency_option, not_paid
from channels.files.purchases import Item, Purchase, price_of, sku_or_name, terms_of
from channels.files.records import Record, Records
from oms.core.files.columns import Column

NEEDED = "Order Number", "Order Status", "Order Date", "SKU", "Quantity"
NEEDED += "Order Line (w/o tax)", "Order Total Amount"
READ = "Payment Method Title", "Name", "Item Cost"
READ += "Order Line Tax", "Quantity (- Refund)"
READ += "Order Shipping Amount", "Order Total Tax Amount", "Order Refund Amount"
READ += "First Name (Billing)", "Last Name (Billing)", "Email (Billing)"
READ += "Phone (Billing)", "First Name (Shipping)", "Last Name (Shipping)"
READ += "Company (Shipping)", "Address 1&2 (Shipping)", "Address 1 (Shipping)"
READ += "Address 2 (Shipping)", "City (Shipping)", "State Code (Shipping)"
READ += "Postcode (Shipping)", "Country Code (Shipping)", "Phone (Shipping)"
CURRENCY = Column("Order Currency", ("Currency", "Currency Code"))
PAID = {"processing"}
UNPAID = {"on_hold", "pending_payment", "pending"}


class WooCommerceOrders(OrderProfile):
    code = "woocommerce_orders"
    label = gettext_lazy("WooCommerce orders")
    columns = (
        *(Column(name, is_required=True) for name in NEEDED),
        *(Column(name) for name in READ),
        CURRENCY,
    )
    options = (currency_option(CURRENCY.name),)
    key = "Order Number"

    def why_left(self, records: Records) -> str:
        first = records[0]
        status = _status(first)
        if status in ("cancelled", "failed", "trash", "draft", "checkout_draft"):
            return _("it is %(status)s.") % {"status": first.text("Order Status")}
        if status == "refunded":
            return _("it is refunded.")
        if status in ("completed", "shipped"):
            return _("it is completed already.")
        if any(map(_is_refunded, records)):
            return _("part of it is refunded, and what it costs now is not said.")
        if status in UNPAID:
            return not_paid(first.text("Order Status"))
        if status not in PAID:
            found = first.text("Order Status")
            return _("nobody knows the status “%(status)s”.") % {"status": found}
        return ""

    def order_of(
        self, number: str, records: Records, options: Mapping[str, str]
    ) -> Purchase:
        first = records[0]
        currency = first.currency(CURRENCY.name, options.get("currency", ""))
        items = [_item(record, currency) for record in records]
        taxes = first.exact("Order Total Tax Amount", currency)
        of_lines = sum(item.tax for item in items)
        return Purchase(
            number,
            first.cell("Order Date"),
            currency,
            items,
            email=first.text("Email (Billing)"),
            customer=first.joined("First Name (Billing)", "Last Name (Billing)"),
            ship_to=_ship_to(first),
            shipping=first.exact("Order Shipping Amount", currency),
            shipping_tax=max(taxes - of_lines, taxes * 0),
            total=first.exact("Order Total Amount", currency),
            includes_tax=False,
            is_paid=not _terms(first),
            terms=_terms(first),
        )


def _status(record: Record) -> str:
    return record.word("Order Status").removeprefix("wc_")


def _terms(first: Record) -> str:
    return terms_of(first.text("Payment Method Title"))


def _is_refunded(record: Record) -> bool:
    """Pieces of the line are refunded, or money of the order."""
    kept = record.text("Quantity (- Refund)")
    money = record.text("Order Refund Amount").strip("-0.,")
    return bool(money) or (kept not in ("", record.text("Quantity")))


def _item(record: Record, currency: str) -> Item:
    quantity = record.pieces("Quantity")
    net = record.exact("Order Line (w/o tax)", currency)
    unit, discount = price_of(
        net, quantity, currency, record.exact("Item Cost", currency)
    )
    name = record.text("Name")
    return Item(
        record.number,
        sku_or_name(record.text("SKU"), name),
        quantity,
        unit,
        name=name,
        discount=discount,
        tax=record.exact("Order Line Tax", currency),
    )


def _ship_to(first: Record) -> dict[str, str]:
    return {
        "name": first.joined("First Name (Shipping)", "Last Name (Shipping)"),
        "company": first.text("Company (Shipping)"),
        "street": first.first("Address 1&2 (Shipping)", "Address 1 (Shipping)"),
        "street2": first.text("Address 2 (Shipping)"),
        "city": first.text("City (Shipping)"),
        "region": first.text("State Code (Shipping)"),
        "postal_code": first.text("Postcode (Shipping)"),
        "country": country_of(first.text("Country Code (Shipping)")),
        "phone": first.first("Phone (Shipping)", "Phone (Billing)"),
    }
