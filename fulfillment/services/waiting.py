"""Waiting stock: goods have arrived, the orders that wait for them are served."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Q, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.services.routing import route_orders
from inventory.models import Product, StockLevel
from inventory.models.stock import Condition
from oms.core import transitions
from oms.core.outcome import Outcome
from oms.core.sound import keys
from orders.models import Order, OrderLine
from orders.services import rollups

BATCH = 50


def allocate_waiting(product_ids: Iterable[int], *, actor: str, at=None) -> Outcome:
    """Serve orders that wait for these products, by priority and age, as far as the
    stock goes. Batches of 50 orders, each its own transaction, while any is free.

    done: the orders that got something; refused: keys of no product.
    """
    asked, tried = set(product_ids), set()
    wanted = keys(asked)
    free = free_of(wanted)
    out = _strangers(asked, free)
    while free:
        served, seen = _serve(free, tried, actor, at)
        out.done += served
        tried |= seen
        free = free_of(wanted) if seen else set()
    return out


def _strangers(asked: set, free: set[int]) -> Outcome:
    """Refuse the keys of no product; those that are free somewhere are known."""
    out = Outcome()
    numbers = keys(asked) - free
    known = set()
    if numbers:
        rows = Product.objects.filter(pk__in=numbers)
        known = set(rows.values_list("pk", flat=True))
    for key in asked - free - known:
        out.refuse(
            key,
            _("Product %(pk)r does not exist. Check the key.") % {"pk": key},
        )
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


def free_of(product_ids: Iterable[int]) -> set[int]:
    """Those of the products that some active location can still promise."""
    levels = StockLevel.objects.filter(
        product__in=product_ids,
        condition=Condition.SELLABLE,
        on_hand__gt=F("allocated"),
        location__is_active=True,
    )
    return set(levels.values_list("product", flat=True))


def wanted_and_free() -> set[int]:
    """Products that orders wait for and that are free somewhere: what the sweeper
    serves in case a hand-off was lost."""
    waiting = OrderLine.objects.filter(
        waiting_quantity__gt=0, order__status__in=Order.LIVE
    )
    return free_of(waiting.values("product"))
