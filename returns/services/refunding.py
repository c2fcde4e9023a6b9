"""Refunds of returns: what is due for what came back, from the tenders that paid."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core import transitions
from oms.core.outcome import Outcome
from returns.models import Refund, Return
from returns.services import paying
from returns.services.locking import lock_returns
from returns.services.money import due, refunded_before
from returns.services.policies import Policies


@transaction.atomic
def refund_returns(
    returns: Iterable[Return],
    *,
    actor: str,
    at=None,
    amounts: Mapping[int, Decimal] | None = None,
) -> Outcome:
    """Refund the accepted pieces of received returns that were not refunded yet.

    done: the refunds; refused: by return. `amounts` by return, where somebody has said
    another sum (a credit note). What the order has not paid is not refunded but kept as
    `uncovered_amount`. Above the policy's limit a second person approves first.
    """
    at = at or timezone.now()
    wanted = {ret.pk for ret in returns}
    locked = lock_returns(wanted)
    out = transitions.missing(wanted, locked, _("The return"))
    orders = {ret.order_id: ret.order for ret in locked if ret.order_id}
    policies, before = Policies(orders.values()), refunded_before(orders.values())
    rooms = {pk: paying.rooms(order) for pk, order in orders.items()}
    planned = []
    for ret in locked:
        if reason := _not_refundable(ret):
            out.refuse(ret.pk, reason)
            continue
        sums, pieces = due(ret, policies.of(ret.order), before)
        asked = (amounts or {}).get(ret.pk, sums.amount)
        made = paying.build(ret.order, sums, asked, rooms[ret.order_id], actor, at)
        if made is None:
            out.refuse(ret.pk, _nothing(ret, asked))
            continue
        refund, parts = made
        refund.ret, refund.kind = ret, Refund.Kind.RETURN
        refund.reason = str(ret.get_reason_display())
        planned.append((refund, parts, pieces))
        before.count(ret, pieces, sums)
    paying.write(planned, policies, actor, at)
    out.done = [refund for refund, _parts, _pieces in planned]
    return out


def _not_refundable(ret: Return) -> str:
    if ret.order_id is None:
        return _("%(ret)s: nobody knows its order; match it first.") % {"ret": ret}
    if ret.status not in {Return.Status.RECEIVED, Return.Status.INSPECTED}:
        return _("%(ret)s is %(status)s; count what has arrived first.") % {
            "ret": ret,
            "status": ret.get_status_display().lower(),
        }
    return ""


def _nothing(ret: Return, asked: Decimal) -> str:
    if asked > 0:
        return _(
            "%(ret)s: %(amount).2f is due, but everything that the order has paid is "
            "refunded. Deny it, or give credit by other means."
        ) % {"ret": ret, "amount": asked}
    return _("%(ret)s: nothing is due any more. Close it.") % {"ret": ret}
