"""Work items about money, opened where they are found and closed here when their cause
is gone. Their subject is the payment, but for what concerns the whole order."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core.models import WorkItem
from orders import guards
from orders.models import Order, Payment, PaymentRequest
from orders.models.statuses import PaymentStatus

EXPIRING, EXPIRED = "authorization_expiring", "authorization_expired"
MISMATCH, UNKNOWN = "payment_mismatch", "payment_unknown"
OVERPAID, UNCOLLECTED = "overpaid", "uncollected"

SETTLED = {PaymentStatus.PAID, PaymentStatus.OVERPAID}
BAD = {  # items of orders: in which words they stay true
    OVERPAID: {PaymentStatus.OVERPAID},
    UNCOLLECTED: set(PaymentStatus) - SETTLED - {PaymentStatus.REFUNDED},
}


def failed(kind: str) -> str:
    return f"{kind}_failed"


def item(kind: str, row: Payment | Order, title: str) -> WorkItem:
    """An unsaved work item."""
    return WorkItem(
        kind=kind,
        subject_type=row._meta.model_name,
        subject_id=row.pk,
        title=title[:300],
    )


def close_cured(orders: Sequence[Order], *, at: datetime) -> None:
    """Close what is no longer true of locked orders. Needs their loaded payments, and
    their roll-ups as they are now. One statement where nothing is open."""
    payments = {p.pk: (order, p) for order in orders for p in order.payments.all()}
    by_pk = {order.pk: order for order in orders}
    found = _open(by_pk, payments)
    if not found:
        return
    asked: dict[int, list[PaymentRequest]] = {pk: [] for pk in payments}
    for row in PaymentRequest.objects.filter(payment__in=payments).order_by("pk"):
        asked[row.payment_id].append(row)
    true = {
        ("payment", pk, kind)
        for pk, (order, payment) in payments.items()
        for kind in _still_true(order, payment, asked[pk])
    } | {
        ("order", pk, kind)
        for pk, order in by_pk.items()
        for kind, bad in BAD.items()
        if order.payment_status in bad
    }
    cured = [pk for pk, name in found.items() if name not in true]
    WorkItem.objects.filter(pk__in=cured).update(
        status=WorkItem.Status.RESOLVED, resolved_at=at, updated_at=timezone.now()
    )


def _open(orders: Iterable[int], payments: Iterable[int]) -> dict[int, tuple]:
    """{key: (subject, its key, kind)} of the open items about their money."""
    mine = Q(subject_type="payment", subject_id__in=list(payments))
    mine |= Q(subject_type="order", subject_id__in=list(orders), kind__in=list(BAD))
    rows = WorkItem.objects.filter(mine).exclude(status=WorkItem.Status.RESOLVED)
    return {
        pk: tuple(name)
        for pk, *name in rows.values_list("pk", "subject_type", "subject_id", "kind")
    }


def _still_true(
    order: Order, payment: Payment, asked: Iterable[PaymentRequest]
) -> set[str]:
    kinds = set()
    last: dict[str, PaymentRequest] = {}
    for row in asked:
        last[base_of(row.idempotency_key)] = row
        if row.status in PaymentRequest.OPEN:
            kinds |= {MISMATCH, UNKNOWN}  # if they are open, they stay
    for row in last.values():
        if row.status == PaymentRequest.Status.FAILED and not _overtaken(row, order):
            kinds.add(failed(row.kind))
    held = payment.authorized_amount - payment.captured_amount - payment.voided_amount
    if held > 0 and is_owing(order):
        kinds.add(EXPIRING)
    is_open = order.status in {Order.Status.PENDING, *Order.LIVE}
    if is_open and guards.payment_is_secured.reason_of(order):
        kinds.add(EXPIRED)
    return kinds


def is_owing(order: Order) -> bool:
    """Whether money of it may still have to be captured."""
    return (
        order.status != Order.Status.CANCELLED and order.payment_status not in SETTLED
    )


def base_of(key: str) -> str:
    """What a request and those that try it again have in common."""
    return key.partition("#")[0]


def _overtaken(row: PaymentRequest, order: Order) -> bool:
    """A capture that failed, but the money has come another way."""
    return row.kind == "capture" and not is_owing(order)


def describe(request: PaymentRequest, order: Order, problem: str) -> str:
    amount = f"{request.amount:.2f} {request.payment.currency}"
    return _("%(order)s: %(kind)s of %(amount)s: %(problem)s") % {
        "order": order,
        "kind": request.get_kind_display(),
        "amount": amount,
        "problem": problem,
    }
