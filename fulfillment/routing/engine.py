"""Who sends what of one order: pure, the same for the product and its benchmark.

Locations that may not or cannot send anything are left out. Then `cheapest` compares
plans in money (`cheapest.py`), or `ranked` compares sets of locations by criteria
(`ranked.py`); the latter also where there are no rates. Suppliers send only what
nobody else has, unless the policy prefers by location first.
"""

from collections.abc import Sequence

from fulfillment.routing import cheapest, ranked
from fulfillment.routing.criteria import Wanted
from fulfillment.routing.facts import (
    DEFAULT,
    By,
    Candidate,
    Demand,
    Excluded,
    Grant,
    Plan,
    Policy,
    Scarcity,
    Stock,
)
from fulfillment.routing.sharing import rest_of, share_out

LACKING = (Excluded.NO_STOCK_RECORD, Excluded.INSUFFICIENT_ATP)


def plan(
    demands: Sequence[Demand],
    candidates: Sequence[Candidate],
    stock: Stock,
    policy: Policy = DEFAULT,
    scarcity: Scarcity | None = None,
) -> Plan:
    """Choose who sends what of one order, from what is free now. Answers also stand on
    the candidates."""
    wanted = Wanted(demands, _need(demands), stock)
    result = Plan(candidates=ranked.in_order(candidates, wanted, policy))
    usable = _eligible(result.candidates, wanted, policy)
    now, most = wanted, policy.max_parcels
    for places, by_money in _stages(usable, policy):
        if result.grants:
            now = _after(wanted, places, result.grants)
            most = policy.max_parcels - len(result.location_ids)
        if not now.demands or (policy.max_parcels and most <= 0):
            break
        if by_money:
            _by_money(result, places, now, policy, most, scarcity)
        else:
            _by_criteria(result, places, now, policy, most)
    if result.grants:
        _leftovers(result, demands)
        _settle(result, usable)
    return result


def _need(demands: Sequence[Demand]) -> dict[int, int]:
    need: dict[int, int] = {}
    for demand in demands:
        if demand.tracked:
            need[demand.product_id] = need.get(demand.product_id, 0) + demand.quantity
    return need


def _eligible(
    candidates: Sequence[Candidate], wanted: Wanted, policy: Policy
) -> list[Candidate]:
    farthest, hard = policy.max_distance_km, policy.over_capacity_cost is None
    usable = []
    for candidate in candidates:
        if candidate.excluded is not None:
            continue
        far = candidate.distance_km
        if farthest is not None and far is not None and far > farthest:
            candidate.excluded = Excluded.TOO_FAR
        elif lacking := _lacks_all(candidate, wanted):
            candidate.excluded = lacking
        elif hard and candidate.spare is not None and candidate.spare <= 0:
            candidate.excluded = Excluded.DAILY_CAP_REACHED
        else:
            usable.append(candidate)
    return usable


def _lacks_all(candidate: Candidate, wanted: Wanted) -> Excluded | None:
    products = wanted.need
    if candidate.supplier:
        products = {demand.product_id for demand in wanted.demands}
    if not products:
        return None
    known = False
    for product in products:
        free = wanted.stock.get((product, candidate.location_id))
        if free:
            return None
        known |= free is not None
    return Excluded.INSUFFICIENT_ATP if known else Excluded.NO_STOCK_RECORD


def _stages(
    usable: list[Candidate], policy: Policy
) -> list[tuple[list[Candidate], bool]]:
    """(locations, by money) one after the other; each serves what is left."""
    suppliers = [c for c in usable if c.supplier]
    own = [c for c in usable if not c.supplier] if suppliers else usable
    if suppliers and policy.criteria[0] == By.PREFERRED and not policy.is_cheapest:
        own, suppliers = usable, []
    stages = []
    for places in (own, suppliers):
        if policy.is_cheapest and (rated := [c for c in places if c.lanes]):
            stages.append((rated, True))
        if places:
            stages.append((places, False))
    return stages


def _after(wanted: Wanted, places: list[Candidate], grants: list[Grant]) -> Wanted:
    """What is still wanted, and what is still free at these places."""
    rest = rest_of(wanted.demands, grants)
    need = _need(rest)
    products = {demand.product_id for demand in rest}
    keys = ((product, c.location_id) for product in products for c in places)
    stock = {key: wanted.stock[key] for key in keys if key in wanted.stock}
    for grant in grants:
        key = grant.product_id, grant.location_id
        if grant.tracked and key in stock:
            stock[key] -= grant.quantity
    return Wanted(rest, need, stock)


def _by_money(
    result: Plan,
    places: list[Candidate],
    wanted: Wanted,
    policy: Policy,
    most: int,
    scarcity: Scarcity | None,
) -> None:
    grants, options = cheapest.choose(places, wanted, policy, most, scarcity or {})
    if grants:
        result.mode = "cheapest"
    result.grants += grants
    result.options += options


def _by_criteria(
    result: Plan, places: list[Candidate], wanted: Wanted, policy: Policy, most: int
) -> None:
    chosen = ranked.choose(places, wanted, policy, most)
    if grants := share_out(wanted.demands, chosen, wanted.stock):
        ranked.explain(places, chosen, wanted, policy, most)
        result.grants += grants


def _leftovers(result: Plan, demands: Sequence[Demand]) -> None:
    """Untracked goods that the chosen suppliers do not offer: from the first location
    that may send at all."""
    rest = [d for d in rest_of(demands, result.grants) if not d.tracked]
    for candidate in result.candidates if rest else ():
        open_to_all = candidate.excluded is None or candidate.excluded in LACKING
        if open_to_all and not candidate.supplier:
            result.grants += share_out(rest, [candidate], {})
            return


def _settle(result: Plan, usable: Sequence[Candidate]) -> None:
    """Who sends has no reason against it, who was not asked was not needed; by money
    the order is that of the cost."""
    sending = set(result.location_ids)
    for candidate in result.candidates:
        if candidate.location_id in sending:
            candidate.excluded = candidate.outranked = None
    for candidate in usable:
        if candidate.supplier and not (
            candidate.outranked or candidate.location_id in sending
        ):
            candidate.outranked = By.OWN_STOCK, None
    if result.mode == "cheapest":
        result.candidates.sort(
            key=lambda c: (
                c.location_id not in sending,
                c.excluded is not None,
                c.cost is None,
                c.cost or 0.0,
            )
        )
