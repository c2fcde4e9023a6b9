"""What is put into boxes, and what a box costs. Pure."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fulfillment.routing.facts import Candidate, Policy

NEVER = float("inf")


@dataclass(slots=True)
class Item:
    """Pieces of one product that go into one box; `places`: positions of the locations
    that can fill it alone."""

    product_id: int
    quantity: int
    weight: float
    places: list[int]


@dataclass(slots=True)
class Box:
    place: int
    items: list[int]


@dataclass(slots=True)
class Boxes:
    """A plan: its boxes and what they cost together."""

    total: float
    boxes: list[Box] = field(default_factory=list)


class Bench:
    """The locations and the items of one order, with the prices of boxes."""

    def __init__(
        self,
        places: Sequence[Candidate],
        items: list[Item],
        policy: Policy,
        scarcity: Mapping[tuple[int, int], float],
    ):
        self.places, self.items, self.policy = places, items, policy
        self.scarcity = scarcity
        over = policy.over_capacity_cost or 0.0
        self.rated = [True] * len(places)
        self.opening = []  # of one more box: handling, capacity, another parcel
        self.lanes = []  # [(limits, prices, late)] of each place
        for place in places:
            full = place.spare is not None and place.spare <= 0
            self.opening.append(
                place.order_cost + (over if full else 0.0) + policy.parcel_cost
            )
            self.lanes.append(
                [
                    (
                        lane.limits,
                        lane.prices,
                        policy.late_cost if lane.days > policy.promise_days else 0.0,
                    )
                    for lane in place.lanes
                ]
            )

    def carriage(self, at: int, weight: float) -> float:
        """Parcel and lateness by the service for which they are least."""
        least = NEVER
        for limits, prices, late in self.lanes[at]:
            step = bisect_left(limits, weight)
            if step < len(prices):
                cost = prices[step] + late
                if cost < least:
                    least = cost
        return least

    def filling(self, at: int, item: Item) -> float:
        """What the pieces cost there, whatever box they are in."""
        cost = self.places[at].piece_cost * item.quantity
        if self.scarcity:
            key = item.product_id, self.places[at].location_id
            cost += self.scarcity.get(key, 0.0) * item.quantity
        return cost

    def drop_unrated(self) -> None:
        """Leave out, item by item, the locations from which no service takes it."""
        tried, taking = set(), set()
        for item in self.items:
            tried.update(item.places)
            item.places = [
                at for at in item.places if self.carriage(at, item.weight) < NEVER
            ]
            taking.update(item.places)
        self.items = [item for item in self.items if item.places]
        for at in tried - taking:
            self.rated[at] = False

    def parts(self, box: Box) -> dict[str, float]:
        """The cost of a box in its parts; the parcel beyond the first apart."""
        place = self.places[box.place]
        items = [self.items[number] for number in box.items]
        weight = sum(item.weight for item in items)
        price, late = min(
            (
                (lane_price, lane_late)
                for limits, prices, lane_late in self.lanes[box.place]
                if (step := bisect_left(limits, weight)) < len(prices)
                for lane_price in (prices[step],)
            ),
            key=sum,
        )
        full = place.spare is not None and place.spare <= 0
        pieces = sum(item.quantity for item in items)
        filling = sum(self.filling(box.place, item) for item in items)
        handling = place.piece_cost * pieces
        return {
            "shipping": price,
            "handling": place.order_cost + handling,
            "late": late,
            "capacity": (self.policy.over_capacity_cost or 0.0) if full else 0.0,
            "scarcity": filling - handling,
        }
