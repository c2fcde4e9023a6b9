"""Selling what is not there: how many pieces of a product may wait over all live
orders, and goods that are sent from a day on only."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time

from django.db import connection
from django.db.models import Sum
from django.utils.timezone import get_default_timezone, make_aware
from django.utils.translation import ngettext

from inventory.models import LocationGroup, Product, SupplierOffer
from inventory.selectors import availability
from oms.core import transitions
from oms.core.sets import update_rows
from orders.models import Order, OrderLine

LOCK = """
    SELECT pg_advisory_xact_lock(hashtextextended('backorders:' || id, 0))
    FROM unnest(%s::bigint[]) AS id"""


def judge(orders: Sequence[Order], *, at: datetime) -> None:
    """Say in `over_limit` which of these orders would leave more pieces waiting than a
    product allows, for the guard `within_backorder_limit`.

    Needs the lines with their products, and all else that guards read. An order that
    may not be confirmed anyway counts for nothing. From here to the end of the
    transaction nobody else judges the same products: that makes the limit exact. No
    statement where no product has a limit.
    """
    products = {
        line.product_id: line.product
        for order in orders
        for line in order.lines.all()
        if line.product_id
        and line.product.backorder_limit is not None
        and line.wanted_quantity
    }
    if not products:
        return
    _lock(products)
    pools = _pools({order.channel.pool_id for order in orders} - {None})
    for practice in {order.channel.is_sandbox for order in orders}:
        mine = [order for order in orders if order.channel.is_sandbox == practice]
        room, free = _room(products, practice), _free(products, practice, at)
        _judge(sorted(mine, key=lambda each: each.turn), room, free, pools)


def _judge(
    orders: Iterable[Order],
    room: dict[int, int],
    free: dict[int, Counter],
    pools: Mapping[int, set[int]],
) -> None:
    """In their turn; what one takes is gone for the next."""
    for order in orders:
        if transitions.refusals(order, "confirm"):
            continue
        wanted = _wanted(order, room)
        places = pools.get(order.channel.pool_id)
        beyond = {
            product: pieces - _count(free[product], places)
            for product, pieces in wanted.items()
        }
        over = {p: n for p, n in beyond.items() if n > max(0, room[p])}
        if over:
            order.over_limit = _reason(order, over, room)
            continue
        for product, pieces in wanted.items():
            _take(free[product], places, pieces)
            room[product] -= max(0, beyond[product])


def _lock(products: Iterable[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [sorted(products)])


def _room(products: Mapping[int, Product], practice: bool) -> dict[int, int]:
    """How many more pieces may wait, of real orders or of those of practice. A
    supplier's goods never do."""
    waiting = OrderLine.objects.filter(
        product__in=products, waiting_quantity__gt=0, order__status__in=Order.LIVE
    ).filter(order__channel__is_sandbox=practice)
    sums = dict(
        waiting.values_list("product")
        .annotate(pieces=Sum("waiting_quantity"))
        .values_list("product", "pieces")
    )
    offers = SupplierOffer.objects.filter(
        product__in=products,
        is_active=True,
        location__is_active=True,
        location__is_sandbox=practice,
    )
    offered = set(offers.values_list("product", flat=True))
    return {
        pk: product.backorder_limit - sums.get(pk, 0)
        for pk, product in products.items()
        if pk not in offered
    }


def _free(
    products: Mapping[int, Product], practice: bool, at: datetime
) -> dict[int, Counter]:
    """{product: {location: pieces that may be promised now}}"""
    free: dict[int, Counter] = defaultdict(Counter)
    ready = [pk for pk, product in products.items() if product.is_available(at)]
    for (product, place), parts in availability(ready, practice=practice).items():
        free[product][place] = parts.atp
    return free


def _pools(pools: set[int]) -> dict[int, set[int]]:
    """{pool: its locations}; a channel without a pool is served by all of its kind."""
    found: dict[int, set[int]] = defaultdict(set)
    if pools:
        rows = LocationGroup.objects.filter(pk__in=pools).values_list("pk", "locations")
        for pool, place in rows:
            found[pool].add(place)
    return found


def _wanted(order: Order, room: Mapping[int, int]) -> Counter:
    """{limited product: pieces that want a location}, all lines together."""
    wanted: Counter = Counter()
    for line in order.lines.all():
        if line.product_id in room:
            wanted[line.product_id] += line.wanted_quantity
    return wanted


def _count(free: Counter, places: set[int] | None) -> int:
    return sum(n for place, n in free.items() if places is None or place in places)


def _take(free: Counter, places: set[int] | None, pieces: int) -> None:
    for place in free:
        if places is None or place in places:
            taken = min(pieces, free[place])
            free[place] -= taken
            pieces -= taken


def _reason(order: Order, over: Mapping[int, int], room: Mapping[int, int]) -> str:
    line = next(line for line in order.lines.all() if line.product_id in over)
    pieces = over[line.product_id]
    return ngettext(
        "line %(position)d (%(sku)s): %(pieces)d piece would wait for stock and "
        "%(room)d more may; confirm it again when goods are there, or cancel it",
        "line %(position)d (%(sku)s): %(pieces)d pieces would wait for stock and "
        "%(room)d more may; confirm it again when goods are there, or cancel pieces",
        pieces,
    ) % {
        "position": line.position,
        "sku": line.sku,
        "pieces": pieces,
        "room": max(0, room[line.product_id]),
    }


def expect(orders: Iterable[Order], *, at: datetime) -> None:
    """An order with goods that are not sent yet leaves on their first day: that is its
    `ship_by`. Written for orders that are saved; needs the lines with products."""
    changed = {}
    for order in orders:
        days = [
            line.product.available_from
            for line in order.lines.all()
            if line.product_id
            and line.wanted_quantity
            and not line.product.is_available(at)
        ]
        if days:
            due = datetime.combine(max(days), time(23, 59))
            due = make_aware(due, get_default_timezone())
            if order.ship_by is None or order.ship_by < due:
                order.ship_by = due
                if not order._state.adding:
                    changed[order.pk] = (due,)
    update_rows(Order, changed, ["ship_by"])
