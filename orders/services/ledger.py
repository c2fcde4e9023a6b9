"""The ledger of payments: the rows that say what happened to money."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from channels.reading import MOST_MONEY
from oms.core.building import build
from oms.core.money import rounded
from oms.core.sets import insert_rows
from oms.core.timeline import event_of
from orders.models import Order, Payment, PaymentRequest, PaymentTransaction

Kind = PaymentTransaction.Kind
Status = PaymentTransaction.Status


ACTIONS = {
    (Kind.AUTHORIZE, Status.SUCCEEDED): "order.payment_authorized",
    (Kind.CAPTURE, Status.SUCCEEDED): "order.payment_captured",
    (Kind.CAPTURE, Status.FAILED): "order.capture_failed",
    (Kind.VOID, Status.SUCCEEDED): "order.authorization_voided",
    (Kind.VOID, Status.FAILED): "order.void_failed",
    (Kind.REFUND, Status.SUCCEEDED): "order.payment_refunded",
    (Kind.REFUND, Status.FAILED): "order.refund_failed",
}


def entry(
    payment: Payment, kind: Kind, amount: Decimal, key: str, *, actor: str, at: datetime
) -> PaymentTransaction:
    """An unsaved row: it has succeeded."""
    return build(
        PaymentTransaction,
        payment=payment,
        kind=kind,
        status=Status.SUCCEEDED,
        amount=amount,
        currency=payment.currency,
        idempotency_key=key,
        actor=actor,
        at=at,
    )


def of_request(
    request: PaymentRequest, *, reference: str = "", actor: str, at: datetime
) -> PaymentTransaction:
    """An unsaved row of a finished request, under its key."""
    row = entry(
        request.payment,
        Kind(request.kind),
        request.amount,
        request.idempotency_key,
        actor=actor,
        at=at,
    )
    row.status, row.reference = Status(request.status), reference or None
    row.reason = request.error or request.reason
    return row


def write(rows: Sequence[PaymentTransaction], orders: Iterable[Order]) -> None:
    """Write rows of the ledger, and what happened on the timelines of the orders."""
    if not rows:
        return
    by_pk = {order.pk: order for order in orders}
    insert_rows(rows)
    insert_rows([_event(row, by_pk[row.payment.order_id]) for row in rows])


def _event(row: PaymentTransaction, order: Order):
    data = {
        "amount": f"{rounded(row.amount, row.currency)} {row.currency}",
        "gateway": row.payment.gateway,
        "reference": row.reference,
        "reason": row.reason,
    }
    return event_of(
        order,
        ACTIONS[Kind(row.kind), Status(row.status)],
        actor=row.actor,
        at=row.at,
        data={name: value for name, value in data.items() if value},
    )


def bad_amount(amount, order: Order) -> str:
    """Why it is no amount of money of this order, or ""."""
    if (
        isinstance(amount, Decimal)
        and amount.is_finite()
        and 0 < amount <= MOST_MONEY
        and rounded(amount, order.currency) == amount
    ):
        return ""
    return _(
        "%(order)s: %(amount).60r is no amount in %(currency)s; give one above 0 with "
        "the digits of the currency, such as 12.50."
    ) % {"order": order, "amount": amount, "currency": order.currency}
