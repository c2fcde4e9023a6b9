"""Authorizations end: staff hear of it days ahead; what has ended counts no more."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F, prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from oms.core import transitions, workitems
from oms.core.models import WorkItem
from oms.core.outcome import Outcome
from oms.core.sets import update_rows
from oms.core.sound import keys
from orders import guards
from orders.models import Order, Payment
from orders.models.holds import Blocks, HoldReason
from orders.services import asking, holds, ledger, paymentitems, rollups
from orders.services.ledger import Kind

AHEAD = timedelta(days=3)
SOURCE = "payments"


def ending(at=None) -> list[int]:
    """Keys of the orders with an authorization that ends soon or has ended."""
    ends = Payment.objects.filter(
        expires_at__lte=(at or timezone.now()) + AHEAD,
        authorized_amount__gt=F("captured_amount") + F("voided_amount"),
    )
    return sorted(set(ends.values_list("order", flat=True)))


@transaction.atomic
def watch_authorizations(orders: Iterable[int], *, actor: str, at=None) -> Outcome:
    """Look after the authorizations of these orders, by primary key.

    What ends within three days becomes a work item that names the day. What has ended
    is void; an order that is not secured without it is held until it is paid. done:
    the orders that lost an authorization.
    """
    at = at or timezone.now()
    locked = transitions.lock(Order, keys(orders))
    prefetch_related_objects(locked, "payments")
    items, voided = [], []
    for order in locked:
        for payment in order.payments.all():
            if not payment.expires_at or payment.expires_at > at + AHEAD:
                continue
            if payment.expires_at > at:
                items += _warning(order, payment)
            elif asking.open_amount(Kind.VOID, payment) > 0:
                voided.append(payment)
    lost = [order for order in locked if order in {p.order for p in voided}]
    items += _write_expired(voided, locked, actor, at)
    rollups.refresh(lost)
    paymentitems.close_cured(locked, at=at)
    workitems.open_items(items, at=at)
    _hold(lost, actor, at)
    return Outcome(lost)


def _warning(order: Order, payment: Payment) -> list[WorkItem]:
    rest = payment.authorized_amount - payment.captured_amount - payment.voided_amount
    if rest <= 0 or not paymentitems.is_owing(order):
        return []
    text = _(
        "%(order)s: the authorization of %(amount)s %(currency)s ends on %(day)s; "
        "capture it now, or ask the customer for a new one."
    )
    return [
        paymentitems.item(paymentitems.EXPIRING, payment, text % _names(payment, rest))
    ]


def _write_expired(
    payments: Sequence[Payment], orders: Sequence[Order], actor: str, at: datetime
) -> list[WorkItem]:
    """Write what has ended as void, but for what is being captured just now; the work
    items of orders that lack the money."""
    rows, entries, items = {}, [], []
    for payment in payments:
        rest = asking.open_amount(Kind.VOID, payment)
        key = f"expired:{payment.pk}:{payment.voided_amount}"
        entry = ledger.entry(payment, Kind.VOID, rest, key, actor=actor, at=at)
        entry.reason = "expired"
        entries.append(entry)
        payment.voided_amount += rest
        rows[payment.pk] = (rest,)
    update_rows(Payment, rows, ["voided_amount"], add=True)
    ledger.write(entries, orders)
    for entry in entries:
        order = entry.payment.order
        if _lacks_money(order):
            text = _(
                "%(order)s: the authorization of %(amount)s %(currency)s ended on "
                "%(day)s; ask the customer for another payment, or cancel the order."
            )
            names = _names(entry.payment, entry.amount)
            kind = paymentitems.EXPIRED
            items.append(paymentitems.item(kind, entry.payment, text % names))
    return items


def _lacks_money(order: Order) -> bool:
    is_open = order.status in {Order.Status.PENDING, *Order.LIVE}
    return is_open and bool(guards.payment_is_secured.reason_of(order))


def _hold(orders: Sequence[Order], actor: str, at: datetime) -> None:
    """Those that are in work and not secured any more wait for their money."""
    wanted = [
        holds.NewHold(
            order.pk,
            HoldReason.AWAITING_PAYMENT,
            [Blocks.RELEASE, Blocks.SHIP],
            SOURCE,
            paymentitems.EXPIRED,
            note=_("The authorization has ended."),
            until_paid=True,
        )
        for order in orders
        if order.status in Order.LIVE and _lacks_money(order)
    ]
    if wanted:
        holds.place_holds(wanted, actor=actor, at=at)


def _names(payment: Payment, amount: Decimal) -> dict:
    return {
        "order": payment.order,
        "amount": f"{amount:.2f}",
        "currency": payment.currency,
        "day": date_format(timezone.localtime(payment.expires_at), "SHORT_DATE_FORMAT"),
    }
