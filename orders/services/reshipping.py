"""Reshipping: pieces that have left are sent once more, free of charge, as an order of
its own in the same channel. It comes in as every order does, so everything is checked,
routed and reserved as usual; the timelines of the two name each other."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from channels.messages import (
    IncomingAddress,
    IncomingCustomer,
    IncomingLine,
    IncomingOrder,
)
from channels.services.inbox import RawMessage, store_messages
from oms.core import transitions
from oms.core.models import Event, WorkItem
from oms.core.outcome import Outcome
from oms.core.sets import insert_rows
from oms.core.sound import is_text, keys
from oms.core.timeline import event_of
from orders.models import Order, OrderLine
from orders.services.acceptance import accept_findings
from orders.services.intake import take_in

FREE = Decimal(0)
AS_WANTED = ("price_differs", "duplicate")  # free, and the same again: it is meant so


class Reship(NamedTuple):
    """`pieces` {order line pk: number}; `reason` stands on both timelines."""

    order: int
    pieces: Mapping[int, int]
    reason: str


@transaction.atomic
def reship_orders(wishes: Iterable[Reship], *, actor: str, at=None) -> Outcome:
    """done: the new orders, confirmed or waiting with their findings; refused by the
    order that was to be sent again."""
    at = at or timezone.now()
    wanted = {wish.order: wish for wish in wishes}
    locked = transitions.lock(Order, keys(wanted))
    prefetch_related_objects(locked, "channel", "customer")
    out = transitions.missing(wanted, locked, _("The order"))
    lines: dict[int, dict[int, OrderLine]] = {order.pk: {} for order in locked}
    for line in OrderLine.objects.filter(order__in=lines).order_by("position"):
        lines[line.order_id][line.pk] = line
    able = {}
    for order in locked:
        if reason := _why_not(order, lines[order.pk], wanted[order.pk]):
            out.refuse(order.pk, reason)
        else:
            able[order.pk] = order
    messages = _messages(able, lines, wanted, at, actor)
    taken = take_in(messages, actor=actor, at=at)
    for pk, reasons in taken.refused.items():
        for reason in reasons:
            out.refuse(messages[pk].pk, reason)
    of = {order.pk: messages[order.inbound_message_id] for order in taken.done}
    insert_rows(_events(taken.done, of, wanted, actor, at))
    out.done = _accepted(taken.done, actor, at)
    return out


def room_of(order: Order) -> dict[OrderLine, int]:
    """What has left, by line; of bundles, their components."""
    lines = order.lines.filter(is_bundle=False, product__isnull=False)
    return {line: line.shipped_quantity for line in lines.order_by("position")}


def _why_not(order: Order, lines: Mapping[int, OrderLine], wish: Reship) -> str:
    if not is_text(wish.reason, 200) or not wish.reason.strip():
        return _("%(order)s: write in 1 to 200 characters why it is sent again.") % {
            "order": order
        }
    wanted = {pk: number for pk, number in wish.pieces.items() if number}
    if not wanted:
        return _("%(order)s: say how many pieces of at least one line.") % {
            "order": order
        }
    for pk, number in wanted.items():
        line = lines.get(pk)
        if line is None or line.is_bundle or line.product_id is None:
            return _("%(order)s has no such line.") % {"order": order}
        if not 0 < number <= line.shipped_quantity:
            return _(
                "%(order)s: %(sku)s left %(left)d times; no more can be sent again. "
                "What has not left is sent by itself."
            ) % {"order": order, "sku": line.sku, "left": line.shipped_quantity}
    return ""


def _messages(
    orders: Mapping[int, Order], lines, wanted, at: datetime, actor: str
) -> dict[int, Order]:
    """{message pk: the order that it repeats}."""
    before = dict(
        Event.objects.filter(
            subject_type="order", subject_id__in=orders, action="order.reshipped"
        )
        .values_list("subject_id")
        .annotate(n=Count("pk"))
        .order_by()
    )
    found = {}
    by_channel = sorted(orders.values(), key=lambda order: (order.channel_id, order.pk))
    for _channel, group in groupby(by_channel, key=lambda order: order.channel_id):
        group = list(group)
        raw = {}
        for order in group:
            external_id = f"{order.number}-R{before.get(order.pk, 0) + 1}"
            incoming = _copy(order, lines[order.pk], wanted[order.pk], external_id, at)
            raw[external_id] = order, RawMessage(external_id, incoming.to_payload())
        stored = store_messages(
            group[0].channel, [message for _o, message in raw.values()], actor=actor
        )
        found |= {row.pk: raw[row.external_id][0] for row in stored.done}
    return found


def _copy(order: Order, lines, wish: Reship, external_id: str, at) -> IncomingOrder:
    """As the old one, of the pieces that are wanted, and free."""
    address = {
        name: getattr(order, f"ship_to_{name}")
        for name in IncomingAddress.__dataclass_fields__
    }
    person = order.customer
    return IncomingOrder(
        external_id=external_id,
        placed_at=at,
        currency=order.currency,
        lines=tuple(
            IncomingLine(
                lines[pk].sku,
                number,
                Decimal(0),
                lines[pk].name,
                total_amount=FREE,
            )
            for pk, number in wish.pieces.items()
            if number
        ),
        customer=person and _person(person),
        ship_to=IncomingAddress(**address),
        total_amount=FREE,
        prices_include_tax=order.prices_include_tax,
        priority=order.priority,
    )


def _person(customer) -> IncomingCustomer:
    """So that it is found again by the same key."""
    return IncomingCustomer(
        external_id=customer.key.partition(":")[2].partition(":")[2],
        email=customer.email,
        name=customer.name,
    )


def _events(new: list[Order], of, wanted, actor: str, at: datetime) -> list[Event]:
    events = []
    for order in new:
        old = of[order.pk]
        reason = wanted[old.pk].reason.strip()
        for row, action, other in (
            (old, "order.reshipped", order),
            (order, "order.reships", old),
        ):
            data = {"order": other.number, "reason": reason}
            events.append(event_of(row, action, actor=actor, at=at, data=data))
    return events


def _accepted(new: list[Order], actor: str, at: datetime) -> list[Order]:
    """What is against them only because they are free and the same again."""
    items = WorkItem.objects.filter(
        status=WorkItem.Status.OPEN,
        subject_type="order",
        subject_id__in=[order.pk for order in new],
        kind__in=AS_WANTED,
    )
    kinds: dict[int, list[str]] = defaultdict(list)
    for pk, kind in items.values_list("subject_id", "kind"):
        kinds[pk].append(kind)
    if not kinds:
        return new
    reason = _("Sent again, free of charge.")
    tried = accept_findings(kinds, reason=reason, actor=actor, at=at)
    changed = {order.pk: order for order in tried.done}
    return [changed.get(order.pk, order) for order in new]
