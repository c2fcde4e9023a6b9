"""When work arrives, told to its order: the day it leaves its location, and the days
that the service takes which the rule chooses. Only where there are rate tables."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from fulfillment.models import FulfillmentOrder, FulfillmentOrderLine
from fulfillment.rates.choosing import Quote, chosen
from fulfillment.routing.calendar import ready_day
from fulfillment.services import quoting
from fulfillment.services.places import Places
from fulfillment.services.rates import load_tariffs
from orders.models import Order
from orders.services import promises
from orders.services.promises import Dates


def plan_delivery(
    works: Sequence[FulfillmentOrder],
    lines: Iterable[FulfillmentOrderLine],
    places: Places,
) -> list[Quote | None]:
    """Service and day of work that is not written yet, in memory; the quote that was
    chosen for each."""
    found: list[Quote | None] = [None] * len(works)
    tariffs = places.tariffs or (load_tariffs() if places.rated else [])
    if not tariffs:
        return found
    grams: dict[int, int] = defaultdict(int)
    for line in lines:
        weight = places.grams.get(line.order_line_id, 0)
        grams[id(line.fulfillment_order)] += weight * line.quantity
    for number, work in enumerate(works):
        if work.work_on is None:
            continue
        place = places.by_pk[work.location_id]
        ready = ready_day(place, work.work_on)
        parcel = quoting.Sending(
            place, work.order, grams[id(work)], ready, work.order.promised_at
        )
        if best := chosen(quoting.quotes(tariffs, parcel)):
            found[number] = best
            work.service = best.offer.service
            work.promised_at = best.arrives_on
    return found


def tell_orders(
    works: Sequence[FulfillmentOrder],
    lines: Iterable[FulfillmentOrderLine],
    *,
    actor: str,
    at: datetime,
) -> None:
    """The last day of all parts is the promise of the order, once nothing of it waits.
    Needs the work written, and the counters of the order lines in memory as they are
    now."""
    parts: dict[int, list[FulfillmentOrder]] = defaultdict(list)
    orders: dict[int, Order] = {}
    for work in works:
        if work.promised_at is not None and not _waits(work.order):
            parts[work.order_id].append(work)
            orders[work.order_id] = work.order
    if not orders:
        return
    for work in _earlier_parts(orders, lines):
        parts[work.order_id].append(work)
    dates = {pk: _last(some) for pk, some in parts.items()}
    promises.promise(list(orders.values()), dates, actor=actor, at=at)


def _waits(order: Order) -> bool:
    return any(line.wanted_quantity for line in order.lines.all())


def _last(parts: Iterable[FulfillmentOrder]) -> Dates:
    parts = list(parts)
    leave = [work.ship_by for work in parts if work.ship_by is not None]
    arrive = max(work.promised_at for work in parts)
    return Dates(max(leave, default=None), arrive)


def _earlier_parts(
    orders: Mapping[int, Order], lines: Iterable[FulfillmentOrderLine]
) -> list[FulfillmentOrder]:
    """Work of these orders from before; asked for only where there can be some, of
    orders that have no promise yet."""
    planned: dict[int, int] = defaultdict(int)
    works = set()
    for line in lines:
        planned[line.fulfillment_order.order_id] += line.quantity
        works.add(line.fulfillment_order_id)
    older = [
        pk
        for pk, order in orders.items()
        if order.promised_at is None and _served(order) > planned[pk]
    ]
    if not older:
        return []
    found = FulfillmentOrder.objects.filter(order__in=older, promised_at__isnull=False)
    cancelled = FulfillmentOrder.Status.CANCELLED
    return list(found.exclude(status=cancelled).exclude(pk__in=works))


def _served(order: Order) -> int:
    return sum(
        line.allocated_quantity + line.shipped_quantity
        for line in order.lines.all()
        if not line.is_bundle
    )
