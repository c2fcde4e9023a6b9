"""Routing decisions as they are kept: numbers only, words are made when they are
read."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from fulfillment.models import RoutingDecision
from fulfillment.routing.facts import UNLIMITED, Candidate, Demand, Option, Plan
from oms.core.building import build
from orders.models import Order

SUPPLIED = UNLIMITED // 2  # more than this is what a supplier offers


def decision_of(
    order: Order,
    wanted: Sequence[Demand],
    plan: Plan,
    free: Mapping[tuple[int, int], int],
    at: datetime,
    **fields,
) -> RoutingDecision:
    """Unsaved; `free` as it was when the order had its turn, `fields` as of the
    model."""
    codes = {candidate.location_id: candidate.code for candidate in plan.candidates}
    granted: dict[int, dict[str, int]] = defaultdict(dict)
    for grant in plan.grants:
        code = codes[grant.location_id]
        before = granted[grant.line_id].get(code, 0)
        granted[grant.line_id][code] = before + grant.quantity
    return build(
        RoutingDecision,
        order=order,
        mode=plan.mode,
        candidates=[_facts(candidate) for candidate in plan.candidates],
        lines=[
            {
                "position": demand.position,
                "wanted": demand.quantity,
                "available": {
                    code: demand.quantity if pieces > SUPPLIED else pieces
                    for place, code in codes.items()
                    if (pieces := free.get((demand.product_id, place)))
                },
                "granted": granted[demand.line_id],
            }
            for demand in wanted
        ],
        plans=[_option(option) for option in plan.options],
        splits=len(plan.location_ids),
        at=at,
        **fields,
    )


def _facts(candidate: Candidate) -> dict:
    facts = {"code": candidate.code}
    if candidate.distance_km is not None:
        facts["distance_km"] = round(candidate.distance_km, 1)
    if candidate.excluded:
        facts["excluded"] = candidate.excluded
    elif candidate.outranked:
        facts["outranked"] = candidate.outranked
    if candidate.cost is not None:
        facts["cost"] = round(candidate.cost, 2)
    if candidate.lanes:
        facts["days"] = candidate.days
    if candidate.spare is not None:
        facts["spare"] = candidate.spare
    return facts


def _option(option: Option) -> dict:
    return {
        "parcels": option.parcels,
        "total": option.total,
        "parts": option.parts,
    }
