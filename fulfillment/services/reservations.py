"""Reservations: the fulfillment orders of orders that are not confirmed yet. They hold
stock until a time; confirmation assigns them, the clock gives them back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from fulfillment.models import FulfillmentOrder, FulfillmentOrderLine
from fulfillment.services.stopping import stop_work
from oms.core import transitions
from oms.core.outcome import Outcome
from oms.core.sound import keys
from orders.models import Order
from orders.services import rollups

RESERVED = FulfillmentOrder.Status.RESERVED


def assign_reserved(orders: Sequence[Order], *, actor: str, at: datetime) -> None:
    """What these orders have reserved becomes work. Needs their lock and lines."""
    holding = [
        order.pk
        for order in orders
        if any(line.allocated_quantity for line in order.lines.all())
    ]
    if holding:
        works = FulfillmentOrder.objects.filter(order__in=holding, status=RESERVED)
        transitions.apply_many(list(works.order_by("pk")), "assign", actor=actor, at=at)


@transaction.atomic
def expire_reservations(orders: Iterable[int], *, actor: str, at=None) -> Outcome:
    """Give back what these orders, by primary key, have reserved longer than agreed.

    done: the orders that lost something. They stay pending; confirmation routes anew.
    """
    at = at or timezone.now()
    locked = {order.pk: order for order in transitions.lock(Order, keys(orders))}
    lines = FulfillmentOrderLine.objects.filter(
        fulfillment_order__order__in=locked,
        fulfillment_order__status=RESERVED,
        fulfillment_order__reserved_until__lte=at,
        open_quantity__gt=0,
    )
    pieces: dict[int, int] = defaultdict(int)
    late = set()
    for order, line, held in lines.values_list(
        "fulfillment_order__order", "order_line", "open_quantity"
    ):
        pieces[line] += held
        late.add(order)
    out = Outcome([locked[pk] for pk in sorted(late)])
    if late:
        stop_work(pieces, actor=actor, at=at)
        rollups.refresh(out.done)
    return out


def late_orders(at=None) -> list[int]:
    """Keys of the orders whose reservations have run out."""
    late = FulfillmentOrder.objects.filter(
        status=RESERVED, reserved_until__lte=at or timezone.now()
    )
    return list(late.order_by("order").values_list("order", flat=True).distinct())
