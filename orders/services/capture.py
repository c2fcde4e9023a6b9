"""From incoming orders to order rows, in memory: what is written stands in intake.py.

Nothing is dropped. What can be read is taken, and waits with its findings if it may not
go on; what cannot be read stays in the inbox with the reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from channels.messages import IncomingCustomer, IncomingOrder, MessageError
from channels.models import InboundMessage
from inventory.models import Product
from oms.core.building import build
from oms.core.money import is_currency, rounded
from oms.core.numbering import document_number
from oms.core.sets import among, assign_ids, insert_missing, preload
from orders.models import Customer, Order, OrderLine
from orders.services import bundles, healing, payments, pricing

PRODUCT_FACTS = "sku", "name", "tracks_stock", "is_bundle", "weight_grams"
PRODUCT_FACTS += "backorder_limit", "available_from", "list_price", "list_currency"


class Draft(NamedTuple):
    message: InboundMessage
    incoming: IncomingOrder


def read_messages(
    messages: Sequence[InboundMessage],
) -> tuple[list[Draft], dict[int, str]]:
    """Parse the messages and drop what is an order already; {message pk: why refused}.

    One statement: the orders that exist.
    """
    drafts, errors = [], {}
    for message in messages:
        try:
            incoming = IncomingOrder.from_payload(message.payload)
            check(incoming)
        except MessageError as error:
            errors[message.pk] = str(error)
        else:
            drafts.append(Draft(message, incoming))
    taken = {
        (channel, external_id): number
        for channel, external_id, number in among(
            Order.objects.filter(channel__in={d.message.channel_id for d in drafts}),
            "external_id",
            {d.incoming.external_id for d in drafts},
        ).values_list("channel", "external_id", "number")
    }
    fresh, paid = (
        [],
        payments.recorded(
            (payment.gateway, payment.reference)
            for draft in drafts
            for payment in draft.incoming.payments
        ),
    )
    for draft in drafts:
        key = draft.message.channel_id, draft.incoming.external_id
        if key in taken:
            errors[draft.message.pk] = _(
                "Order %(external_id)s of this channel is here already as %(number)s; "
                "nothing was changed."
            ) % {"external_id": key[1], "number": taken[key]}
        elif twice := payments.told_before(draft.incoming, paid):
            errors[draft.message.pk] = twice
        else:
            taken[key] = _("another message of the same set")
            fresh.append(draft)
    return fresh, errors


def check(incoming: IncomingOrder) -> None:
    """Refuse what cannot become an order at all. Raises MessageError."""
    if not is_currency(incoming.currency):
        raise MessageError(
            _("currency is %(code)r; expected an ISO 4217 code such as EUR.")
            % {"code": incoming.currency}
        )
    if not incoming.lines:
        raise MessageError(_("lines: an order needs at least one line."))
    for position, payment in enumerate(incoming.payments):
        if problem := payments.bad_telling(payment, incoming.currency):
            where = f"payments[{position}]"
            raise MessageError(f"{where}: {problem}.")


def build_orders(drafts: Sequence[Draft]) -> list[Order]:
    """Unsaved orders with numbers, lines and customers, in the order of the drafts.

    Customers that are new are written. Four statements, however many drafts.
    """
    skus = {line.sku for draft in drafts for line in draft.incoming.lines}
    goods = among(Product.objects.only(*PRODUCT_FACTS), "sku", skus)
    products = {product.sku: product for product in goods}
    listed = healing.listings(
        {draft.message.channel_id for draft in drafts}, skus - products.keys()
    )
    customers = _customers(drafts)
    orders = [_order(draft, customers) for draft in drafts]
    lines = [
        _lines(order, draft.incoming, products, listed)
        for order, draft in zip(orders, drafts, strict=True)
    ]
    components = bundles.explode(lines)
    assign_ids(orders, [line for group in lines for line in group])
    bundles.tie(components)
    for order, group in zip(orders, lines, strict=True):
        order.number = document_number(Order, order.pk)
        for line in group:
            line.order = order
        order.total_amount = pricing.order_total(
            order, [line.total_amount for line in group]
        )
        preload(order, lines=group)
    return orders


def _order(draft: Draft, customers: dict[str, int]) -> Order:
    message, incoming = draft
    ship_to, currency = incoming.ship_to, incoming.currency
    customer = incoming.customer and customer_key(message.channel_id, incoming.customer)
    return build(
        Order,
        channel=message.channel,
        external_id=incoming.external_id,
        inbound_message=message,
        customer_id=customers[customer] if customer else None,
        priority=incoming.priority,
        ship_complete=message.channel.ship_complete,
        placed_at=incoming.placed_at,
        currency=currency,
        prices_include_tax=incoming.prices_include_tax,
        shipping_amount=rounded(incoming.shipping_amount, currency),
        shipping_tax_amount=rounded(incoming.shipping_tax_amount, currency),
        fee_amount=rounded(incoming.fee_amount, currency),
        claimed_total_amount=incoming.total_amount,
        payment_terms=incoming.payment_terms or message.channel.payment_terms,
        ship_to_name=ship_to.name,
        ship_to_company=ship_to.company,
        ship_to_street=ship_to.street,
        ship_to_street2=ship_to.street2,
        ship_to_city=ship_to.city,
        ship_to_region=ship_to.region,
        ship_to_postal_code=ship_to.postal_code,
        ship_to_country=ship_to.country,
        ship_to_phone=ship_to.phone,
        ship_to_lat=ship_to.lat,
        ship_to_lon=ship_to.lon,
    )


def _lines(
    order: Order,
    incoming: IncomingOrder,
    products: Mapping[str, Product],
    listed: Mapping[tuple[int, str], Product],
) -> list[OrderLine]:
    discounts = pricing.line_discounts(incoming)
    lines = []
    for position, (said, discount) in enumerate(
        zip(incoming.lines, discounts, strict=True), start=1
    ):
        product = products.get(said.sku) or listed.get((order.channel_id, said.sku))
        line = build(
            OrderLine,
            position=position,
            product=None,
            sku=said.sku,
            name=said.name or (product.name if product else ""),
            quantity=said.quantity,
            unit_price=said.unit_price,
            discount_amount=rounded(discount, order.currency),
            tax_amount=rounded(said.tax_amount, order.currency),
        )
        if product is not None:
            healing.name_product(line, product)
        line.total_amount = pricing.line_total(
            line,
            said.quantity,
            order.currency,
            includes_tax=order.prices_include_tax,
        )
        lines.append(line)
    return lines


def customer_key(channel_id: int, customer: IncomingCustomer) -> str:
    """What identifies a person: the e-mail address, else the channel's own id."""
    if customer.email:
        return f"email:{customer.email.lower()}"
    if customer.external_id:
        return f"channel:{channel_id}:{customer.external_id}"
    return ""


def _customers(drafts: Sequence[Draft]) -> dict[str, int]:
    """{key: pk}, the new ones written: sorted by key, as everyone who locks them."""
    said = {}
    for draft in drafts:
        customer = draft.incoming.customer
        if customer and (key := customer_key(draft.message.channel_id, customer)):
            said[key] = Customer(key=key, name=customer.name, email=customer.email)
    known = dict(_known(said))
    new = [said[key] for key in sorted(said) if key not in known]
    known |= {key: pk for pk, key in insert_missing(new, ["key"])}
    if len(known) < len(said):  # written by somebody else since we looked
        known |= dict(_known(said))
    return known


def _known(keys: Iterable[str]):
    """(key, pk): who was merged into somebody orders as that one."""
    rows = among(Customer.objects, "key", keys)
    return rows.values_list("key", Coalesce("merged_into", "pk"))
