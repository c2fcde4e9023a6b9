"""Routing: the waiting pieces of confirmed orders get locations, stock and work.

Lock the levels of all products of the batch, plan the orders in memory one after the
other while subtracting, write once.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from fulfillment.models import (
    FulfillmentOrder,
    FulfillmentOrderLine,
    RoutingDecision,
)
from fulfillment.routing import engine
from fulfillment.routing.facts import Candidate, Demand, Excluded, Plan
from inventory.models import Location, LocationGroup, Product
from inventory.services import stock
from inventory.services.stock import LockedLevel, Portion
from oms.core.exceptions import InvariantError
from oms.core.geo import distance_km
from oms.core.numbering import document_number
from oms.core.sets import assign_ids, insert_rows
from oms.core.timeline import event_of
from orders.models import Order, OrderLine
from orders.services import progress

Levels = Mapping[tuple[int, int], LockedLevel]


class Routed(NamedTuple):
    order: Order
    plan: Plan
    decision: RoutingDecision


def route_orders(
    orders: Sequence[Order],
    *,
    actor: str,
    at: datetime,
    keep_empty: bool = True,
    reserve: bool = False,
) -> list[Order]:
    """Give the waiting pieces of these orders locations as far as there is stock, and
    return the orders that got any.

    Needs: the orders locked, live, with lines loaded; new lines may be inserted after
    it, with the counters set here. Higher priority first, then the older order. The
    decision is stored, with `keep_empty` also where nothing was found. With `reserve`
    the orders are pending: their work is reserved for as long as their channel says.
    The caller refreshes the roll-ups.
    """
    places = _Places({order.channel_id for order in orders})
    demands = _demands(orders)
    levels = stock.lock_levels(
        {d.product_id for some in demands.values() for d in some if d.tracked},
        places.active_ids,
    )
    free = {key: level.available for key, level in levels.items()}
    routed = []
    for order in sorted(orders, key=lambda o: (-o.priority, o.placed_at, o.pk)):
        if wanted := demands[order.pk]:
            plan = engine.plan(wanted, places.candidates(order), free)
            if plan.grants or keep_empty:
                decision = _decision(order, wanted, plan, free, at)
                routed.append(Routed(order, plan, decision))
            for grant in plan.grants:
                if grant.tracked:
                    free[grant.product_id, grant.location_id] -= grant.quantity
    _write(routed, levels, actor, at, reserve)
    return [order for order, plan, _decision in routed if plan.grants]


class _Places:
    """The locations and who they serve, loaded once for a batch."""

    def __init__(self, channel_ids: set[int]):
        self.locations = list(Location.objects.all())
        self.active_ids = [loc.pk for loc in self.locations if loc.is_active]
        self.pools: dict[int, set[int]] = defaultdict(set)  # channel: locations
        for channel, location in LocationGroup.objects.filter(
            channels__in=channel_ids
        ).values_list("channels", "locations"):
            self.pools[channel].add(location)

    def candidates(self, order: Order) -> list[Candidate]:
        pool = self.pools.get(order.channel_id)
        found = []
        for location in self.locations:
            excluded = None
            if not location.is_active:
                excluded = Excluded.INACTIVE
            elif pool is not None and location.pk not in pool:
                excluded = Excluded.NOT_IN_POOL
            found.append(
                Candidate(
                    location.pk,
                    location.code,
                    location.priority,
                    _distance(location, order),
                    excluded,
                )
            )
        return found


def _distance(location: Location, order: Order) -> float | None:
    points = location.lat, location.lon, order.ship_to_lat, order.ship_to_lon
    return None if None in points else distance_km(*points)


def _demands(orders: Sequence[Order]) -> dict[int, list[Demand]]:
    waiting = {
        order.pk: [
            line
            for line in order.lines.all()
            if line.wanted_quantity and line.product_id
        ]
        for order in orders
    }
    untracked = _untracked([line for lines in waiting.values() for line in lines])
    return {
        pk: [
            Demand(
                line.pk,
                line.position,
                line.product_id,
                line.wanted_quantity,
                line.product_id not in untracked,
            )
            for line in lines
        ]
        for pk, lines in waiting.items()
    }


def _untracked(lines: Sequence[OrderLine]) -> set[int]:
    """Their products that keep no stock; asked for only where the lines came without
    their product."""
    if all(OrderLine.product.is_cached(line) for line in lines):
        return {line.product_id for line in lines if not line.product.tracks_stock}
    products = {line.product_id for line in lines}
    found = Product.objects.filter(pk__in=products, tracks_stock=False)
    return set(found.values_list("pk", flat=True))


def _write(
    routed: Sequence[Routed], levels: Levels, actor: str, at: datetime, reserve: bool
) -> None:
    works, lines = _work(routed, levels, at, reserve)
    assign_ids(works, lines)
    for work in works:
        work.number = document_number(FulfillmentOrder, work.pk)
    for line in lines:
        line.fulfillment_order_id = line.fulfillment_order.pk  # known only now
    events = [
        event_of(
            work, f"fulfillmentorder.{work.status}", actor=actor, at=at, from_status=""
        )
        for work in works
    ]
    insert_rows(works)
    insert_rows(lines)
    insert_rows([decision for _order, _plan, decision in routed])
    insert_rows(events)
    pieces: dict[int, int] = defaultdict(int)
    for line in lines:
        pieces[line.order_line_id] += line.quantity
    for order, _plan, _decision in routed:
        for line in order.lines.all():
            line.allocated_quantity += pieces.get(line.pk, 0)
            if line._state.adding:  # its first INSERT is going to say so
                pieces.pop(line.pk, None)
    progress.allocated(pieces)
    out = stock.allocate(
        [
            Portion(line.stock_level_id, line.quantity, "fulfillmentorderline", line.pk)
            for line in lines
            if line.stock_level_id
        ],
        actor=actor,
        at=at,
        locked=levels.values(),
    )
    if out.refused:
        raise InvariantError(f"planned from locked stock, yet refused: {out.refused}")


def _work(
    routed: Sequence[Routed], levels: Levels, at: datetime, reserve: bool
) -> tuple[list[FulfillmentOrder], list[FulfillmentOrderLine]]:
    works, lines = [], []
    for order, plan, _decision in routed:
        until = {}
        if reserve:
            minutes = timedelta(minutes=order.channel.reserve_minutes)
            until = {"status": "reserved", "reserved_until": at + minutes}
        by_place = {
            place: FulfillmentOrder(
                order=order, location_id=place, assigned_at=at, **until
            )
            for place in plan.location_ids
        }
        works += by_place.values()
        for grant in plan.grants:
            level = (
                levels[grant.product_id, grant.location_id] if grant.tracked else None
            )
            lines.append(
                FulfillmentOrderLine(
                    fulfillment_order=by_place[grant.location_id],
                    order_line_id=grant.line_id,
                    stock_level_id=level and level.pk,
                    quantity=grant.quantity,
                )
            )
    return works, lines


def _decision(
    order: Order,
    wanted: list[Demand],
    plan: Plan,
    free: Mapping[tuple[int, int], int],
    at: datetime,
) -> RoutingDecision:
    """The decision as it is kept; `free` as it was when the order had its turn."""
    codes = {candidate.location_id: candidate.code for candidate in plan.candidates}
    granted: dict[int, dict[str, int]] = defaultdict(dict)
    for grant in plan.grants:
        granted[grant.line_id][codes[grant.location_id]] = grant.quantity
    candidates = []
    for candidate in plan.candidates:
        facts = {"code": candidate.code}
        candidates.append(facts)
        if candidate.distance_km is not None:
            facts["distance_km"] = round(candidate.distance_km, 1)
        if candidate.excluded:
            facts["excluded"] = candidate.excluded
    return RoutingDecision(
        order=order,
        mode="ranked",
        candidates=candidates,
        lines=[
            {
                "position": demand.position,
                "wanted": demand.quantity,
                "available": {
                    code: pieces
                    for place, code in codes.items()
                    if (pieces := free.get((demand.product_id, place)))
                },
                "granted": granted[demand.line_id],
            }
            for demand in wanted
        ],
        splits=len(plan.location_ids),
        at=at,
    )
