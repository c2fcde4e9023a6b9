"""Orders, their lines, payments and customers as files. They say who people are: files
that are kept go when somebody is erased."""

from datetime import datetime

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from oms.core.exports import resources
from oms.core.exports.making import register_export, take_away
from oms.core.exports.resources import ExportResource, column
from oms.core.files.cells import Amount, Day, Flag, Moment, Number, Text, Word, Words
from oms.core.models import ExportFile
from orders import persons
from orders.models import Customer, Order, OrderLine, PaymentTransaction


@register_export
class Orders(ExportResource):
    """One row for an order."""

    name, label = "orders", _("Orders")
    api_list = "orders"
    has_persons = True

    order = column(Text(), "number")
    channel = column(Text(), "channel__code")
    external_id = column(Text(), "external_id")
    placed_at = column(Moment(), "placed_at")
    status = column(Word(), "status")
    phase = column(Word(), "phase")
    payment_status = column(Word(), "payment_status")
    fulfillment_status = column(Word(), "fulfillment_status")
    email = column(Text(), "customer__email")
    ship_to_name = column(Text(), "ship_to_name")
    ship_to_company = column(Text(), "ship_to_company")
    ship_to_street = column(Text(), "ship_to_street")
    ship_to_street2 = column(Text(), "ship_to_street2")
    ship_to_city = column(Text(), "ship_to_city")
    ship_to_region = column(Text(), "ship_to_region")
    ship_to_postal_code = column(Text(), "ship_to_postal_code")
    ship_to_country = column(Text(), "ship_to_country")
    ship_to_phone = column(Text(), "ship_to_phone")
    pieces = column(Number(), "pieces")
    currency = column(Word(), "currency")
    shipping_amount = column(Amount(), "shipping_amount")
    fee_amount = column(Amount(), "fee_amount")
    total_amount = column(Amount(), "total_amount")
    payment_terms = column(Word(), "payment_terms")
    service = column(Text(), "service")
    priority = column(Number(), "priority")
    ship_by = column(Moment(), "ship_by")
    promised_at = column(Day(), "promised_at")
    is_gift = column(Flag(), "is_gift")
    tags = column(Words(), "tags")
    confirmed_at = column(Moment(), "confirmed_at")
    completed_at = column(Moment(), "completed_at")
    cancelled_at = column(Moment(), "cancelled_at")

    class Meta:
        model = Order

    @classmethod
    def facts(cls, rows: QuerySet) -> QuerySet:
        """Not cancelled ones, and of bundles what is in them, as the list counts."""
        lines = OrderLine.objects.filter(order=OuterRef("pk"), is_bundle=False)
        pieces = Sum(F("quantity") - F("cancelled_quantity"))
        counted = lines.order_by().values("order").annotate(n=pieces).values("n")
        return rows.annotate(pieces=Subquery(counted))


@register_export
class OrderLines(ExportResource):
    """One row for a line of the orders that the list shows, the newest first."""

    name, label = "order_lines", _("Order lines")
    api_list = "orders"
    listed = Order
    has_persons = True

    order = column(Text(), "order__number")
    channel = column(Text(), "order__channel__code")
    external_id = column(Text(), "order__external_id")
    placed_at = column(Moment(), "order__placed_at")
    status = column(Word(), "order__status")
    email = column(Text(), "order__customer__email")
    ship_to_name = column(Text(), "order__ship_to_name")
    ship_to_company = column(Text(), "order__ship_to_company")
    ship_to_street = column(Text(), "order__ship_to_street")
    ship_to_street2 = column(Text(), "order__ship_to_street2")
    ship_to_city = column(Text(), "order__ship_to_city")
    ship_to_region = column(Text(), "order__ship_to_region")
    ship_to_postal_code = column(Text(), "order__ship_to_postal_code")
    ship_to_country = column(Text(), "order__ship_to_country")
    ship_to_phone = column(Text(), "order__ship_to_phone")
    position = column(Number(), "position")
    sku = column(Text(), "sku")
    channel_sku = column(Text(), "channel_sku")
    product = column(Text(), "name")
    bundle = column(Text(), "parent__sku")
    quantity = column(Number(), "quantity")
    cancelled = column(Number(), "cancelled_quantity")
    allocated = column(Number(), "allocated_quantity")
    waiting = column(Number(), "waiting_quantity")
    shipped = column(Number(), "shipped_quantity")
    delivered = column(Number(), "delivered_quantity")
    returned = column(Number(), "returned_quantity")
    currency = column(Word(), "order__currency")
    prices_include_tax = column(Flag(), "order__prices_include_tax")
    unit_price = column(Amount(), "unit_price")
    discount_amount = column(Amount(), "discount_amount")
    tax_amount = column(Amount(), "tax_amount")
    total_amount = column(Amount(), "total_amount")

    class Meta:
        model = OrderLine

    @classmethod
    def rows(cls, listed: QuerySet) -> QuerySet:
        orders = listed.order_by().values("pk")
        return OrderLine.objects.filter(order__in=orders).order_by(
            "-order_id", "position"
        )


@register_export
class Payments(ExportResource):
    name, label = "payments", _("Payment transactions")

    at = column(Moment(), "at")
    order = column(Text(), "payment__order__number")
    channel = column(Text(), "payment__order__channel__code")
    gateway = column(Text(), "payment__gateway")
    kind = column(Word(), "kind")
    status = column(Word(), "status")
    amount = column(Amount(), "amount")
    currency = column(Word(), "currency")
    reference = column(Text(), "reference")
    reason = column(Text(), "reason")
    idempotency_key = column(Text(), "idempotency_key")
    actor = column(Text(), "actor")

    class Meta:
        model = PaymentTransaction


@register_export
class Customers(ExportResource):
    """Who was erased is a row without a name."""

    name, label = "customers", _("Customers")
    api_list = "customers"
    has_persons = True

    key = column(Text(), "key")
    customer = column(Text(), "name")
    email = column(Text(), "email")
    merged_into = column(Text(), "merged_into__key")
    is_active = column(Flag(), "is_active")
    erased_at = column(Moment(), "erased_at")
    created_at = column(Moment(), "created_at")

    class Meta:
        model = Customer


def _take_away(orders: persons.Keys, at: datetime) -> None:
    """Whoever is in them: lists can be exported again, without that person."""
    named = [each.name for each in resources.all_named().values() if each.has_persons]
    take_away(ExportFile.objects.filter(what__in=named, is_gone=False))


persons.register_part(
    "exports", persons.Part(lambda orders: {}, lambda orders: {}, _take_away)
)
