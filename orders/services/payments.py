"""Payments as they come to be: the channel has collected the money, a message tells of
an authorization, staff have seen a transfer."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from channels.messages import MOST_REFERENCE, IncomingOrder, IncomingPayment
from channels.models import Channel
from oms.core import transitions, workitems
from oms.core.building import build
from oms.core.money import rounded
from oms.core.outcome import Outcome
from oms.core.registry import registered
from oms.core.sets import assign_ids, insert_rows, preload
from oms.core.sound import is_text, keys
from oms.core.tasks import enqueue
from orders.models import Order, Payment, PaymentTransaction
from orders.services import ledger, paymentitems, rollups, validation
from orders.services.ledger import Kind

CHANNEL_GATEWAY = "channel"
MANUAL_GATEWAY = "manual"


class Received(NamedTuple):
    """Money that has come. `reference`: what the bank or the receipt calls it."""

    order_id: int
    amount: Decimal
    reference: str
    gateway: str = MANUAL_GATEWAY


class Authorized(NamedTuple):
    """Money that a gateway will give when it is captured."""

    order_id: int
    amount: Decimal
    reference: str
    gateway: str
    expires_at: datetime | None = None


def told(
    orders: Sequence[Order], said: Sequence[IncomingOrder], actor: str, at: datetime
) -> tuple[list[Payment], list[PaymentTransaction]]:
    """Unsaved payments of new orders, with their ledger: what their messages tell, else
    what their channel has collected.

    Every order gets its `payments` loaded, so that guards can read them.
    """
    made = []
    for order, incoming in zip(orders, said, strict=True):
        mine = [_told(order, each) for each in incoming.payments]
        if not mine:
            mine = [p for p in [_collected(order)] if p]
        preload(order, payments=mine)
        made += mine
    assign_ids(made)
    return made, [_first_entry(payment, actor, at) for payment in made]


def _told(order: Order, said: IncomingPayment) -> Payment:
    payment = Payment(
        order=order,
        gateway=said.gateway,
        currency=order.currency,
        authorized_amount=said.amount,
        reference=said.reference,
    )
    if said.status == IncomingPayment.CAPTURED:
        payment.captured_amount = said.amount
    else:
        payment.expires_at = said.expires_at
    return payment


def _collected(order: Order) -> Payment | None:
    collected = order.total_amount
    if order.claimed_total_amount is not None:
        collected = order.claimed_total_amount
    if order.channel.payment != Channel.Payment.CHANNEL or collected <= 0:
        return None
    return build(
        Payment,
        order=order,
        gateway=CHANNEL_GATEWAY,
        currency=order.currency,
        authorized_amount=collected,
        captured_amount=collected,
    )


def _first_entry(payment: Payment, actor: str, at: datetime) -> PaymentTransaction:
    kind = Kind.CAPTURE if payment.captured_amount else Kind.AUTHORIZE
    key = f"{kind}:{payment.pk}"
    if payment.reference:
        key = key_of(payment.gateway, payment.reference)
    entry = ledger.entry(
        payment, kind, payment.authorized_amount, key, actor=actor, at=at
    )
    entry.reference = payment.reference or None
    return entry


def key_of(gateway: str, reference: str) -> str:
    """A gateway's payment is recorded once, for one order."""
    return f"payment:{gateway}:{reference}"


def recorded(pairs: Iterable[tuple[str, str]]) -> set[str]:
    """Those of these gateways' payments that are in the ledger, by key."""
    wanted = {key_of(*pair) for pair in pairs}
    if not wanted:
        return set()
    rows = PaymentTransaction.objects.filter(idempotency_key__in=wanted)
    return set(rows.values_list("idempotency_key", flat=True))


@transaction.atomic
def record_payments(
    received: Iterable[Received], *, actor: str, at: datetime | None = None
) -> Outcome:
    """Record money that has come, once for its reference. done: the payments; refused:
    by position. Orders that wait for their payment go on by a task."""
    return _record(received, Received, Kind.CAPTURE, actor, at)


@transaction.atomic
def record_authorizations(
    authorized: Iterable[Authorized], *, actor: str, at: datetime | None = None
) -> Outcome:
    """Record what gateways have authorized, once for its reference. done: the payments;
    refused: by position. Orders that wait for their payment go on by a task."""
    return _record(authorized, Authorized, Kind.AUTHORIZE, actor, at)


