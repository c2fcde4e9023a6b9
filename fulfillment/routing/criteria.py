"""What ranks sets of locations: the less, the better. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from fulfillment.routing.facts import By, Candidate, Demand, Stock
from fulfillment.routing.sharing import share_out

Group = Sequence[Candidate]
NO_LIMIT = float("inf")


@dataclass(slots=True, frozen=True)
class Wanted:
    """What the locations are ranked for. `need`: {tracked product: pieces}."""

    demands: Sequence[Demand]
    need: dict[int, int]
    stock: Stock


def _distance(group: Group, _wanted: Wanted) -> tuple[int, float]:
    """An unknown way comes after every known one."""
    unknown = sum(c.distance_km is None for c in group)
    return unknown, sum(c.distance_km or 0.0 for c in group)


def _days(group: Group, _wanted: Wanted) -> tuple[int, int]:
    days = [c.days for c in group]
    return days.count(None), max((n for n in days if n is not None), default=0)


def _stock(group: Group, wanted: Wanted) -> float:
    there = sum(
        wanted.stock.get((product, c.location_id), 0)
        for c in group
        for product in wanted.need
    )
    return -there / len(group)


def _capacity(group: Group, _wanted: Wanted) -> float:
    return -min(NO_LIMIT if c.spare is None else c.spare for c in group)


def _cost(group: Group, wanted: Wanted) -> tuple[int, float]:
    """Of one parcel from each; those without a rate come last."""
    pieces, weights = _shares(group, wanted)
    unknown, total = 0, 0.0
    for c in group:
        prices = [lane.price(weights[c.location_id]) for lane in c.lanes]
        known = [price for price in prices if price is not None]
        unknown += not known
        total += min(known, default=0.0)
        total += c.order_cost + c.piece_cost * pieces[c.location_id]
    return unknown, total


def _shares(group: Group, wanted: Wanted) -> tuple[dict[int, int], dict[int, float]]:
    pieces = {c.location_id: 0 for c in group}
    weights = {c.location_id: 0.0 for c in group}
    by_line = {demand.line_id: demand.weight for demand in wanted.demands}
    for grant in share_out(wanted.demands, group, wanted.stock):
        pieces[grant.location_id] += grant.quantity
        weights[grant.location_id] += grant.quantity * by_line[grant.line_id]
    return pieces, weights


VALUES = {
    By.FEWEST_SPLITS: lambda group, _wanted: len(group),
    By.REGION: lambda group, _wanted: sum(not c.in_region for c in group),
    By.NEAREST: _distance,
    By.LOWEST_COST: _cost,
    By.FASTEST: _days,
    By.MOST_STOCK: _stock,
    By.CAPACITY: _capacity,
    By.PREFERRED: lambda group, _wanted: sum(c.priority for c in group),
}


def one(name: str, candidate: Candidate, wanted: Wanted):
    """The value of a location by itself."""
    if name == By.NEAREST:  # of twenty locations in most decisions: no sums
        far = candidate.distance_km
        return (1, 0.0) if far is None else (0, far)
    return VALUES[name]([candidate], wanted)


def key(group: Group, criteria: Sequence[str], wanted: Wanted) -> tuple:
    return tuple(VALUES[name](group, wanted) for name in criteria)
