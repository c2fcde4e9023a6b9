"""The `cheapest` routing: everything in money, the cheapest plan wins. Pure.

A plan puts every item into a box at one location. A box costs its parcel by weight, the
work on it, its lateness, what it is above the capacity of the day, and what another
parcel is worth avoiding. Up to MOST_EXACT items all plans are compared, by dynamic
programming over sets of items; more are searched (`search.py`).

An item is all pieces of one product: two lines of one product share the stock. What no
location can fill alone is cut into pieces, largest stock first; what is nowhere waits.
Of equally cheap plans those of the first locations win, by the criteria of the policy
(the nearest, unless it says otherwise), then by priority and code.
"""

from collections.abc import Mapping, Sequence

from fulfillment.routing import exact, search
from fulfillment.routing.boxes import Bench, Box, Item
from fulfillment.routing.criteria import Wanted
from fulfillment.routing.facts import (
    By,
    Candidate,
    Demand,
    Excluded,
    Grant,
    Option,
    Policy,
)
from fulfillment.routing.sharing import pieces_at

MOST_EXACT = 8
MOST_OPTIONS = 5


def choose(
    places: Sequence[Candidate],
    wanted: Wanted,
    policy: Policy,
    most: int,
    scarcity: Mapping[tuple[int, int], float],
) -> tuple[list[Grant], list[Option]]:
    """Who sends what, and the best plans. Locations that are not chosen get what a plan
    with them would cost more."""
    items = _items(wanted, places)
    bench = Bench(places, items, policy, scarcity)
    bench.drop_unrated()
    if not bench.items:
        return [], []
    find = exact.plans if len(bench.items) <= MOST_EXACT else search.plans
    plans = find(bench, most)
    best = plans[0]
    _explain(bench, plans, best)
    return _grants(wanted.demands, bench, best.boxes), [
        _option(bench, plan.boxes, wanted.demands) for plan in plans[:MOST_OPTIONS]
    ]


def _items(wanted: Wanted, places: Sequence[Candidate]) -> list[Item]:
    totals: dict[int, tuple[int, float, Demand]] = {}
    for demand in wanted.demands:
        pieces, _weight, _one = totals.get(demand.product_id, (0, 0.0, demand))
        totals[demand.product_id] = (
            pieces + demand.quantity,
            demand.weight,
            demand,
        )
    items = []
    for product, (quantity, weight, demand) in totals.items():
        if demand.tracked:
            have = [wanted.stock.get((product, c.location_id), 0) for c in places]
        else:
            have = [
                quantity if pieces_at(demand, c, wanted.stock) else 0 for c in places
            ]
        whole = [at for at, pieces in enumerate(have) if pieces >= quantity]
        if whole:
            items.append(Item(product, quantity, weight * quantity, whole))
            continue
        for at in sorted(range(len(places)), key=lambda at: -have[at]):
            pieces = min(quantity, have[at])
            if pieces <= 0:
                break
            items.append(Item(product, pieces, weight * pieces, [at]))
            quantity -= pieces
    return items


def _explain(bench: Bench, plans, best) -> None:
    sending = {box.place for box in best.boxes}
    with_it: dict[int, float] = {}
    for plan in plans:
        for box in plan.boxes:
            with_it.setdefault(box.place, plan.total)  # plans are cheapest first
    for at, candidate in enumerate(bench.places):
        candidate.cost = with_it.get(at)
        if not bench.rated[at]:
            candidate.excluded = Excluded.NO_RATE
        elif at not in sending:
            more = candidate.cost
            if more is not None:
                more = round(max(more - best.total, 0.0), 2)
            candidate.outranked = By.LOWEST_COST, more


def _grants(
    demands: Sequence[Demand], bench: Bench, boxes: Sequence[Box]
) -> list[Grant]:
    left = {
        (bench.items[number].product_id, box.place): bench.items[number].quantity
        for box in boxes
        for number in box.items
    }
    grants = []
    for demand in demands:
        rest = demand.quantity
        for (product, at), pieces in left.items():
            if product == demand.product_id and rest and pieces:
                part = min(rest, pieces)
                rest -= part
                left[product, at] -= part
                place = bench.places[at].location_id
                grants.append(
                    Grant(demand.line_id, product, place, part, demand.tracked)
                )
    return grants


def _option(bench: Bench, boxes: Sequence[Box], demands: Sequence[Demand]) -> Option:
    positions: dict[int, list[int]] = {}
    for demand in demands:
        positions.setdefault(demand.product_id, []).append(demand.position)
    parts: dict[str, float] = {}
    for box in boxes:
        for name, value in bench.parts(box).items():
            parts[name] = parts.get(name, 0.0) + value
    if len(boxes) > 1 and bench.policy.parcel_cost:
        parts["parcels"] = (len(boxes) - 1) * bench.policy.parcel_cost
    parts = {name: round(value, 2) for name, value in parts.items() if value}
    return Option(
        {
            bench.places[box.place].code: sorted(
                position
                for number in box.items
                for position in positions[bench.items[number].product_id]
            )
            for box in boxes
        },
        round(sum(parts.values()), 2),
        parts,
    )
