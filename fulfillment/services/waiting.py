"""Waiting stock: goods have arrived, the orders that wait for them are served."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Q, QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import get_default_timezone, localdate, localtime
from django.utils.translation import gettext as _

from fulfillment.services.routing import Trial, plan_orders, route_orders
from inventory.models import Product, StockLevel
from inventory.models.stock import Condition
from inventory.services import stock_refusals as why
from inventory.services.stock import StockChange
from oms.core import transitions, workitems
from oms.core.outcome import Outcome
from oms.core.sound import keys
from orders.guards import held
from orders.models import Order, OrderLine
from orders.services import rollups

BATCH = 50
STOPPED_BY = "release", "ship"


def allocate_waiting(product_ids: Iterable[int], *, actor: str, at=None) -> Outcome:
    """Serve orders that wait for these products, in their turn, as far as the stock
    goes. Batches of 50 orders, each its own transaction, while any is free.

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
    next_ones = queue(product_ids, at).exclude(pk__in=tried)
    return _route(next_ones.values_list("pk", flat=True)[:BATCH], actor, at)


@transaction.atomic
def serve_orders(order_ids: Iterable[int], *, actor: str, at=None) -> list[Order]:
    """Serve these orders, as far as they are live and wait, from what is free anywhere;
    return those that got something."""
    served, _seen = _route(keys(order_ids), actor, at or timezone.now())
    return served


class Share(NamedTuple):
    """What a waiting order would get of goods that arrive, and why it is its turn."""

    order: Order
    pieces: int
    why: str


def preview_arrival(
    product_id: int, location_id: int, quantity: int, *, at=None
) -> Outcome:
    """Who would get these goods if they arrived now; nothing is changed.

    done: a `Share` for each order that waits for the product, in their turn, with 0
    pieces for those that go away empty. refused: an impossible arrival, at position 0.
    """
    at = at or timezone.now()
    arrival = StockChange(product_id, location_id, quantity)
    out = Outcome()
    if reason := why.Known([arrival]).refusal(arrival) or why.bad_receipt(arrival):
        out.refuse(0, reason)
        return out
    with transaction.atomic():
        orders = list(queue([product_id], at))
        prefetch_related_objects(orders, "lines")
        trial = Trial({(product_id, location_id): quantity})
        routed, _levels = plan_orders(orders, at=at, keep_empty=False, trial=trial)
        transaction.set_rollback(True)  # only to give the locks back
    got = {
        row.order.pk: sum(
            grant.quantity
            for grant in row.plan.grants
            if (grant.product_id, grant.location_id) == (product_id, location_id)
        )
        for row in routed
    }
    out.done = [
        Share(order, got.get(order.pk, 0), _turn(order, number, len(orders)))
        for number, order in enumerate(orders, start=1)
    ]
    return out


def _turn(order: Order, number: int, of: int) -> str:
    names = {"number": number, "of": of, "priority": order.priority}
    names["placed"] = date_format(localtime(order.placed_at), "SHORT_DATETIME_FORMAT")
    if order.ship_by is None:
        text = _(
            "Number %(number)d of %(of)d: priority %(priority)d, no ship-by date, "
            "placed %(placed)s."
        )
        return text % names
    names["due"] = date_format(localtime(order.ship_by), "SHORT_DATETIME_FORMAT")
    return (
        _(
            "Number %(number)d of %(of)d: priority %(priority)d, ship by %(due)s, "
            "placed %(placed)s."
        )
        % names
    )


def _route(
    order_ids: Iterable[int], actor: str, at: datetime
) -> tuple[list[Order], set[int]]:
    locked = transitions.lock(Order, list(order_ids))
    live = [
        order for order in locked if order.status in Order.LIVE and not _held(order)
    ]
    prefetch_related_objects(live, "lines")
    served = route_orders(live, actor=actor, at=at, keep_empty=False) if live else []
    rollups.refresh(served)
    whole = [
        order.pk
        for order in served
        if not any(line.wanted_quantity for line in order.lines.all())
    ]
    if whole:
        workitems.resolve_items("order", whole, at=at, kinds=["shortage"])
    return served, {order.pk for order in locked}


def _held(order: Order) -> bool:
    return any(held(order, action) for action in STOPPED_BY)


def queue(product_ids: Iterable[int], at: datetime) -> QuerySet[Order]:
    """Live orders that wait for these products and may be sent by then, in the order in
    which they are served. What a hold keeps from the floor gets nothing."""
    found = Order.objects.filter(waits_for(product_ids, at), status__in=Order.LIVE)
    for action in STOPPED_BY:
        found = found.exclude(active_holds__contains=[{"blocks": [action]}])
    return found.order_by(*Order.TURN)


def waits_for(product_ids: Iterable[int], at: datetime) -> Q:
    lines = OrderLine.objects.filter(
        _on_sale(at), product__in=product_ids, waiting_quantity__gt=0
    )
    return Q(pk__in=lines.values("order"))


def _on_sale(at: datetime) -> Q:
    """Lines whose product is sent already: no pre-order."""
    today = localdate(at, get_default_timezone())
    day = "product__available_from"
    return Q(**{f"{day}__isnull": True}) | Q(**{f"{day}__lte": today})


def free_of(product_ids: Iterable[int]) -> set[int]:
    """Those of the products that some active location can still promise."""
    levels = StockLevel.objects.filter(
        product__in=product_ids,
        condition=Condition.SELLABLE,
        on_hand__gt=F("allocated") + F("safety_stock"),
        location__is_active=True,
    )
    return set(levels.values_list("product", flat=True))


def wanted_and_free(at: datetime | None = None) -> set[int]:
    """Products that orders wait for and that are free somewhere: what the sweeper
    serves in case a hand-off was lost, and pre-orders on their day."""
    waiting = OrderLine.objects.filter(
        _on_sale(at or timezone.now()),
        waiting_quantity__gt=0,
        order__status__in=Order.LIVE,
    )
    return free_of(waiting.values("product"))
