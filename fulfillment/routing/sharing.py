"""Sharing the pieces of an order out to the chosen locations. Pure."""

from collections.abc import Sequence

from fulfillment.routing.facts import Candidate, Demand, Grant, Stock


def pieces_at(demand: Demand, candidate: Candidate, stock: Stock) -> int:
    """What a location can promise. Untracked goods are anywhere but at suppliers, who
    send what they offer only."""
    if demand.tracked or candidate.supplier:
        return stock.get((demand.product_id, candidate.location_id), 0)
    return demand.quantity


def share_out(
    demands: Sequence[Demand], chosen: Sequence[Candidate], stock: Stock
) -> list[Grant]:
    """Each line from the first chosen place that has all of it, else in pieces."""
    free: dict[tuple[int, int], int] = {}
    grants = []
    for demand in demands:
        rest = demand.quantity
        product = demand.product_id
        have = {}
        for candidate in chosen:
            place = candidate.location_id
            there = free.get((product, place))
            if there is None:
                there = pieces_at(demand, candidate, stock)
            have[place] = there
        whole = next((place for place, there in have.items() if there >= rest), None)
        for place in have if whole is None else (whole,):
            pieces = min(rest, have[place])
            if pieces > 0:
                rest -= pieces
                grants.append(
                    Grant(demand.line_id, product, place, pieces, demand.tracked)
                )
                if demand.tracked:
                    free[product, place] = have[place] - pieces
    return grants


def rest_of(demands: Sequence[Demand], grants: Sequence[Grant]) -> list[Demand]:
    """What is left of the demands after these grants."""
    given: dict[int, int] = {}
    for grant in grants:
        given[grant.line_id] = given.get(grant.line_id, 0) + grant.quantity
    return [
        Demand(
            demand.line_id,
            demand.position,
            demand.product_id,
            left,
            demand.tracked,
            demand.weight,
        )
        for demand in demands
        if (left := demand.quantity - given.get(demand.line_id, 0)) > 0
    ]
