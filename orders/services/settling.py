"""Settling what was asked of gateways, so that it happens once: claim (committed), ask
outside of any transaction, store the answer under the order's lock."""

import logging
import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core import outside, transitions, workitems
from oms.core.faults import fault_point
from oms.core.outcome import Outcome
from oms.core.sets import update_rows
from oms.core.sound import keys
from orders.gateways.base import Ask, gateway_of
from orders.models import Order, PaymentRequest, PaymentTransaction
from orders.services import asking, ledger, paymentitems, rollups
from orders.services.evidence import Verdict, verdict_of

log = logging.getLogger(__name__)

Status = PaymentRequest.Status

AT_ONCE = 4  # claimed together: all of them answered before a lease or a task ends
LONGEST = 20  # seconds after which no more are claimed; the next run goes on
DAILY = timedelta(days=1)  # what stays unknown is looked up, no longer asked


def settle_requests(
    pks: Iterable[int] | None = None, *, actor: str, at: datetime | None = None
) -> Outcome:
    """Ask gateways what is due: these requests, or all. Outside of any transaction.

    done: requests that have come to an end. refused, by key: those that go on later,
    or wait for somebody, with the reason.
    """
    out, wanted = Outcome(), None if pks is None else keys(pks)
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        now = at or timezone.now()
        fault_point("settle.before_claim")
        rows = outside.claim(PaymentRequest, at=now, pks=wanted, most=AT_ONCE)
        if not rows:
            break
        prefetch_related_objects(rows, "payment__order")
        for row in rows:
            fault_point(f"{row.kind}.claimed")
            out.add(_settle(row, actor, at))
            fault_point(f"{row.kind}.stored")
    return out


def _settle(row: PaymentRequest, actor: str, at: datetime | None) -> Outcome:
    verdict = _verdict(row)
    try:
        return store(row, verdict, actor=actor, at=at or timezone.now())
    except DatabaseError:
        # its lease ends, and then what was done is looked up
        log.exception("the answer to %s could not be stored", row.idempotency_key)
        text = _("its answer could not be stored; it is looked up in two minutes.")
        return Outcome(
            refused={row.pk: [paymentitems.describe(row, row.payment.order, text)]}
        )


def _verdict(row: PaymentRequest) -> Verdict:
    gateway = gateway_of(row.payment)
    if gateway is None:
        text = _("the gateway %(code)s is not set up; add it to OMS_GATEWAYS")
        error = text % {"code": row.payment.gateway}
        return Verdict(Status(row.status), error=error)
    payment = row.payment
    ask = Ask(
        row.kind,
        row.idempotency_key,
        payment.reference,
        row.amount,
        payment.currency,
    )
    return verdict_of(gateway, ask, row.attempts)


@transaction.atomic
def store(
    claimed: PaymentRequest, verdict: Verdict, *, actor: str, at: datetime
) -> Outcome:
    """Write what became of a claimed request. The same answer again changes nothing."""
    out = Outcome()
    [order] = transitions.lock(Order, [claimed.payment.order_id])
    prefetch_related_objects([order], "payments")
    row = PaymentRequest.objects.get(pk=claimed.pk)
    if row.status not in PaymentRequest.OPEN:
        _contradicted(row, order, verdict, at)
        return out
    lost = row.attempts != claimed.attempts  # somebody else has it now, and decides
    if lost and verdict.status != Status.SUCCEEDED:
        return out
    [row.payment] = [p for p in order.payments.all() if p.pk == row.payment_id]
    verdict = _once(row, verdict)
    row.status, row.error = verdict.status, verdict.error
    if row.status in PaymentRequest.OPEN:
        _postpone(row, order, verdict, at)
        out.refuse(row.pk, paymentitems.describe(row, order, row.error))
        return out
    _end(row, order, verdict, actor, at)
    out.done.append(row)
    return out


def _once(row: PaymentRequest, verdict: Verdict) -> Verdict:
    """One thing done over there is one row here."""
    if verdict.status != Status.SUCCEEDED:
        return verdict
    used = PaymentTransaction.objects.filter(
        payment=row.payment_id, kind=row.kind, reference=verdict.reference
    )
    if not used.exists():
        return verdict
    text = _("it answers with %(reference)s, which is recorded for another request")
    error = text % {"reference": verdict.reference}
    return Verdict(Status.UNKNOWN, error=error, mismatch=True)


