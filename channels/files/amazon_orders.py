"""Amazon's order report: tab separated, a row for each item. Prices are those of the
whole row; where sales tax is added they stand without it, elsewhere they hold it."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels.files.countries import country_of
from channels.files.orders import OrderProfile, currency_option
from channels.files.purchases import Item, Purchase, price_of, sku_or_name
from channels.files.records import Record, Records
from oms.core.files.columns import Column
from oms.core.money import ZERO

NEEDED = "order-id", "purchase-date", "sku", "quantity-purchased", "item-price"
READ = "product-name", "currency", "item-tax", "shipping-price", "shipping-tax"
READ += "quantity-shipped", "quantity-to-ship", "item-promotion-discount"
READ += "ship-promotion-discount", "buyer-email", "buyer-name", "recipient-name"
READ += "ship-address-1", "ship-address-2", "ship-address-3", "ship-city"
READ += "ship-state", "ship-postal-code", "ship-country", "ship-phone-number"
READ += "buyer-phone-number", "order-item-id"
TAX_ON_TOP = {"USD", "CAD"}


class AmazonOrders(OrderProfile):
    code = "amazon_orders"
    label = gettext_lazy("Amazon order report")
    columns = (
        *(Column(name, is_required=True) for name in NEEDED),
        *(Column(name) for name in READ),
    )
    options = (currency_option("currency"),)
    key = "order-id"

    def why_left(self, records: Records) -> str:
        if not any(record.text("quantity-shipped").strip("0") for record in records):
            return ""
        if any(record.text("quantity-to-ship").strip("0") for record in records):
            return _("part of it is shipped already; finish it where it was begun.")
        return _("it is shipped already.")

    def order_of(
        self, number: str, records: Records, options: Mapping[str, str]
    ) -> Purchase:
        first = records[0]
        currency = first.currency("currency", options.get("currency", ""))
        return Purchase(
            number,
            first.cell("purchase-date"),
            currency,
            [_item(record, currency) for record in records],
            email=first.text("buyer-email"),
            customer=first.text("buyer-name"),
            ship_to=_ship_to(first),
            shipping=_sum(records, "shipping-price", currency)
            - _off(records, "ship-promotion-discount", currency),
            shipping_tax=_shipping_tax(records, currency),
            includes_tax=currency not in TAX_ON_TOP,
            is_paid=True,
        )


def _shipping_tax(records: Records, currency: str) -> Decimal:
    """Where prices hold it, it is in the price of shipping."""
    if currency not in TAX_ON_TOP:
        return ZERO
    return _sum(records, "shipping-tax", currency)


def _sum(records: Records, column: str, currency: str) -> Decimal:
    return sum((each.amount(column, currency) for each in records), ZERO)


def _off(records: Records, column: str, currency: str) -> Decimal:
    """Discounts are written with a minus or without."""
    return sum(
        (abs(each.amount(column, currency, least=None)) for each in records), ZERO
    )


def _item(record: Record, currency: str) -> Item:
    quantity = record.pieces("quantity-purchased")
    unit, rounding = price_of(record.amount("item-price", currency), quantity, currency)
    name = record.text("product-name", 2_000)[:200]
    return Item(
        record.number,
        sku_or_name(record.text("sku"), name),
        quantity,
        unit,
        name=name,
        discount=rounding + _off([record], "item-promotion-discount", currency),
        tax=record.amount("item-tax", currency),
    )


def _ship_to(first: Record) -> dict[str, str]:
    return {
        "name": first.text("recipient-name"),
        "street": first.text("ship-address-1"),
        "street2": first.joined("ship-address-2", "ship-address-3", by=", "),
        "city": first.text("ship-city"),
        "region": first.text("ship-state"),
        "postal_code": first.text("ship-postal-code"),
        "country": country_of(first.text("ship-country")),
        "phone": first.first("ship-phone-number", "buyer-phone-number"),
    }
