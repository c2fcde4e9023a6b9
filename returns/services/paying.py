"""From a decided refund to the tenders: how much each has room for, what is asked of
its gateway, and how it ended."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from oms.core import transitions, workitems
from oms.core.models import WorkItem
from oms.core.money import ZERO
from oms.core.numbering import document_number
from oms.core.sets import assign_ids, insert_rows, preload, update_rows
from oms.core.timeline import event_of
from orders.models import Order, PaymentRequest, PaymentTransaction
from orders.services import asking, rollups
from returns.models import Refund, RefundLine, RefundPart, Return, ReturnLine
from returns.models.returns import Money
from returns.proration import cover
from returns.services.money import Due
from returns.services.policies import Policies

APPROVAL = "refund_approval"
Room = list[tuple[int, Decimal]]


def rooms(order: Order) -> Room:
    """(payment, what may still be refunded of it), in the order in which they pay: the
    oldest first. Needs the payments of the locked order."""
    return [
        (
            payment.pk,
            payment.captured_amount
            - payment.refunded_amount
            - payment.refunding_amount,
        )
        for payment in sorted(order.payments.all(), key=lambda p: p.pk)
    ]


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
    planned: Sequence[tuple[Refund, list[RefundPart], Mapping[ReturnLine, int]]],
    policies: Policies,
    actor: str,
    at: datetime,
) -> None:
    """Write refunds, their parts and the pieces that they are for, and pay or ask for
    approval."""
    refunds = [refund for refund, _parts, _pieces in planned]
    parts = [part for _refund, some, _pieces in planned for part in some]
    lines = [
        RefundLine(refund=refund, return_line=line, quantity=n)
        for refund, _parts, pieces in planned
        for line, n in pieces.items()
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
    update_rows(
        Return, {r.ret_id: (Money.ASKED,) for r in refunds if r.ret_id}, ["money"]
    )
    _submit(refunds, policies, actor, at)


def _submit(refunds: list[Refund], policies: Policies, actor: str, at) -> None:
    """Those below the limit go to the gateways; the others wait for a second person."""
    small, large = [], []
    for refund in refunds:
        limit = policies.of(refund.order).approval_above
        (small if limit is None or refund.amount <= limit else large).append(refund)
    workitems.open_items(
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
    )
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


def settle_refunds(refunds: Sequence[Refund], *, actor: str, at: datetime) -> None:
    """End those whose gateways have all answered, by that evidence alone. Needs the
    lock of their orders, and parts with their requests as they are now."""
    waiting = [refund for refund in refunds if refund.status == Refund.Status.SUBMITTED]
    paid = [r for r in waiting if not transitions.refusals(r, "succeed")]
    rest = [r for r in waiting if r not in paid]
    failed = [r for r in rest if not transitions.refusals(r, "fail")]
    transitions.apply_many(paid, "succeed", actor=actor, at=at)
    transitions.apply_many(failed, "fail", actor=actor, at=at)
    money = {r.ret_id: (Money.REFUNDED,) for r in paid if r.ret_id}
    money |= {r.ret_id: (Money.PENDING,) for r in failed if r.ret_id}
    update_rows(Return, money, ["money"])
    workitems.open_items(_failed(refund) for refund in failed)


def _failed(refund: Refund) -> WorkItem:
    return WorkItem(
        kind="refund_failed",
        subject_type="refund",
        subject_id=refund.pk,
        title=_(
            "%(refund)s of %(order)s: a gateway has refused it; refund the rest from "
            "another tender."
        )
        % {"refund": refund, "order": refund.order},
    )