def _end(
    row: PaymentRequest, order: Order, verdict: Verdict, actor: str, at: datetime
) -> None:
    asking.finish(row, order, actor=actor, at=at)
    entry = ledger.of_request(row, reference=verdict.reference, actor=actor, at=at)
    ledger.write([entry], [order])
    rollups.refresh([order])
    paymentitems.close_cured([order], at=at)
    if row.status == Status.FAILED:
        text = _("%(error)s. Try again on its page, or ask for another payment.")
        problem = text % {"error": row.error}
        _open(paymentitems.failed(row.kind), row, order, problem, at)
    fault_point(f"{row.kind}.before_commit")


def _postpone(
    row: PaymentRequest, order: Order, verdict: Verdict, at: datetime
) -> None:
    """It goes on later. What is not known after many attempts is only looked up."""
    often = row.attempts >= outside.MOST_ATTEMPTS
    row.next_attempt_at = at + (DAILY if often else outside.pause(row.attempts))
    names = ["status", "error", "next_attempt_at"]
    update_rows(
        PaymentRequest, {row.pk: tuple(getattr(row, name) for name in names)}, names
    )
    if verdict.mismatch:
        text = _("%(error)s. Compare with the gateway's own pages and settle it there.")
        problem = text % {"error": row.error}
        _open(paymentitems.MISMATCH, row, order, problem, at)
    elif often:
        text = _("nobody knows whether it was done (%(error)s). Look at the gateway.")
        problem = text % {"error": row.error}
        _open(paymentitems.UNKNOWN, row, order, problem, at)


def _contradicted(
    row: PaymentRequest, order: Order, verdict: Verdict, at: datetime
) -> None:
    """It was recorded as failed, and now somebody says that it was done."""
    if row.status == Status.FAILED and verdict.status == Status.SUCCEEDED:
        text = _("recorded as failed, yet done as %(reference)s. Give it back there.")
        text %= {"reference": verdict.reference}
        _open(paymentitems.MISMATCH, row, order, text, at)


def _open(
    kind: str, row: PaymentRequest, order: Order, problem: str, at: datetime
) -> None:
    title = paymentitems.describe(row, order, problem)
    workitems.open_items([paymentitems.item(kind, row.payment, title)], at=at)


@transaction.atomic
def retry_requests(pks: Iterable[int], *, actor: str, at=None) -> Outcome:
    """Try again now, for staff: what waits is due at once, what has failed is asked
    anew by a request of its own. done: the requests that are due; refused: by key."""
    at, wanted = at or timezone.now(), set(pks)
    found = PaymentRequest.objects.filter(pk__in=keys(wanted))
    locked = transitions.lock(Order, found.values_list("payment__order", flat=True))
    prefetch_related_objects(locked, "payments__requests")
    payments = {p.pk: p for order in locked for p in order.payments.all()}
    rows = list(found.order_by("pk"))
    out, again = transitions.missing(wanted, rows, _("The payment request")), []
    for row in rows:
        row.payment = payments[row.payment_id]
        if row.status in PaymentRequest.OPEN:
            out.done.append(row)
        elif reason := _bad_retry(row):
            out.refuse(row.pk, reason)
        else:
            again.append(_anew(row))
    due = {row.pk: (at,) for row in out.done}
    update_rows(PaymentRequest, due, ["next_attempt_at"])
    asking.enqueue_settling(due)
    out.done += asking.send(again, locked, actor=actor, at=at)
    rollups.touch(payments[row.payment_id].order_id for row in out.done)
    return out


def _bad_retry(row: PaymentRequest) -> str:
    order = row.payment.order
    if row.status == Status.SUCCEEDED:
        return paymentitems.describe(row, order, _("it is done; nothing to do."))
    if row.pk != max(each.pk for each in _family(row)):
        text = _("it was tried again already; look at the newest request.")
        return paymentitems.describe(row, order, text)
    kind = ledger.Kind(row.kind)
    if asking.open_amount(kind, row.payment) < row.amount:
        text = _("less is open now. Ask for what is left, or for another payment.")
        return paymentitems.describe(row, order, text)
    return ""


def _family(row: PaymentRequest) -> list[PaymentRequest]:
    base = paymentitems.base_of(row.idempotency_key)
    return [
        each
        for each in row.payment.requests.all()
        if paymentitems.base_of(each.idempotency_key) == base
    ]


def _anew(row: PaymentRequest) -> PaymentRequest:
    """The same, under a key of its own: the old one has its answer."""
    name = asking.COUNTED[row.kind][0]
    setattr(row.payment, name, getattr(row.payment, name) + row.amount)
    base = paymentitems.base_of(row.idempotency_key)
    return PaymentRequest(
        payment=row.payment,
        kind=row.kind,
        amount=row.amount,
        reason=row.reason,
        idempotency_key=f"{base}#{len(_family(row)) + 1}",
    )
