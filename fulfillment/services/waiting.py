"""Waiting stock: goods have arrived, the orders that wait for them are served."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Q, prefetch_related_objects
from django.utils import timezone

from fulfillment.services.routing import route_orders
from inventory.models import StockLevel
from oms.core import transitions
from oms.core.outcome import Outcome
from orders.models import Order, OrderLine
from orders.services import rollups

BATCH = 50


def allocate_waiting(product_ids: Iterable[int], *, actor: str, at=None) -> Outcome:
    """Serve orders that wait for these products, by priority and age, as far as the
    stock goes. Batches of 50, each its own transaction, until nothing is granted any
    more.

    done: the orders that got something, as often as they did.
    """
    out = Outcome()
    tried: set[int] = set()
    while True:
        served, seen = _serve(set(product_ids), tried, actor, at)
        out.done += served
        tried |= seen
        if not seen:
            return out


@transaction.atomic
def _serve(
    product_ids: set[int], tried: set[int], actor: str, at
) -> tuple[list[Order], set[int]]:
    at = at or timezone.now()
    oldest = (
        Order.objects.filter(waits_for(product_ids), status__in=Order.LIVE)
        .exclude(pk__in=tried)
        .order_by("-priority", "placed_at", "pk")
        .values_list("pk", flat=True)[:BATCH]
    )
    locked = transitions.lock(Order, list(oldest))
    live = [order for order in locked if order.status in Order.LIVE]
    prefetch_related_objects(live, "lines")
    served = route_orders(live, actor=actor, at=at, keep_empty=False) if live else []
    rollups.refresh(served)
    return served, {order.pk for order in locked}


def waits_for(product_ids: set[int]) -> Q:
    lines = OrderLine.objects.filter(product__in=product_ids, waiting_quantity__gt=0)
    return Q(pk__in=lines.values("order"))


def wanted_and_free() -> set[int]:
    """Products that orders wait for and that are free somewhere: what the sweeper
    serves in case a hand-off was lost."""
    waiting = OrderLine.objects.filter(
        waiting_quantity__gt=0, order__status__in=Order.LIVE
    )
    free = StockLevel.objects.filter(
        condition="sellable",
        on_hand__gt=F("allocated"),
        location__is_active=True,
        product__in=waiting.values("product"),
    )
    return set(free.values_list("product", flat=True))