def _record(said: Iterable, shape: type, kind: Kind, actor: str, at) -> Outcome:
    at, said = at or timezone.now(), list(said)
    sound = [each for each in said if isinstance(each, shape)]
    locked = transitions.lock(Order, keys(each.order_id for each in sound))
    prefetch_related_objects(locked, "payments")
    orders = {order.pk: order for order in locked}
    known = recorded((e.gateway, e.reference) for e in sound if not _bad_words(e))
    out, made = Outcome(), []
    for position, each in enumerate(said):
        if reason := _bad(each, shape, orders, known):
            out.refuse(position, reason)
            continue
        known.add(key_of(each.gateway, each.reference))
        made.append(_payment(each, orders[each.order_id], kind))
    assign_ids(made)
    insert_rows(made)
    paid = [order for order in locked if any(p.order_id == order.pk for p in made)]
    ledger.write([_first_entry(payment, actor, at) for payment in made], paid)
    for order in paid:
        mine = [payment for payment in made if payment.order_id == order.pk]
        preload(order, payments=[*order.payments.all(), *mine])
    rollups.refresh(paid)
    paymentitems.close_cured(paid, at=at)
    workitems.open_items(validation.overpaid(paid), at=at)
    enqueue("orders.tasks.paid", [order.pk for order in paid])
    out.done = made
    return out


def _payment(each: Received | Authorized, order: Order, kind: Kind) -> Payment:
    return Payment(
        order=order,
        gateway=each.gateway,
        currency=order.currency,
        authorized_amount=each.amount,
        captured_amount=each.amount if kind == Kind.CAPTURE else 0,
        reference=each.reference,
        expires_at=getattr(each, "expires_at", None),
    )


# --- Why not --------------------------------------------------------------------------


def _bad(each, shape: type, orders: dict[int, Order], known: set[str]) -> str:
    if not isinstance(each, shape):
        return _("A payment is expected, not %(what).60r; give order and amount.") % {
            "what": each
        }
    order = orders.get(each.order_id) if type(each.order_id) is int else None
    if order is None:
        return _("Order %(pk).60r does not exist; check the key.") % {
            "pk": each.order_id
        }
    if problem := _bad_words(each):
        return _("%(order)s: %(problem)s.") % {"order": order, "problem": problem}
    if key_of(each.gateway, each.reference) in known:
        return _(
            "%(order)s: the payment %(reference)s of %(gateway)s is recorded already; "
            "nothing was changed. Check the reference."
        ) % {"order": order, "reference": each.reference, "gateway": each.gateway}
    return ledger.bad_amount(each.amount, order)


def _bad_words(each: Received | Authorized) -> str:
    if problem := bad_gateway(each.gateway):
        return problem
    if not is_text(each.reference, MOST_REFERENCE) or not each.reference.strip():
        return _(
            "the reference is a text of 1 to %(n)d characters, none of them NUL; give "
            "what the bank or the gateway calls the payment"
        ) % {"n": MOST_REFERENCE}
    ends = getattr(each, "expires_at", None)
    if ends is not None and not (isinstance(ends, datetime) and ends.tzinfo):
        return _("%(ends).60r is no time with its zone; correct it") % {"ends": ends}
    return ""


def bad_telling(said: IncomingPayment, currency: str) -> str:
    """Why a message's payment cannot be taken, or ""."""
    if rounded(said.amount, currency) != said.amount:
        return _("%(amount)s has more digits than %(currency)s; round it") % {
            "amount": said.amount,
            "currency": currency,
        }
    return bad_gateway(said.gateway)


def told_before(incoming: IncomingOrder, known: set[str]) -> str:
    """Refuse payments that another order has; those of this message become known."""
    for payment in incoming.payments:
        key = key_of(payment.gateway, payment.reference)
        if key in known:
            return _(
                "The payment %(reference)s of %(gateway)s is recorded already; one "
                "payment pays one order. Ask the channel what it is for."
            ) % {"reference": payment.reference, "gateway": payment.gateway}
        known.add(key)
    return ""


def bad_gateway(code) -> str:
    known: dict[str, Callable] = registered("OMS_GATEWAYS")
    if isinstance(code, str) and code in known:
        return ""
    return _("the gateway %(code).60r is unknown; use one of: %(all)s") % {
        "code": code,
        "all": ", ".join(sorted(known)),
    }
