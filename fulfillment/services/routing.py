"""Routing: the waiting pieces of confirmed orders get locations, stock and work.

Lock the limited days, then the levels of all products of the batch, plan the orders in
memory one after the other while subtracting, write once.
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
from fulfillment.routing.facts import UNLIMITED, Demand, Excluded, Plan, Policy
from fulfillment.services import promises
from fulfillment.services.decisions import decision_of
from fulfillment.services.places import Places
from inventory.models import Product
from inventory.services import stock
from inventory.services.stock import LockedLevel, Portion
from oms.core.building import build
from oms.core.exceptions import InvariantError
from oms.core.numbering import document_number
from oms.core.sets import assign_ids, insert_rows
from oms.core.timeline import event_of
from orders.models import Order, OrderLine
from orders.services import bundles, progress

Levels = Mapping[tuple[int, int], LockedLevel]


class Routed(NamedTuple):
    order: Order
    plan: Plan
    decision: RoutingDecision
    places: Places


class Trial(NamedTuple):
    """What is asked rather than done. `arriving`: {(product, location): pieces} as if
    they were there already; `policy`: instead of those that count; without `locks`
    nobody waits for who asks."""

    arriving: Mapping[tuple[int, int], int] = {}
    policy: Policy | None = None
    locks: bool = True


IN_EARNEST = Trial()


def route_orders(
    orders: Sequence[Order],
    *,
    actor: str,
    at: datetime,
    keep_empty: bool = True,
    reserve: bool = False,
    first: bool = False,
) -> list[Order]:
    """Give the waiting pieces of these orders locations as far as there is stock, and
    return the orders that got any.

    Needs: the orders locked, live, with lines loaded; new lines may be inserted after
    it, with the counters set here. Served by `Order.turn`. The decision is stored, with
    `keep_empty` also where nothing was found. With `reserve` the orders are pending:
    their work is reserved for as long as their channel says. `first`: nobody can have
    rejected them yet. The caller refreshes the roll-ups.
    """
    routed, levels = plan_orders(
        orders, at=at, keep_empty=keep_empty, first=first or reserve
    )
    write_work(routed, levels, actor, at, reserve)
    return [row.order for row in routed if row.plan.grants]


def plan_orders(
    orders: Sequence[Order],
    *,
    at: datetime,
    keep_empty: bool = True,
    first: bool = False,
    trial: Trial = IN_EARNEST,
) -> tuple[list[Routed], Levels]:
    """The first half of `route_orders`: who would send what. Locks the limited days and
    the levels, writes nothing."""
    places = Places(orders, at, first=first, policy=trial.policy)
    demands = _demands(orders, at)
    places.grams = {d.line_id: d.weight for some in demands.values() for d in some}
    tracked = {d.product_id for some in demands.values() for d in some if d.tracked}
    levels = _levels(places, tracked, trial.locks)
    free = _free(levels, places, demands, trial.arriving)
    guarded = any(level.safety_stock for level in levels.values())
    routed = []
    for order in sorted(orders, key=lambda o: o.turn):
        if wanted := demands[order.pk]:
            rules = places.rules_of(order)
            plan = engine.plan(wanted, places.candidates(order), free, rules)
            if guarded:
                _name_safety_stock(plan, wanted, levels)
            if order.ship_complete and not _is_complete(order, plan):
                plan.grants.clear()
            if plan.grants or keep_empty:
                decision = decision_of(
                    order, wanted, plan, free, at, policy_id=rules.pk
                )
                routed.append(Routed(order, plan, decision, places))
            places.fill(plan.location_ids)
            for grant in plan.grants:
                if grant.tracked:
                    free[grant.product_id, grant.location_id] -= grant.quantity
    return routed, levels


def _levels(places: Places, tracked: set[int], locks: bool) -> Levels:
    if not locks:
        places.count_capacity()
        return stock.read_levels(tracked, places.active_ids)
    places.lock_capacity()
    return stock.lock_levels(tracked, places.active_ids)


def _free(
    levels: Levels,
    places: Places,
    demands: Mapping[int, list[Demand]],
    arriving: Mapping[tuple[int, int], int],
) -> dict[tuple[int, int], int]:
    """What may be promised, by product and location. Suppliers always have what they
    offer."""
    free = {key: level.atp for key, level in levels.items()}
    for key, pieces in arriving.items():
        if level := levels.get(key):
            pieces = max(0, level.available + pieces - level.safety_stock)
        free[key] = pieces
    products = {d.product_id for some in demands.values() for d in some}
    free |= dict.fromkeys(places.offers(products), UNLIMITED)
    return free


def _name_safety_stock(plan: Plan, wanted: Sequence[Demand], levels: Levels) -> None:
    """Has none to promise, yet some on the shelf: say so."""
    for candidate in plan.candidates:
        if candidate.excluded == Excluded.INSUFFICIENT_ATP and any(
            level.available > 0
            for demand in wanted
            if (level := levels.get((demand.product_id, candidate.location_id)))
        ):
            candidate.excluded = Excluded.BELOW_SAFETY_STOCK


def _is_complete(order: Order, plan: Plan) -> bool:
    wanted = sum(line.wanted_quantity for line in order.lines.all())
    return sum(grant.quantity for grant in plan.grants) == wanted


def _demands(orders: Sequence[Order], at: datetime) -> dict[int, list[Demand]]:
    """What wants a location now: nothing before the day it is available from."""
    waiting = {
        order.pk: [
            line
            for line in order.lines.all()
            if line.wanted_quantity and line.product_id
        ]
        for order in orders
    }
    products = _products([line for lines in waiting.values() for line in lines])
    return {
        pk: [
            Demand(
                line.pk,
                line.position,
                line.product_id,
                line.wanted_quantity,
                product.tracks_stock,
                product.weight_grams,
            )
            for line in lines
            if (product := products[line.product_id]).is_available(at)
        ]
        for pk, lines in waiting.items()
    }


def _products(lines: Sequence[OrderLine]) -> Mapping[int, Product]:
    """Their products; asked for only where the lines came without them."""
    if all(OrderLine.product.is_cached(line) for line in lines):
        return {line.product_id: line.product for line in lines}
    found = Product.objects.only("tracks_stock", "available_from", "weight_grams")
    return found.in_bulk({line.product_id for line in lines})


def write_work(
    routed: Sequence[Routed],
    levels: Levels,
    actor: str,
    at: datetime,
    reserve: bool = False,
) -> None:
    """The second half: the plans become work, stock is promised."""
    works, lines = work_of(routed, levels, at, reserve)
    codes = routed[0].places.by_pk if routed else {}
    if works:
        promises.plan_delivery(works, lines, routed[0].places)
    assign_ids(works, lines)
    for work in works:
        work.number = document_number(FulfillmentOrder, work.pk)
    for line in lines:  # known only now; the descriptor would forget the row
        line.__dict__["fulfillment_order_id"] = line.fulfillment_order.pk
    events = [
        event_of(
            work,
            f"fulfillmentorder.{work.status}",
            actor=actor,
            at=at,
            from_status="",
            data={"location": codes[work.location_id].code},
        )
        for work in works
    ]
    insert_rows(works)
    insert_rows(lines)
    for row in routed:
        row.decision.actor = actor
    insert_rows([row.decision for row in routed])
    insert_rows(events)
    _count({row.order for row in routed}, lines)
    promises.tell_orders(works, lines, actor=actor, at=at)
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


def _count(orders: set[Order], lines: Sequence[FulfillmentOrderLine]) -> None:
    """The counters of the order lines, in memory and in the table."""
    pieces: dict[int, int] = defaultdict(int)
    for line in lines:
        pieces[line.order_line_id] += line.quantity
    for order in orders:
        for line in order.lines.all():
            line.allocated_quantity += pieces.get(line.pk, 0)
            if line._state.adding:  # its first INSERT is going to say so
                pieces.pop(line.pk, None)
        bundles.settle(order.lines.all())
    progress.allocated(pieces)


def work_of(
    routed: Sequence[Routed], levels: Levels, at: datetime, reserve: bool = False
) -> tuple[list[FulfillmentOrder], list[FulfillmentOrderLine]]:
    """What the plans come to, in memory."""
    works, lines = [], []
    for order, plan, _decision, places in routed:
        until = {}
        if reserve:
            minutes = timedelta(minutes=order.channel.reserve_minutes)
            until = {"status": "reserved", "reserved_until": at + minutes}
        by_place = {
            place: build(
                FulfillmentOrder,
                order=order,
                location_id=place,
                assigned_at=at,
                service=order.service,
                work_on=places.days.get(place),
                ship_by=places.ship_by(place),
                **until,
            )
            for place in plan.location_ids
        }
        works += by_place.values()
        for grant in plan.grants:
            level = None  # untracked, or at a supplier
            if grant.tracked:
                level = levels.get((grant.product_id, grant.location_id))
            lines.append(
                build(
                    FulfillmentOrderLine,
                    fulfillment_order=by_place[grant.location_id],
                    order_line_id=grant.line_id,
                    stock_level_id=level and level.pk,
                    quantity=grant.quantity,
                )
            )
    return works, lines
