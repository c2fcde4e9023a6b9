"""Asking for money to be captured, given up (void) or given back: the intent only.

What is asked is bounded by what is open, under the lock of the order, and counted on
the payment until it is decided (`capturing_amount` …), so that requests at the same
moment never exceed it. What gateways answer is settled later (`settling.py`); local
gateways have nobody to ask, their requests are done at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core import transitions
from oms.core.faults import fault_point
from oms.core.money import ZERO
from oms.core.outcome import Outcome
from oms.core.sets import assign_ids, insert_rows, update_rows
from oms.core.sound import is_text, keys
from oms.core.tasks import enqueue
from orders.gateways.base import gateway_of
from orders.models import Order, Payment, PaymentRequest
from orders.services import ledger, paymentitems, rollups
from orders.services.ledger import Kind

COUNTED = {  # being asked, done
    Kind.CAPTURE: ("capturing_amount", "captured_amount"),
    Kind.VOID: ("voiding_amount", "voided_amount"),
    Kind.REFUND: ("refunding_amount", "refunded_amount"),
}
COLUMNS = [name for pair in COUNTED.values() for name in pair]
MOST_CAUSE = 64


class Wanted(NamedTuple):
    """`amount` None: all that is open. `cause` names why, as in `shipment:12`: the same
    is asked once for an order; without one every call asks anew."""

    order_id: int
    amount: Decimal | None = None
    cause: str = ""
    reason: str = ""


def request_captures(wanted: Iterable[Wanted], *, actor: str, at=None) -> Outcome:
    """Ask for the capture of authorized money. done: the requests, one a payment;
    refused: by position. An order's payments are used oldest first."""
    return _request(Kind.CAPTURE, wanted, actor, at)


def request_voids(wanted: Iterable[Wanted], *, actor: str, at=None) -> Outcome:
    """Ask to give up what is authorized and not captured."""
    return _request(Kind.VOID, wanted, actor, at)


def request_refunds(wanted: Iterable[Wanted], *, actor: str, at=None) -> Outcome:
    """Ask to give captured money back."""
    return _request(Kind.REFUND, wanted, actor, at)


@transaction.atomic
def _request(kind: Kind, wanted: Iterable[Wanted], actor: str, at) -> Outcome:
    at, wanted = at or timezone.now(), list(wanted)
    named = [each for each in wanted if isinstance(each, Wanted)]
    locked = transitions.lock(Order, keys(each.order_id for each in named))
    prefetch_related_objects(locked, "payments")
    orders = {order.pk: order for order in locked}
    known = _known(kind, named, locked)
    out, asked = Outcome(), []
    for position, each in enumerate(wanted):
        if reason := _bad(kind, each, orders, known):
            out.refuse(position, reason)
            continue
        made = draft(kind, orders[each.order_id], each)
        known |= {row.idempotency_key for row in made}
        asked += made
    out.done = send(asked, locked, actor=actor, at=at)
    touched = [orders[pk] for pk in sorted({r.payment.order_id for r in asked})]
    rollups.refresh(touched)
    paymentitems.close_cured(touched, at=at)
    return out


def open_amount(kind: Kind, payment: Payment) -> Decimal:
    """What may still be asked for."""
    if kind == Kind.REFUND:
        spoken = payment.refunded_amount + payment.refunding_amount
        return payment.captured_amount - spoken
    return (
        payment.authorized_amount
        - payment.captured_amount
        - payment.capturing_amount
        - payment.voided_amount
        - payment.voiding_amount
    )


def draft(kind: Kind, order: Order, each: Wanted) -> list[PaymentRequest]:
    """Unsaved requests for at most what is open, and the amounts of the order's loaded
    payments as they are with them."""
    left, made = each.amount, []
    for payment in sorted(order.payments.all(), key=lambda payment: payment.pk):
        amount = open_amount(kind, payment)
        if left is not None:
            amount = min(amount, left)
            left -= max(amount, ZERO)
        if amount <= 0:
            continue
        name = COUNTED[kind][0]
        setattr(payment, name, getattr(payment, name) + amount)
        key = key_of(kind, each.cause, payment) if each.cause else ""
        request = PaymentRequest(payment=payment, kind=kind, amount=amount)
        request.idempotency_key, request.reason = key, each.reason
        made.append(request)
    return made


def key_of(kind: Kind, cause: str, payment: Payment) -> str:
    return f"{kind}:{cause}:{payment.pk}"


