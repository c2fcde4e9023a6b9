"""Cancelling: whole orders, and quantities of lines.

Waiting pieces go first, then pieces at locations: receivers of `order_cancelling` say
whether their work can still be stopped, receivers of `order_cancelled` stop it and give
the stock back. What has shipped is never cancelled.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core import transitions, workitems
from oms.core.money import ZERO, split
from oms.core.outcome import Outcome
from oms.core.sets import insert_rows, update_rows
from oms.core.timeline import event_of
from orders.models import Order, OrderLine
from orders.services import (
    bundles,
    capturing,
    holds,
    pricing,
    progress,
    rollups,
    uncancellable,
    validation,
)
from orders.services.confirmation import lock_with_facts
from orders.signals import order_cancelled, order_cancelling

AMOUNTS = "shipping_amount", "shipping_tax_amount", "fee_amount", "total_amount"


@dataclass(frozen=True)
class Cancellation:
    """Why, by whom, when; `force`: even where picking has begun."""

    reason: str
    actor: str
    at: datetime
    force: bool

    @property
    def is_given(self) -> bool:
        return bool(self.reason) and "\x00" not in self.reason


@transaction.atomic
def cancel_orders(
    orders: Iterable[Order], *, reason: str, actor: str, at=None, force: bool = False
) -> Outcome:
    """Cancel whole orders. Refused for those that have shipped anything, or whose
    picking has begun unless `force`: then the station is told to stop. What partners
    have they are asked for, and the order lives until they answer (`asked_elsewhere`).
    """
    why = Cancellation(reason.strip(), actor, at or timezone.now(), force)
    wanted = {order.pk for order in orders}
    locked = lock_with_facts(wanted)
    out = transitions.missing(wanted, locked, _("The order"))
    for order in locked:
        reasons = transitions.refusals(order, "cancel")
        if reasons or not why.is_given:
            out.refused[order.pk] = reasons or [uncancellable.no_reason(order)]
    sound = [order for order in locked if order.pk not in out.refused]
    open_pieces = {
        line.pk: line.open_quantity
        for order in sound
        for line in order.lines.all()
        if line.open_quantity
    }
    blocked = _cannot_stop(sound, open_pieces, why)
    for pk, text in blocked.items():
        out.refuse(pk, text)
    sound = [order for order in sound if order.pk not in blocked]
    _cut(sound, open_pieces, why)
    _finish(sound, why)
    out.done = sound
    return out


@transaction.atomic
def cancel_lines(
    pieces: Mapping[int, int],
    *,
    reason: str,
    actor: str,
    at=None,
    force: bool = False,
) -> Outcome:
    """Cancel {line pk: pieces}. done: the orders, changed; refused: by line.

    If one line of an order is refused, none of its lines is changed. An order that has
    nothing open left is completed, or cancelled if nothing of it has shipped.
    """
    why = Cancellation(reason.strip(), actor, at or timezone.now(), force)
    owners = dict(OrderLine.objects.filter(pk__in=pieces).values_list("pk", "order"))
    locked = lock_with_facts(owners.values())
    lines = {line.pk: line for order in locked for line in order.lines.all()}
    out, blocked = Outcome(), {}
    for pk, count in pieces.items():
        if text := uncancellable.why_not(lines.get(pk), pk, count, why.is_given):
            out.refuse(pk, text)
            blocked.setdefault(owners.get(pk), text)
    free = [order for order in locked if order.pk not in blocked]
    sound = {pk: count for pk, count in pieces.items() if pk not in out.refused}
    whole = bundles.with_components(lines.values(), sound)
    blocked |= _cannot_stop(free, whole, why)
    for pk in pieces:
        if owners.get(pk) in blocked and pk not in out.refused:
            out.refuse(pk, blocked[owners[pk]])
    out.done = [order for order in locked if order.pk not in blocked]
    _cut(out.done, whole, why)
    _finish(out.done, why)
    return out


def asked_elsewhere(out: Outcome) -> dict[int, str]:
    """{order pk: what to say} of orders of which partners have something still."""
    text = _(
        "%(order)s: %(n)d of the pieces are with a partner, which was asked to cancel "
        "them. They are cancelled once it agrees."
    )
    return {
        order.pk: text % {"order": order, "n": order.asked_pieces}
        for order in out.done
        if order.asked_pieces
    }


def _from_locations(
    orders: Sequence[Order], pieces: Mapping[int, int]
) -> dict[int, int]:
    """{line pk: pieces} that do not wait and so must leave a location."""
    return {
        line.pk: pieces[line.pk] - line.unserved_quantity
        for order in orders
        for line in order.lines.all()
        if pieces.get(line.pk, 0) > line.unserved_quantity and not line.is_bundle
    }


def _cannot_stop(
    orders: Sequence[Order], pieces: Mapping[int, int], why: Cancellation
) -> dict[int, str]:
    quantities = _from_locations(orders, pieces)
    if why.force or not quantities:
        return {}
    answers = order_cancelling.send(
        sender=Order, orders=orders, quantities=quantities, actor=why.actor, at=why.at
    )
    return {pk: text for _receiver, answer in answers for pk, text in answer.items()}


def _cut(orders: Sequence[Order], pieces: Mapping[int, int], why: Cancellation) -> None:
    """Free the pieces, count them as cancelled, and price what is left. What somebody
    else still has stays as it is."""
    quantities = _from_locations(orders, pieces)
    if kept := _stop(orders, quantities, why):
        lines = [line for order in orders for line in order.lines.all()]
        pieces = bundles.without(lines, pieces, kept)
    events, rows, changed = [], {}, []
    for order in orders:
        cut = {}
        before = order.total_amount
        order.asked_pieces = sum(kept.get(line.pk, 0) for line in order.lines.all())
        for line in order.lines.all():
            line.allocated_quantity -= quantities.get(line.pk, 0) - kept.get(line.pk, 0)
            if count := pieces.get(line.pk, 0):
                rows[line.pk] = _reduced(line, count, order)
                cut[str(line.position)] = count
        bundles.settle(order.lines.all())
        if not cut:
            continue
        _price(order)
        changed.append(order)
        data = {"pieces": cut, "reason": why.reason, "total_before": str(before)}
        action = "order.pieces_cancelled"
        events.append(event_of(order, action, actor=why.actor, at=why.at, data=data))
    names = "cancelled_quantity", "discount_amount", "tax_amount", "total_amount"
    update_rows(OrderLine, rows, names)
    update_rows(
        Order,
        {o.pk: tuple(getattr(o, name) for name in AMOUNTS) for o in changed},
        AMOUNTS,
    )
    insert_rows(events)


def _stop(
    orders: Sequence[Order], quantities: Mapping[int, int], why: Cancellation
) -> dict[int, int]:
    """{line pk: pieces} that whoever has them was asked to let go of."""
    if not quantities:
        return {}
    answers = order_cancelled.send(
        sender=Order,
        orders=orders,
        quantities=quantities,
        reason=why.reason,
        force=why.force,
        actor=why.actor,
        at=why.at,
    )
    return {pk: n for _receiver, kept in answers for pk, n in kept.items()}


def _price(order: Order) -> None:
    lines = order.lines.all()
    if not any(_kept(line) for line in lines):
        order.shipping_amount = order.shipping_tax_amount = ZERO
        order.fee_amount = ZERO  # nothing is left that could be sent
    totals = [line.total_amount for line in lines]
    order.total_amount = pricing.order_total(order, totals)


def _reduced(line: OrderLine, count: int, order: Order) -> tuple:
    """Cancel pieces in memory; discount and tax shrink in proportion, to the cent."""
    line.cancelled_quantity += count
    kept = _kept(line)
    parts = [kept, count]
    line.discount_amount = split(line.discount_amount, parts, order.currency)[0]
    line.tax_amount = split(line.tax_amount, parts, order.currency)[0]
    line.total_amount = pricing.line_total(
        line, kept, order.currency, includes_tax=order.prices_include_tax
    )
    return (
        line.cancelled_quantity,
        line.discount_amount,
        line.tax_amount,
        line.total_amount,
    )


def _kept(line: OrderLine) -> int:
    return line.quantity - line.cancelled_quantity


def _finish(orders: Sequence[Order], why: Cancellation) -> None:
    """Nothing open left: completed where something has shipped, cancelled where not."""
    ended = [
        order
        for order in orders
        if not any(line.open_quantity for line in order.lines.all())
    ]
    done = progress.complete_orders(ended, actor=why.actor, at=why.at)
    empty = [order for order in ended if order.pk not in {o.pk for o in done}]
    transitions.apply_many(
        empty, "cancel", actor=why.actor, at=why.at, reason=why.reason
    )
    holds.end(ended, note=why.reason[:200], actor=why.actor, at=why.at)
    workitems.resolve_items("order", [order.pk for order in ended], at=why.at)
    capturing.void_unneeded(orders, reason=why.reason, actor=why.actor, at=why.at)
    rollups.refresh(orders)
    workitems.open_items(validation.overpaid(orders), at=why.at)
