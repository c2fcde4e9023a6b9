"""What is captured when, and what is given up: by parcels sent, and by pieces
cancelled. Both work on locked orders whose lines are loaded as they are now."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from oms.core import workitems
from oms.core.money import ZERO, split
from orders.gateways.base import gateway_of
from orders.models import Order, OrderLine, PaymentRequest
from orders.models.statuses import PaymentStatus
from orders.services import asking, paymentitems
from orders.services.asking import Wanted
from orders.services.ledger import Kind

# An authorization may be open. Paid orders, and those on terms, have nothing to ask.
OPEN = {
    PaymentStatus.AUTHORIZED,
    PaymentStatus.PARTIALLY_AUTHORIZED,
    PaymentStatus.PARTIALLY_PAID,
    PaymentStatus.PARTIALLY_REFUNDED,
    PaymentStatus.REFUNDED,
}


class Parcel(NamedTuple):
    """What leaves: the key of the shipment, its order, and (order line pk, pieces)."""

    key: int
    order: Order
    pieces: Sequence[tuple[int, int]]


def capture_shipped(parcels: Sequence[Parcel], *, actor: str, at: datetime) -> None:
    """Ask for the money of parcels that have just been sent: each its own value, the
    first also shipping and fee, the last exactly the rest of what the order costs.

    The lines count the parcels as shipped already. No statement where nothing is
    authorized; the caller refreshes the roll-ups after it.
    """
    mine = defaultdict(list)
    for parcel in parcels:
        if parcel.order.payment_status in OPEN:
            mine[parcel.order].append(parcel)
    if not mine:
        return
    orders = list(mine)
    prefetch_related_objects(orders, "payments")
    asked, items = [], []
    for order, sent in mine.items():
        for parcel, amount in zip(sent, _amounts(order, sent), strict=True):
            made = asking.draft(
                Kind.CAPTURE,
                order,
                Wanted(order.pk, amount, f"shipment:{parcel.key}"),
            )
            asked += made
            lacking = amount - sum((row.amount for row in made), ZERO)
            if lacking > 0 and not order.payment_terms:
                items.append(_uncollected(order, lacking))
    asking.send(asked, orders, actor=actor, at=at)
    workitems.open_items(items, at=at)


def _amounts(order: Order, sent: Sequence[Parcel]) -> list[Decimal]:
    """What to ask for each of an order's parcels, in the order in which they go."""
    left = order.total_amount - sum(
        payment.captured_amount + payment.capturing_amount
        for payment in order.payments.all()
    )
    if not all(gateway.in_parts for gateway in _gateways(order)):
        return [left, *[ZERO] * (len(sent) - 1)]
    lines = order.lines.all()
    sent_alone = [line for line in lines if not line.is_bundle]
    gone = {line.pk: line.shipped_quantity for line in sent_alone}
    for parcel in sent:
        for pk, pieces in parcel.pieces:
            gone[pk] -= pieces
    is_last = not any(line.open_quantity for line in sent_alone)
    amounts = []
    for parcel in sent:
        value = ZERO if any(gone.values()) else _extras(order)
        value -= sum((_value(line, gone, order) for line in lines), ZERO)
        for pk, pieces in parcel.pieces:
            gone[pk] += pieces
        value += sum((_value(line, gone, order) for line in lines), ZERO)
        if is_last and parcel is sent[-1]:
            value = left
        amounts.append(max(min(value, left), ZERO))
        left -= amounts[-1]
    return amounts


def _gateways(order: Order) -> list:
    found = (gateway_of(payment) for payment in order.payments.all())
    return [gateway for gateway in found if gateway is not None]


def _extras(order: Order) -> Decimal:
    return order.shipping_amount + order.shipping_tax_amount + order.fee_amount


def _value(line: OrderLine, gone: Mapping[int, int], order: Order) -> Decimal:
    """The part of a line's total that has left, to the cent; of a bundle, by the pieces
    in it that have."""
    parts = [line]
    if line.is_bundle:
        parts = [part for part in order.lines.all() if part.parent_id == line.pk]
    kept = sum(part.quantity - part.cancelled_quantity for part in parts)
    sent = sum(gone[part.pk] for part in parts)
    if not kept or not line.total_amount:
        return ZERO
    return split(line.total_amount, [sent, kept - sent], order.currency)[0]


def _uncollected(order: Order, lacking: Decimal):
    text = _(
        "%(order)s: a parcel has left, but %(amount)s %(currency)s of it are not "
        "authorized any more; ask the customer for another payment."
    )
    names = {"order": order, "amount": f"{lacking:.2f}", "currency": order.currency}
    return paymentitems.item(paymentitems.UNCOLLECTED, order, text % names)


def void_unneeded(
    orders: Sequence[Order], *, reason: str, actor: str, at: datetime
) -> list[PaymentRequest]:
    """Ask to give up what is authorized beyond what orders cost now; all of it where
    nothing is left of an order. Their payments are loaded; no statement where nothing
    is to be given up; the caller refreshes the roll-ups after it."""
    asked = []
    for order in orders:
        payments = order.payments.all()
        taken = sum((p.captured_amount + p.capturing_amount for p in payments), ZERO)
        held = sum((asking.open_amount(Kind.VOID, p) for p in payments), ZERO)
        excess = held - max(order.total_amount - taken, ZERO)
        if held > 0 and excess > 0:
            each = Wanted(order.pk, excess, reason=reason[:200])
            asked += asking.draft(Kind.VOID, order, each)
    return asking.send(asked, orders, actor=actor, at=at)
