"""Instances of the routing benchmark: read, and replayed through the product's engine.

An instance is a month of a shop with 20 locations: stock, receipts, walk-ins, orders.
Orders are decided one at a time in time order, with nothing known of later ones.
"""

import gzip
import json
import time
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from fulfillment.routing import engine
from fulfillment.routing.facts import Candidate, Demand, Lane, Plan, Policy
from oms.core.geo import EARTH_RADIUS_KM, distance_km

SCENARIOS = ("ample", "balanced", "misplaced", "omni", "peak", "scarce", "sparse")


class Place(NamedTuple):
    number: int
    code: str
    lat: float
    lon: float
    handling_days: int
    capacity: int
    order_cost: float
    piece_cost: float


class Basket(NamedTuple):
    """An order. `t`: days since the start."""

    t: float
    lat: float
    lon: float
    service: str
    lines: list


class Instance:
    def __init__(self, path: Path):
        with gzip.open(path, "rt") as file:
            said = json.load(file)
        self.name, self.said = said["name"], said
        costs = said["costs"]
        self.places = [
            Place(
                place["id"],
                place["name"],
                place["lat"],
                place["lon"],
                place["handling_days"],
                place["cap_per_day"],
                costs["ship_handling"][place["kind"]],
                costs["unit_pick"][place["kind"]],
            )
            for place in said["locations"]
        ]
        self.weights = [sku["weight"] for sku in said["skus"]]
        self.lost = [
            sku["price"] * costs["lost_margin_rate"] + costs["lost_goodwill"]
            for sku in said["skus"]
        ]
        self.walkin_lost = [
            sku["price"] * costs["lost_margin_rate"] for sku in said["skus"]
        ]
        tariff = said["tariff"]
        self.breaks, self.limits = tariff["zone_breaks"], tariff["weight_breaks"]
        self.prices = [list(row) for row in zip(*tariff["price"], strict=True)]
        self.transit = tariff["transit_days"]
        self.miles = said["earth_radius"] / EARTH_RADIUS_KM
        self.orders = [
            Basket(o["t"], o["lat"], o["lon"], o["service"], o["lines"])
            for o in said["orders"]
        ]
        self.receipts = defaultdict(list)
        for day, place, sku, pieces in said["inbound"]:
            self.receipts[day].append((place, sku, pieces))

    def policy(self, mode: str, basket: Basket) -> Policy:
        return Policy(
            mode=mode,
            late_cost=self.said["costs"]["late"][basket.service],
            over_capacity_cost=self.said["costs"]["over_capacity"],
            promise_days=self.said["promise_days"][basket.service],
        )

    def candidates(self, basket: Basket, used: dict[int, int]) -> list[Candidate]:
        """The locations as this order sees them: way, price list, days, room."""
        after = (basket.t % 1) * 24 >= self.said["cutoff_hour"]
        found = []
        for place in self.places:
            way = distance_km(basket.lat, basket.lon, place.lat, place.lon) * self.miles
            zone = bisect_left(self.breaks, way)
            days = place.handling_days + after + self.transit[zone]
            found.append(
                Candidate(
                    place.number,
                    f"{place.number:02} {place.code}",
                    distance_km=way,
                    lanes=(Lane(self.limits, self.prices[zone], days),),
                    order_cost=place.order_cost,
                    piece_cost=place.piece_cost,
                    spare=place.capacity - used[place.number],
                )
            )
        return found


@dataclass
class Account:
    """What a replay has cost, and how well it served."""

    cost: float = 0.0
    orders: int = 0
    full: int = 0
    sent: int = 0
    split: int = 0
    parcels: int = 0
    late: int = 0
    ms: list[float] = field(default_factory=list)
    ms_to_six_lines: list[float] = field(default_factory=list)


def replay(instance: Instance, mode: str, most: int | None = None) -> Account:
    """Send the first `most` orders by `engine.plan`; every piece that is anywhere on
    hand is assigned."""
    account = Account()
    counted_lost = bool(instance.said["walkin"])
    stock = {
        (sku, place): pieces
        for place, row in enumerate(instance.said["onhand"])
        for sku, pieces in enumerate(row)
    }
    events = [(basket.t, 1, basket) for basket in instance.orders[:most]]
    events += [(t, 0, (place, sku)) for t, place, sku in instance.said["walkin"]]
    events.sort(key=lambda event: event[:2])
    today, used = -1, defaultdict(int)
    for t, is_order, what in events:
        while today < int(t):
            today += 1
            used.clear()
            for place, sku, pieces in instance.receipts[today]:
                stock[sku, place] += pieces
        if is_order:
            lost = _send(instance, what, mode, stock, used, account)
            account.cost += lost if counted_lost else 0.0
        elif stock[what[1], what[0]] > 0:
            stock[what[1], what[0]] -= 1
        else:
            account.cost += instance.walkin_lost[what[1]]
    return account


def _send(instance, basket, mode, stock, used, account) -> float:
    """Decide one order and book it; the margin lost with what is nowhere."""
    weights = instance.weights
    started = time.perf_counter()
    demands = [
        Demand(number, number, sku, pieces, weight=weights[sku])
        for number, (sku, pieces) in enumerate(basket.lines)
    ]
    candidates = instance.candidates(basket, used)
    policy = instance.policy(mode, basket)
    plan = engine.plan(demands, candidates, stock, policy)
    took = (time.perf_counter() - started) * 1000
    account.ms.append(took)
    if len(demands) <= 6:
        account.ms_to_six_lines.append(took)
    lanes = {c.location_id: c.lanes[0] for c in candidates}
    missing = _book(instance, plan, policy, lanes, stock, used, account)
    missing = {d.product_id: d.quantity for d in demands} | {
        d.product_id: d.quantity - missing[d.product_id] for d in demands
    }
    account.orders += 1
    account.full += not any(missing.values())
    return sum(instance.lost[sku] * pieces for sku, pieces in missing.items())


def _book(instance, plan: Plan, policy, lanes, stock, used, account) -> dict[int, int]:
    """Take the pieces, pay for the parcels; {SKU: pieces sent}."""
    sent, boxes = defaultdict(int), defaultdict(list)
    for grant in plan.grants:
        stock[grant.product_id, grant.location_id] -= grant.quantity
        if stock[grant.product_id, grant.location_id] < 0:
            raise RuntimeError(f"{instance.name}: sent what is not there: {grant}")
        sent[grant.product_id] += grant.quantity
        boxes[grant.location_id].append(grant)
    for number, grants in boxes.items():
        place, lane = instance.places[number], lanes[number]
        weight = sum(instance.weights[g.product_id] * g.quantity for g in grants)
        late = lane.days > policy.promise_days
        account.cost += lane.price(weight) + place.order_cost
        account.cost += place.piece_cost * sum(g.quantity for g in grants)
        account.cost += policy.late_cost if late else 0.0
        if used[number] >= place.capacity:
            account.cost += policy.over_capacity_cost
        used[number] += 1
        account.late += late
    account.parcels += len(boxes)
    account.sent += bool(boxes)
    account.split += len(boxes) > 1
    return sent
