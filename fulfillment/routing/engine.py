"""The `ranked` routing: in stock, then fewest parts, then nearest. Pure.

1. Leave out the locations that may not or cannot send anything.
2. The nearest location that holds everything sends it.
3. Otherwise the fewest locations that together hold the most there is: all sets of up
   to MOST_PARTS of the nearest ones; the smallest, then the nearest set wins.
4. Orders too scattered for that take, again and again, the location with most of the
   rest.
Ties end with the priority of the locations, then their code.
"""

from collections.abc import Sequence
from itertools import combinations

from fulfillment.routing.facts import (
    Candidate,
    Demand,
    Excluded,
    Grant,
    Plan,
    Stock,
)

MOST_PARTS = 4  # locations of a set that is searched exactly
MOST_CANDIDATES = 12  # nearest locations that such sets are made of: 781 sets


def plan(
    demands: Sequence[Demand], candidates: Sequence[Candidate], stock: Stock
) -> Plan:
    """Choose who sends what of one order, from what is free now."""
    need: dict[int, int] = {}
    for demand in demands:
        if demand.tracked:
            need[demand.product_id] = need.get(demand.product_id, 0) + demand.quantity
    ranked = sorted(candidates, key=lambda candidate: candidate.rank)
    usable = []
    for candidate in ranked:
        if candidate.excluded is None:
            candidate.excluded = _lacks_all(candidate, need, stock)
        if candidate.excluded is None:
            usable.append(candidate)
    chosen = _choose(need, usable, stock)
    return Plan(grants=_grants(demands, chosen, stock), candidates=ranked)


def _lacks_all(candidate: Candidate, need: dict[int, int], stock: Stock):
    if not need:
        return None
    free = [stock.get((product, candidate.location_id)) for product in need]
    if any(free):
        return None
    if all(pieces is None for pieces in free):
        return Excluded.NO_STOCK_RECORD
    return Excluded.INSUFFICIENT_ATP


def _choose(
    need: dict[int, int], usable: list[Candidate], stock: Stock
) -> list[Candidate]:
    """The locations to use, nearest first."""
    if not need:
        return usable[:1]
    for candidate in usable:
        place = candidate.location_id
        if all(stock.get((product, place), 0) >= n for product, n in need.items()):
            return [candidate]
    target = {
        product: min(n, sum(stock.get((product, c.location_id), 0) for c in usable))
        for product, n in need.items()
    }
    return _smallest_set(target, usable[:MOST_CANDIDATES], stock) or _greedy(
        target, usable, stock
    )


def _smallest_set(
    target: dict[int, int], usable: list[Candidate], stock: Stock
) -> list[Candidate]:
    for size in range(1, MOST_PARTS + 1):
        best = None
        for group in combinations(usable, size):
            if all(
                sum(stock.get((product, c.location_id), 0) for c in group) >= pieces
                for product, pieces in target.items()
            ):
                unknown = sum(c.distance_km is None for c in group)
                key = unknown, sum(c.distance_km or 0.0 for c in group)
                if best is None or key < best[0]:  # the first of equals is ranked first
                    best = key, group
        if best:
            return list(best[1])
    return []


def _greedy(
    target: dict[int, int], usable: list[Candidate], stock: Stock
) -> list[Candidate]:
    chosen, rest, left = [], dict(target), list(usable)
    while left and any(rest.values()):
        covers = [
            sum(min(n, stock.get((p, c.location_id), 0)) for p, n in rest.items())
            for c in left
        ]
        best = covers.index(max(covers))
        taken = left.pop(best)
        chosen.append(taken)
        for product in rest:
            rest[product] -= min(
                rest[product], stock.get((product, taken.location_id), 0)
            )
    return sorted(chosen, key=lambda candidate: candidate.rank)


def _grants(
    demands: Sequence[Demand], chosen: list[Candidate], stock: Stock
) -> list[Grant]:
    """Each line from the nearest chosen place that has all of it, else in pieces."""
    free: dict[tuple[int, int], int] = {}
    grants = []
    for demand in demands:
        rest = demand.quantity
        places = [candidate.location_id for candidate in chosen]
        if demand.tracked:
            have = {
                place: free.setdefault(
                    (demand.product_id, place), stock.get((demand.product_id, place), 0)
                )
                for place in places
            }
            whole = [place for place in places if have[place] >= rest]
            places = whole[:1] or places
        else:
            have = dict.fromkeys(places, rest)
        for place in places:
            pieces = min(rest, have[place])
            if pieces > 0:
                rest -= pieces
                grants.append(
                    Grant(
                        demand.line_id,
                        demand.product_id,
                        place,
                        pieces,
                        demand.tracked,
                    )
                )
                if demand.tracked:
                    free[demand.product_id, place] -= pieces
    return grants