def send(
    asked: Sequence[PaymentRequest],
    orders: Iterable[Order],
    *,
    actor: str,
    at: datetime,
) -> list[PaymentRequest]:
    """Write drafted requests. Those of local gateways are done with that, the others
    are settled by a task. The caller holds the lock and refreshes the roll-ups."""
    if not asked:
        return []
    assign_ids(asked)
    done, counts = [], defaultdict(lambda: dict.fromkeys(COLUMNS, ZERO))
    for row in asked:
        row.actor, row.next_attempt_at = actor, at
        row.idempotency_key = row.idempotency_key or f"{row.kind}:request:{row.pk}"
        asking, finished = COUNTED[row.kind]
        gateway = gateway_of(row.payment)
        if gateway is not None and gateway.local:
            row.status, row.finished_at = PaymentRequest.Status.SUCCEEDED, at
            counts[row.payment_id][finished] += row.amount
            _move(row.payment, row.kind, row.amount)
            done.append(row)
        else:
            counts[row.payment_id][asking] += row.amount
    insert_rows(asked)
    update_rows(
        Payment,
        {pk: tuple(sums.values()) for pk, sums in counts.items()},
        COLUMNS,
        add=True,
    )
    ledger.write([ledger.of_request(row, actor=actor, at=at) for row in done], orders)
    fault_point("capture.before_request_commit")
    enqueue_settling(row.pk for row in asked if row not in done)
    return list(asked)


def enqueue_settling(pks: Iterable[int]) -> None:
    enqueue("orders.tasks.settle_payments", pks)


def finish(row: PaymentRequest, order: Order, *, actor: str, at: datetime) -> None:
    """Write a request that has come to its end, succeeded or failed, and count it. The
    caller holds the lock of the order, whose payments are loaded."""
    [row.payment] = [p for p in order.payments.all() if p.pk == row.payment_id]
    asking, done = COUNTED[row.kind]
    counts = dict.fromkeys(COLUMNS, ZERO)
    counts[asking] -= row.amount
    if row.status == PaymentRequest.Status.SUCCEEDED:
        counts[done] += row.amount
        _move(row.payment, row.kind, row.amount)
    else:
        setattr(row.payment, asking, getattr(row.payment, asking) - row.amount)
    row.finished_at = at
    names = ["status", "error", "finished_at"]
    update_rows(
        PaymentRequest,
        {row.pk: tuple(getattr(row, name) for name in names)},
        names,
    )
    update_rows(Payment, {row.payment_id: tuple(counts.values())}, COLUMNS, add=True)


def _move(payment: Payment, kind: Kind, amount: Decimal) -> None:
    """From asked to done, in memory."""
    asking, done = COUNTED[kind]
    setattr(payment, asking, getattr(payment, asking) - amount)
    setattr(payment, done, getattr(payment, done) + amount)


# --- Why not --------------------------------------------------------------------------


def _known(kind: Kind, wanted: Sequence[Wanted], orders: Sequence[Order]) -> set[str]:
    """The keys of these causes that were asked for already."""
    payments = {order.pk: order.payments.all() for order in orders}
    asked = {
        key_of(kind, each.cause, payment)
        for each in wanted
        if type(each.order_id) is int and is_text(each.cause, MOST_CAUSE) and each.cause
        for payment in payments.get(each.order_id, ())
    }
    if not asked:
        return set()
    rows = PaymentRequest.objects.filter(idempotency_key__in=asked)
    return set(rows.values_list("idempotency_key", flat=True))


def _bad(kind: Kind, each: Wanted, orders: dict[int, Order], known: set[str]) -> str:
    if not isinstance(each, Wanted):
        return _("An order and an amount are expected, not %(what).60r.") % {
            "what": each
        }
    order = orders.get(each.order_id) if type(each.order_id) is int else None
    if order is None:
        return _("Order %(pk).60r does not exist; check the key.") % {
            "pk": each.order_id
        }
    if not (is_text(each.cause, MOST_CAUSE) and is_text(each.reason, 200)):
        return _(
            "%(order)s: cause and reason are texts of at most 64 and 200 characters, "
            "none of them NUL; shorten them."
        ) % {"order": order}
    payments = order.payments.all()
    keys_of = {key_of(kind, each.cause, payment) for payment in payments}
    if each.cause and keys_of & known:
        return _(
            "%(order)s: this was asked for already (%(cause)s); nothing to do."
        ) % {
            "order": order,
            "cause": each.cause,
        }
    return _bad_amount(kind, each, order)


def _bad_amount(kind: Kind, each: Wanted, order: Order) -> str:
    if each.amount is not None and (text := ledger.bad_amount(each.amount, order)):
        return text
    most = sum(
        (max(open_amount(kind, payment), ZERO) for payment in order.payments.all()),
        ZERO,
    )
    if most > 0 and (each.amount is None or each.amount <= most):
        return ""
    words = {
        Kind.CAPTURE: _(
            "%(order)s: %(amount)s asked, at most %(most)s %(currency)s are authorized "
            "and open. Capture less, or ask the customer for another payment."
        ),
        Kind.VOID: _(
            "%(order)s: %(amount)s asked, at most %(most)s %(currency)s are authorized "
            "and open. Void less; what is captured is refunded."
        ),
        Kind.REFUND: _(
            "%(order)s: %(amount)s asked, at most %(most)s %(currency)s are captured "
            "and not given back yet. Refund less."
        ),
    }
    return words[kind] % {
        "order": order,
        "amount": _("everything") if each.amount is None else f"{each.amount:.2f}",
        "most": f"{most:.2f}",
        "currency": order.currency,
    }
