"""The `ranked` routing: criteria in their order, the first that is no tie decides.

1. A location that holds everything and is first by the criteria sends it.
2. Otherwise all sets of up to MOST_PARTS of the first locations that together hold the
   most there is are compared; where fewest parcels comes first, only the smallest.
3. Orders too scattered for that take, again and again, the location with most of the
   rest.
Ties end with the priority of the locations, then their code.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from fulfillment.routing import criteria
from fulfillment.routing.criteria import Wanted
from fulfillment.routing.facts import DEFAULT, By, Candidate, Excluded, Policy

MOST_PARTS = 4  # locations of a set that is searched exactly
MOST_CANDIDATES = 12  # first locations that such sets are made of: 793 sets


def in_order(
    candidates: Sequence[Candidate], wanted: Wanted, policy: Policy
) -> list[Candidate]:
    """Best first, each by itself."""
    if policy.criteria == DEFAULT.criteria:
        return sorted(candidates, key=lambda c: c.rank)
    last = policy.criteria[0] != By.PREFERRED
    return sorted(
        candidates,
        key=lambda c: (
            last and c.supplier,
            criteria.key([c], policy.criteria, wanted),
            c.priority,
            c.code,
        ),
    )


def choose(
    usable: Sequence[Candidate], wanted: Wanted, policy: Policy, most: int = 0
) -> list[Candidate]:
    """The locations to use, in the order of `usable`, which is that of `in_order`; at
    most so many of them, 0 for any number."""
    need, stock = wanted.need, wanted.stock
    if not need:
        return list(usable[:1])
    splits_first = policy.criteria[0] == By.FEWEST_SPLITS
    for candidate in usable if splits_first else usable[:1]:
        if _holds(candidate, need, stock):
            return [candidate]
    target = {
        product: min(n, sum(stock.get((product, c.location_id), 0) for c in usable))
        for product, n in need.items()
    }
    most = most or len(usable)
    found = _best_set(target, usable[:MOST_CANDIDATES], wanted, policy, most)
    return found or _greedy(target, usable, wanted, most)


def _holds(candidate: Candidate, need: dict[int, int], stock) -> bool:
    place = candidate.location_id
    for product, n in need.items():  # noqa: SIM110 asked most of all, so a plain loop
        if stock.get((product, place), 0) < n:
            return False
    return True


def _covers(some: Sequence[tuple[Candidate, list[int]]], pieces: list[int]) -> bool:
    """Asked of hundreds of sets, so plain loops."""
    for column, n in enumerate(pieces):
        for _candidate, free in some:
            n -= free[column]
        if n > 0:
            return False
    return True


def _best_set(
    target: dict[int, int],
    usable: Sequence[Candidate],
    wanted: Wanted,
    policy: Policy,
    most: int,
) -> list[Candidate]:
    pieces = list(target.values())
    there = [
        (c, [wanted.stock.get((product, c.location_id), 0) for product in target])
        for c in usable
    ]
    splits_first = policy.criteria[0] == By.FEWEST_SPLITS
    best = None
    complete: list[set[int]] = []
    for size in range(1, min(MOST_PARTS, most) + 1):
        for some in combinations(there, size):
            if not _covers(some, pieces):
                continue
            group = [c for c, _free in some]
            places = {c.location_id for c in group}
            if any(smaller <= places for smaller in complete):
                continue  # somebody in it would send nothing
            key = criteria.key(group, policy.criteria, wanted)
            if best is None or key < best[0]:  # the first of equals is ranked first
                best = key, group
            if not splits_first:
                complete.append(places)
        if best and splits_first:
            break
    return list(best[1]) if best else []


def _greedy(
    target: dict[int, int], usable: Sequence[Candidate], wanted: Wanted, most: int
) -> list[Candidate]:
    stock = wanted.stock
    chosen, rest, left = [], dict(target), list(usable)
    while left and any(rest.values()) and len(chosen) < most:
        covers = [
            sum(min(n, stock.get((p, c.location_id), 0)) for p, n in rest.items())
            for c in left
        ]
        taken = left.pop(covers.index(max(covers)))
        chosen.append(taken)
        for product in rest:
            rest[product] -= min(
                rest[product], stock.get((product, taken.location_id), 0)
            )
    picked = {c.location_id for c in chosen}
    return [c for c in usable if c.location_id in picked]


def explain(
    usable: Sequence[Candidate],
    chosen: Sequence[Candidate],
    wanted: Wanted,
    policy: Policy,
    most: int,
) -> None:
    """Say of each location that is not chosen what it was outranked by, or that one
    more parcel was not allowed."""
    if not chosen:
        return
    sending = {c.location_id for c in chosen}
    full = 0 < most <= len(chosen)
    short = _short(chosen, wanted) if full else ()
    winner = chosen[-1]
    given = None
    if len(chosen) == 1:
        place = winner.location_id
        given = {
            p: min(n, wanted.stock.get((p, place), 0)) for p, n in wanted.need.items()
        }
    names = [name for name in policy.criteria if name != By.FEWEST_SPLITS]
    best = [(name, criteria.one(name, winner, wanted)) for name in names]
    for candidate in usable:
        place = candidate.location_id
        if place in sending:
            continue
        if short and any(wanted.stock.get((product, place)) for product in short):
            candidate.excluded = Excluded.MAX_SPLITS
        elif given and not _holds(candidate, given, wanted.stock):
            candidate.outranked = By.FEWEST_SPLITS, 1
        else:
            candidate.outranked = _outranked(candidate, winner, wanted, best)


def _short(chosen: Sequence[Candidate], wanted: Wanted) -> set[int]:
    """Products of which the chosen ones have not enough."""
    stock = wanted.stock
    return {
        product
        for product, n in wanted.need.items()
        if sum(stock.get((product, c.location_id), 0) for c in chosen) < n
    }


def _outranked(
    loser: Candidate,
    winner: Candidate,
    wanted: Wanted,
    best: Sequence[tuple[str, Any]],
) -> tuple[str, float | None]:
    """`best`: the winner's values by criterion."""
    for name, other in best:
        mine = criteria.one(name, loser, wanted)
        if mine > other:
            if name == By.NEAREST and mine[0] > other[0]:
                return By.DISTANCE_UNKNOWN, None
            return name, _gap(mine, other, 2 if name == By.LOWEST_COST else 1)
        if mine < other:  # better by itself, but the order would need more parcels
            return By.FEWEST_SPLITS, 1
    if loser.priority != winner.priority:
        return By.PREFERRED, loser.priority - winner.priority
    return By.CODE, None


def _gap(mine, other, digits: int) -> float | None:
    if isinstance(mine, tuple):
        if mine[0] != other[0]:
            return None
        mine, other = mine[1], other[1]
    gap = mine - other
    return None if gap == criteria.NO_LIMIT else round(gap, digits)
