"""Refunds above the limit: a second person agrees, or does not."""

from collections.abc import Iterable

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


@transaction.atomic
def approve_refunds(refunds: Iterable[Refund], *, actor: str, at=None) -> Outcome:
    """A second person agrees: the money goes."""
    at = at or timezone.now()
    locked, out = _lock(refunds)
    for refund in locked:
        if refund.requested_by == actor:
            out.refuse(
                refund.pk,
                _("%(refund)s: you have asked for it; somebody else approves it.")
                % {"refund": refund},
            )
        elif refund.status != Refund.Status.REQUESTED:
            out.refused[refund.pk] = transitions.refusals(refund, "submit")
        else:
            refund.approved_by = actor
            out.done.append(refund)
    update_rows(Refund, {r.pk: (r.approved_by,) for r in out.done}, ["approved_by"])
    workitems.resolve_items("refund", [r.pk for r in out.done], at=at)
    paying.pay(out.done, actor=actor, at=at)
    return out


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
    return out


def _lock(refunds: Iterable[Refund]) -> tuple[list[Refund], Outcome]:
    wanted = {refund.pk for refund in refunds}
    owners = Refund.objects.filter(pk__in=wanted).values_list("order", flat=True)
    orders = {order.pk: order for order in lock_orders(owners)}
    rows = list(
        Refund.objects.filter(pk__in=wanted)
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
    paying.settle_refunds(locked, actor=actor, at=at)
    out.done = [r for r in locked if r.status != Refund.Status.SUBMITTED]
    rollups.touch({refund.order_id for refund in out.done})
    return out


def under_way() -> list[int]:
    """Keys of the refunds that gateways have still to answer, or have just answered."""
    open_ones = Refund.objects.filter(status=Refund.Status.SUBMITTED)
    return list(open_ones.order_by("pk").values_list("pk", flat=True))
