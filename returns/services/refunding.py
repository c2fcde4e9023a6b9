"""Refunds of returns: what is due for what came back, from the tenders that paid."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core import transitions
from oms.core.outcome import Outcome
from oms.core.words import inside
from orders.services import ledger
from returns.models import Refund, RefundPart, Return
from returns.models.returns import Money
from returns.services import paying
from returns.services.locking import lock_returns
from returns.services.money import Due, Pieces, due, refunded_before
from returns.services.policies import Policies


class Planned(NamedTuple):
    """A refund that could be made: unsaved."""

    refund: Refund
    parts: list[RefundPart]
    pieces: Pieces


class Planner:
    """Plans refunds of returns one after the other: each sees what those before it have
    taken. Needs their orders with channel, lines, products and payments."""

    def __init__(self, returns: Iterable[Return]):
        orders = {ret.order_id: ret.order for ret in returns if ret.order_id}
        self.policies = Policies(orders.values())
        self.before = refunded_before(orders.values())
        self.rooms = paying.rooms_of(orders.values())

    def due(self, ret: Return) -> tuple[Due, Pieces]:
        return due(ret, self.policies.of(ret.order), self.before)

    def plan(
        self,
        ret: Return,
        amount: Decimal | None,
        tenders: Sequence[int],
        actor: str,
        at: datetime,
    ) -> Planned | str:
        """The refund, or why there is none. `amount`: another sum than what is due."""
        order = ret.order
        if reason := _not_refundable(ret) or paying.bad_tenders(order, tenders):
            return reason
        if amount is not None and (reason := ledger.bad_amount(amount, order)):
            return reason
        sums, pieces = self.due(ret)
        asked = sums.amount if amount is None else amount
        if not pieces or asked <= 0:
            return _nothing_due(ret)
        room = paying.in_order(self.rooms[order.pk], tenders)
        made = paying.build(order, sums, asked, room, actor, at)
        if made is None:
            return _nothing_left(ret, asked)
        self.rooms[order.pk] = room
        refund, parts = made
        refund.ret, refund.kind = ret, Refund.Kind.RETURN
        refund.reason = str(ret.get_reason_display())
        self.before.count(ret, pieces, sums)
        return Planned(refund, parts, pieces)


@transaction.atomic
def refund_returns(
    returns: Iterable[Return],
    *,
    actor: str,
    at=None,
    amounts: Mapping[int, Decimal] | None = None,
    tenders: Mapping[int, Sequence[int]] | None = None,
) -> Outcome:
    """Refund the accepted pieces of received returns that were not refunded yet.

    done: the refunds; refused: by return. `amounts` by return, where somebody has said
    another sum (a credit note); `tenders` by return, payments in the order in which
    they pay. What the order has not paid is not refunded but kept as
    `uncovered_amount`. Above the policy's limit a second person approves first.
    """
    at = at or timezone.now()
    wanted = {ret.pk for ret in returns}
    locked = lock_returns(wanted)
    out = transitions.missing(wanted, locked, _("The return"))
    planner, planned = Planner(locked), []
    for ret in locked:
        amount, first = (amounts or {}).get(ret.pk), (tenders or {}).get(ret.pk, ())
        plan = planner.plan(ret, amount, first, actor, at)
        if isinstance(plan, str):
            out.refuse(ret.pk, plan)
        else:
            planned.append(plan)
    paying.write(planned, planner.policies, actor, at)
    out.done = [plan.refund for plan in planned]
    return out


def why_not_refund(ret: Return) -> str:
    """By its own words: what is due is reckoned when it is asked for."""
    reason = _not_refundable(ret)
    return reason or (_nothing_due(ret) if ret.money != Money.PENDING else "")


def _not_refundable(ret: Return) -> str:
    if ret.order_id is None:
        return _("%(ret)s: nobody knows its order; match it first.") % {"ret": ret}
    if ret.status not in {Return.Status.RECEIVED, Return.Status.INSPECTED}:
        return _("%(ret)s is %(status)s; count what has arrived first.") % {
            "ret": ret,
            "status": inside(ret.get_status_display()),
        }
    if ret.money == Money.DENIED:
        return _("%(ret)s: its money was denied; give goodwill instead.") % {"ret": ret}
    return ""


def _nothing_due(ret: Return) -> str:
    if ret.money == Money.PENDING:
        text = _("%(ret)s: nothing is due for it. Deny its money, then close it.")
    else:
        text = _("%(ret)s: nothing is due any more. Close it.")
    return text % {"ret": ret}


def _nothing_left(ret: Return, asked: Decimal) -> str:
    return _(
        "%(ret)s: %(amount).2f is due, but everything that the order has paid is "
        "refunded. Deny it, or give credit by other means."
    ) % {"ret": ret, "amount": asked}
