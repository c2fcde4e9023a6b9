"""Refunds above the limit: a second person agrees, or does not."""

from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core import transitions, workitems
from oms.core.outcome import Outcome
from oms.core.sets import update_rows
from oms.core.sound import is_text
from orders.services import rollups
from returns.models import Refund
from returns.services import paying
from returns.services.locking import lock_orders
from returns.services.money import refresh_money


@transaction.atomic
def approve_refunds(refunds: Iterable[Refund], *, actor: str, at=None) -> Outcome:
    """A second person agrees: the money goes."""
    at = at or timezone.now()
    locked, out = _lock(refunds)
    orders = {refund.order_id: refund.order for refund in locked}
    rooms = {k: v for o in orders.values() for k, v in paying.open_amounts(o)}
    for refund in locked:
        if refund.requested_by == actor:
            out.refuse(
                refund.pk,
                _("%(refund)s: you have asked for it; somebody else approves it.")
                % {"refund": refund},
            )
        elif refund.status != Refund.Status.REQUESTED:
            out.refused[refund.pk] = transitions.refusals(refund, "submit")
        elif reason := _no_room(refund, rooms):
            out.refuse(refund.pk, reason)
        else:
            refund.approved_by = actor
            out.done.append(refund)
    update_rows(Refund, {r.pk: (r.approved_by,) for r in out.done}, ["approved_by"])
    workitems.resolve_items("refund", [r.pk for r in out.done], at=at)
    paying.pay(out.done, actor=actor, at=at)
    refresh_money(refund.ret for refund in out.done if refund.ret_id)
    return out


def _no_room(refund: Refund, rooms: dict[int, Decimal]) -> str:
    """Why its tenders cannot pay it any more; what they pay is taken from the rooms."""
    for part in refund.parts.all():
        if part.amount > rooms[part.payment_id]:
            return _(
                "%(refund)s: %(amount).2f is asked of a payment that has %(most).2f "
                "left. Deny it, and refund what is left."
            ) % {
                "refund": refund,
                "amount": part.amount,
                "most": rooms[part.payment_id],
            }
    for part in refund.parts.all():
        rooms[part.payment_id] -= part.amount
    return ""


@transaction.atomic
def deny_refunds(
    refunds: Iterable[Refund], *, reason: str, actor: str, at=None
) -> Outcome:
    """It is not paid; its pieces may be refunded by another decision."""
    at = at or timezone.now()
    locked, out = _lock(refunds)
    if not is_text(reason, 200) or not reason.strip():
        for refund in locked:
            out.refuse(refund.pk, _("%(r)s: write the reason.") % {"r": refund})
        return out
    out.add(transitions.apply_many(locked, "deny", actor=actor, at=at, reason=reason))
    workitems.resolve_items("refund", [r.pk for r in out.done], at=at)
    refresh_money(refund.ret for refund in out.done if refund.ret_id)
    rollups.touch({refund.order_id for refund in out.done})
    return out


def _lock(refunds: Iterable[Refund]) -> tuple[list[Refund], Outcome]:
    wanted = {refund.pk for refund in refunds}
    owners = Refund.objects.filter(pk__in=wanted).values_list("order", flat=True)
    orders = {order.pk: order for order in lock_orders(owners)}
    rows = list(
        Refund.objects.filter(pk__in=wanted)
        .select_related("ret")
        .prefetch_related("parts__request")
        .order_by("pk")
    )
    for refund in rows:
        refund.order = orders[refund.order_id]
    return rows, transitions.missing(wanted, rows, _("The refund"))


@transaction.atomic
def settle_refunds(refunds: Iterable[int], *, actor: str, at=None) -> Outcome:
    """End the refunds, by primary key, whose gateways have all answered. done: those
    that are no longer under way."""
    at = at or timezone.now()
    locked, out = _lock(Refund.objects.filter(pk__in=set(refunds)).only("pk"))
    again = set(paying.tried_again().filter(pk__in=[refund.pk for refund in locked]))
    paying.follow_retries([r for r in locked if r in again], actor=actor, at=at)
    paying.settle_refunds(locked, actor=actor, at=at)
    out.done = [r for r in locked if r.status != Refund.Status.SUBMITTED]
    refresh_money(refund.ret for refund in out.done if refund.ret_id)
    rollups.touch({refund.order_id for refund in out.done})
    return out


def under_way() -> list[int]:
    """Keys of the refunds that gateways have still to answer, or have just answered."""
    open_ones = Refund.objects.filter(status=Refund.Status.SUBMITTED)
    found = open_ones.values_list("pk", flat=True).union(
        paying.tried_again().values_list("pk", flat=True)
    )
    return sorted(found)
