"""From a decided refund to the tenders: how much each has room for, what is asked of
its gateway, and how it ended."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet, Sum, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from oms.core import transitions, workitems
from oms.core.models import WorkItem
from oms.core.money import ZERO
from oms.core.numbering import document_number
from oms.core.sets import assign_ids, insert_rows, preload, update_rows
from oms.core.sound import keys
from oms.core.timeline import event_of
from orders.models import Order, PaymentRequest, PaymentTransaction
from orders.services import asking, paymentitems, rollups
from orders.services.paymentitems import base_of
from returns.models import Refund, RefundLine, RefundPart
from returns.proration import cover
from returns.services.money import Due, Pieces, refresh_money
from returns.services.policies import Policies

APPROVAL, FAILED = "refund_approval", "refund_failed"
Room = list[tuple[int, Decimal]]


def rooms_of(orders: Iterable[Order]) -> dict[int, Room]:
    """{order: (payment, what may still be refunded of it)}, in the order in which they
    pay: the oldest first. Refunds that wait for approval count. Needs the payments."""
    orders = list(orders)
    waiting = RefundPart.objects.filter(
        refund__order__in=orders, refund__status=Refund.Status.REQUESTED
    )
    spoken = dict(waiting.values_list("payment").annotate(Sum("amount")))
    return {
        order.pk: [
            (pk, max(most - spoken.get(pk, ZERO), ZERO))
            for pk, most in open_amounts(order)
        ]
        for order in orders
    }


def open_amounts(order: Order) -> Room:
    """(payment, what its gateway may still be asked to give back)."""
    kind = PaymentTransaction.Kind.REFUND
    payments = sorted(order.payments.all(), key=lambda payment: payment.pk)
    return [(payment.pk, asking.open_amount(kind, payment)) for payment in payments]


def bad_tenders(order: Order, tenders: Sequence[int]) -> str:
    """Why these are no payments of the order, or ""."""
    own = {payment.pk for payment in order.payments.all()}
    named = isinstance(tenders, list | tuple)
    if not named or len(keys(tenders)) != len(tenders):
        return _("%(order)s: name its payments by their keys, each once.") % {
            "order": order
        }
    if strange := keys(tenders) - own:
        return _("%(order)s: %(pks)s is no payment of it; choose among: %(own)s.") % {
            "order": order,
            "pks": ", ".join(map(str, sorted(strange))),
            "own": ", ".join(map(str, sorted(own))),
        }
    return ""


def in_order(room: Room, tenders: Sequence[int]) -> Room:
    """The chosen tenders first, as they were chosen; then the others."""
    place = {pk: position for position, pk in enumerate(tenders)}
    return sorted(room, key=lambda each: place.get(each[0], len(place)))


def build(
    order: Order, sums: Due, asked: Decimal, room: list, actor: str, at: datetime
) -> tuple[Refund, list[RefundPart]] | None:
    """An unsaved refund and its parts, as far as there is `room`, which shrinks."""
    covered = cover(asked, room)
    amount = sum(covered.values(), ZERO)
    if not amount:
        return None
    room[:] = [(pk, most - covered.get(pk, ZERO)) for pk, most in room]
    refund = Refund(
        order=order,
        currency=order.currency,
        amount=amount,
        goods_amount=sums.goods,
        shipping_amount=sums.shipping,
        fee_amount=sums.fee,
        tax_amount=sums.tax,
        uncovered_amount=asked - amount,
        requested_by=actor,
        requested_at=at,
    )
    parts = [
        RefundPart(refund=refund, payment_id=pk, amount=part)
        for pk, part in covered.items()
    ]
    return refund, parts


def write(
    planned: Sequence[tuple[Refund, list[RefundPart], Pieces]],
    policies: Policies,
    actor: str,
    at: datetime,
) -> None:
    """Write refunds, their parts and the pieces that they are for, and pay or ask for
    approval."""
    refunds = [refund for refund, _parts, _pieces in planned]
    parts = [part for _refund, some, _pieces in planned for part in some]
    lines = [
        RefundLine(
            refund=refund,
            return_line=line,
            quantity=worth.pieces,
            amount=worth.amount,
            tax_amount=worth.tax,
        )
        for refund, _parts, pieces in planned
        for line, worth in pieces.items()
    ]
    assign_ids(refunds, parts, lines)
    for refund, some, _pieces in planned:
        refund.number = document_number(Refund, refund.pk)
        preload(refund, parts=some)
    for row in (*parts, *lines):
        row.refund_id = row.refund.pk
    insert_rows(refunds)
    insert_rows(parts)
    insert_rows(lines)
    insert_rows(
        [
            event_of(refund, "refund.requested", actor=actor, at=at, from_status="")
            for refund in refunds
        ]
    )
    _submit(refunds, policies, actor, at)
    refresh_money(refund.ret for refund in refunds if refund.ret_id)


def needs_approval(refund: Refund, policies: Policies) -> bool:
    limit = policies.of(refund.order).approval_above
    return limit is not None and refund.amount > limit


def _submit(refunds: list[Refund], policies: Policies, actor: str, at) -> None:
    """Those below the limit go to the gateways; the others wait for a second person."""
    small, large = [], []
    for refund in refunds:
        (large if needs_approval(refund, policies) else small).append(refund)
    items = [
        WorkItem(
            kind=APPROVAL,
            subject_type="refund",
            subject_id=refund.pk,
            title=_(
                "%(refund)s of %(order)s: %(amount).2f %(currency)s, above the "
                "limit; somebody else approves or denies it."
            )
            % {
                "refund": refund,
                "order": refund.order,
                "amount": refund.amount,
                "currency": refund.currency,
            },
        )
        for refund in large
    ]
    workitems.open_items(items, at=at)
    pay(small, actor=actor, at=at)
    rollups.touch({refund.order_id for refund in large})


def pay(refunds: Sequence[Refund], *, actor: str, at: datetime) -> None:
    """Ask the gateways of the tenders; those without a network have paid with that.
    Needs the orders locked, with payments, and the parts of the refunds."""
    parts = [part for refund in refunds for part in refund.parts.all()]
    asked = []
    for refund in refunds:
        payments = {payment.pk: payment for payment in refund.order.payments.all()}
        for part in refund.parts.all():
            payment = payments[part.payment_id]
            payment.refunding_amount += part.amount
            part.request = PaymentRequest(
                payment=payment,
                kind=PaymentTransaction.Kind.REFUND,
                amount=part.amount,
                reason=refund.reason[:200],
                idempotency_key=f"refund:{refund.number}:{payment.pk}",
            )
            asked.append(part.request)
    orders = {refund.order_id: refund.order for refund in refunds}
    asking.send(asked, orders.values(), actor=actor, at=at)
    update_rows(
        RefundPart, {part.pk: (part.request.pk,) for part in parts}, ["request"]
    )
    transitions.apply_many(refunds, "submit", actor=actor, at=at)
    settle_refunds(refunds, actor=actor, at=at)
    rollups.refresh(list(orders.values()))
    paymentitems.close_cured(list(orders.values()), at=at)


def settle_refunds(refunds: Sequence[Refund], *, actor: str, at: datetime) -> None:
    """End those whose gateways have all answered, by that evidence alone. Needs the
    lock of their orders, and parts with their requests as they are now."""
    waiting = [refund for refund in refunds if refund.status == Refund.Status.SUBMITTED]
    paid = [r for r in waiting if not transitions.refusals(r, "succeed")]
    rest = [r for r in waiting if r not in paid]
    failed = [r for r in rest if not transitions.refusals(r, "fail")]
    transitions.apply_many(paid, "succeed", actor=actor, at=at)
    transitions.apply_many(failed, "fail", actor=actor, at=at)
    workitems.open_items([_failed(refund) for refund in failed], at=at)
    if returns := {refund.ret_id for refund in paid if refund.ret_id}:
        theirs = Refund.objects.filter(ret__in=returns).values_list("pk", flat=True)
        workitems.resolve_items("refund", theirs, at=at, kinds=[FAILED])


def tried_again() -> QuerySet[Refund]:
    """Failed refunds of which staff has asked a gateway once more, but for those whose
    pieces another refund has taken meanwhile."""
    newer = PaymentRequest.objects.filter(
        payment=OuterRef("parts__payment"),
        pk__gt=OuterRef("parts__request"),
        idempotency_key__startswith=Concat(
            Value("refund:"), OuterRef("number"), Value(":")
        ),
    )
    later = Refund.objects.filter(ret=OuterRef("ret"), pk__gt=OuterRef("pk"))
    failed = Refund.objects.filter(~Exists(later), status=Refund.Status.FAILED)
    return failed.filter(Exists(newer)).distinct()


def follow_retries(refunds: Sequence[Refund], *, actor: str, at: datetime) -> None:
    """Failed refunds that staff has tried again are under way again, with the newest
    request of each tender. Needs the lock of their orders, and their parts."""
    wanted = [r for r in refunds if r.status == Refund.Status.FAILED]
    if not wanted:
        return
    parts = {part.pk: part for refund in wanted for part in refund.parts.all()}
    by_key = {base_of(p.request.idempotency_key): p for p in parts.values()}
    rows = PaymentRequest.objects.filter(
        payment__in={part.payment_id for part in parts.values()},
        kind=PaymentTransaction.Kind.REFUND,
    )
    for row in rows.order_by("pk"):
        if part := by_key.get(base_of(row.idempotency_key)):
            part.request = row
    update_rows(
        RefundPart, {p.pk: (p.request.pk,) for p in parts.values()}, ["request"]
    )
    transitions.apply_many(wanted, "try_again", actor=actor, at=at)


def _failed(refund: Refund) -> WorkItem:
    return WorkItem(
        kind=FAILED,
        subject_type="refund",
        subject_id=refund.pk,
        title=_(
            "%(refund)s of %(order)s: a gateway has refused it. Refund what is left "
            "of it from another tender."
        )
        % {"refund": refund, "order": refund.order},
    )
