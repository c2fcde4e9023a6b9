"""Orders as Shopify exports them: order columns on the first row of each order only."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels.files.countries import country_of
from channels.files.orders import OrderProfile, not_paid
from channels.files.purchases import Item, Purchase, sku_or_name, terms_of
from channels.files.records import Record, Records
from channels.models import PaymentTerms
from oms.core.files.columns import Column
from oms.core.money import ZERO

NEEDED = "Name", "Financial Status", "Fulfillment Status", "Currency", "Total"
NEEDED += "Created at", "Lineitem quantity", "Lineitem name", "Lineitem price"
READ = "Email", "Subtotal", "Shipping", "Taxes", "Discount Amount", "Lineitem sku"
READ += "Lineitem discount", "Cancelled at", "Duties", "Refunded Amount"
READ += "Payment Method", "Payment Terms Name"
READ += "Billing Name", "Shipping Name", "Shipping Street", "Shipping Address1"
READ += "Shipping Address2", "Shipping Company", "Shipping City", "Shipping Zip"
READ += "Shipping Province", "Shipping Country", "Shipping Phone", "Phone"


class ShopifyOrders(OrderProfile):
    code = "shopify_orders"
    label = gettext_lazy("Shopify orders")
    columns = (
        *(Column(name, is_required=True) for name in NEEDED),
        *(Column(name) for name in READ),
    )
    key = "Name"

    def why_left(self, records: Records) -> str:
        first = records[0]
        money, goods = first.word("Financial Status"), first.word("Fulfillment Status")
        if first.text("Cancelled at") or money == "voided":
            return _("it is cancelled.")
        if money == "refunded":
            return _("it is refunded.")
        if goods in ("fulfilled", "shipped", "restocked"):
            return _("it is fulfilled already.")
        refunded = first.amount("Refunded Amount", first.currency("Currency"))
        if money == "partially_refunded" or refunded:
            return _("part of it is refunded, and the file does not say which lines.")
        if goods in ("partial", "partially_fulfilled"):
            return _("part of it is fulfilled already; finish it where it was begun.")
        if not any(map(_is_line, records)):
            return _("nothing of it is left.")
        if money != "paid" and not _terms(first):
            return not_paid(first.text("Financial Status"))
        return ""

    def order_of(
        self, number: str, records: Records, options: Mapping[str, str]
    ) -> Purchase:
        first = records[0]
        currency = first.currency("Currency")
        order = Purchase(
            number,
            first.cell("Created at"),
            currency,
            [_item(each, currency) for each in records if _is_line(each)],
            email=first.text("Email"),
            customer=first.first("Billing Name", "Shipping Name"),
            ship_to=_ship_to(first),
            shipping=first.amount("Shipping", currency),
            fee=first.amount("Duties", currency),
            total=first.amount("Total", currency),
            is_paid=first.word("Financial Status") == "paid",
            terms=_terms(first),
        )
        order.spread_discount(_discount(first, order))
        taxes = first.amount("Taxes", currency)
        order.includes_tax = not _is_added(taxes, order)
        order.spread_tax(taxes)
        return order


def _terms(first: Record) -> str:
    """Of an order that is sent before it is paid."""
    if first.text("Payment Terms Name"):
        return PaymentTerms.INVOICE
    return terms_of(first.text("Payment Method"))


def _is_line(record: Record) -> bool:
    """What was taken out of an order is there with the quantity 0."""
    return record.text("Lineitem quantity") not in ("0", "0.0")


def _item(record: Record, currency: str) -> Item:
    name = record.text("Lineitem name")
    return Item(
        record.number,
        sku_or_name(record.text("Lineitem sku"), name),
        record.pieces("Lineitem quantity"),
        record.amount("Lineitem price", currency),
        name=name,
        discount=record.amount("Lineitem discount", currency),
    )


def _discount(first: Record, order: Purchase) -> Decimal:
    """Of the whole order. The discount that the file names may or may not hold those of
    the lines: the subtotal tells."""
    named = first.amount("Discount Amount", order.currency)
    of_lines = sum((item.discount for item in order.items), ZERO)
    if first.text("Subtotal"):
        left = order.goods - first.amount("Subtotal", order.currency)
        if left in (ZERO, named - of_lines):
            return left
    return named


def _is_added(taxes: Decimal, order: Purchase) -> bool:
    """Whether taxes come on top: the total tells."""
    return bool(taxes) and order.total == (
        order.goods + order.shipping + order.fee + taxes
    )


def _ship_to(first: Record) -> dict[str, str]:
    return {
        "name": first.text("Shipping Name"),
        "company": first.text("Shipping Company"),
        "street": first.first("Shipping Address1", "Shipping Street"),
        "street2": first.text("Shipping Address2"),
        "city": first.text("Shipping City"),
        "region": first.text("Shipping Province"),
        "postal_code": first.text("Shipping Zip"),
        "country": country_of(first.text("Shipping Country")),
        "phone": first.first("Shipping Phone", "Phone"),
    }
