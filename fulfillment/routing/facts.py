"""What the routing is told and what it answers: plain values, no database."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

UNLIMITED = 1_000_000_000  # pieces of what a supplier offers: nobody counts them


class Excluded(StrEnum):
    """Why a location is out."""

    INACTIVE = "INACTIVE"
    CLOSED = "CLOSED"
    NOT_IN_POOL = "NOT_IN_POOL"
    DESTINATION_NOT_SERVED = "DESTINATION_NOT_SERVED"
    EXCLUDED_AFTER_REJECT = "EXCLUDED_AFTER_REJECT"
    TOO_FAR = "TOO_FAR"
    NO_STOCK_RECORD = "NO_STOCK_RECORD"
    INSUFFICIENT_ATP = "INSUFFICIENT_ATP"
    BELOW_SAFETY_STOCK = "BELOW_SAFETY_STOCK"
    DAILY_CAP_REACHED = "DAILY_CAP_REACHED"
    NO_RATE = "NO_RATE"
    MAX_SPLITS = "MAX_SPLITS"


class By(StrEnum):
    """What a location was outranked by; its way may also be unknown."""

    FEWEST_SPLITS = "fewest_splits"
    REGION = "region"
    NEAREST = "nearest"
    LOWEST_COST = "lowest_cost"
    FASTEST = "fastest"
    MOST_STOCK = "most_stock"
    CAPACITY = "capacity"
    PREFERRED = "preferred"
    OWN_STOCK = "own_stock"
    CODE = "code"
    DISTANCE_UNKNOWN = "DISTANCE_UNKNOWN"


@dataclass(slots=True, frozen=True)
class Policy:
    """The rules of one decision. Without `over_capacity_cost` a full day is closed."""

    pk: int | None = None
    mode: str = "ranked"
    criteria: tuple[str, ...] = (By.FEWEST_SPLITS, By.NEAREST, By.PREFERRED)
    max_parcels: int = 0
    max_distance_km: float | None = None
    parcel_cost: float = 0.0
    late_cost: float = 0.0
    over_capacity_cost: float | None = None
    promise_days: int = 5
    currency: str = ""

    @property
    def is_cheapest(self) -> bool:
        return self.mode == "cheapest"


DEFAULT = Policy()


@dataclass(slots=True)
class Demand:
    """Pieces of one order line that want a location. Untracked goods are anywhere."""

    line_id: int
    position: int
    product_id: int
    quantity: int
    tracked: bool = True
    weight: float = 0.0  # of one piece


@dataclass(slots=True, frozen=True)
class Lane:
    """One service from a location to the address: what a parcel costs up to each
    weight, and the days from now until it arrives."""

    limits: Sequence[float]
    prices: Sequence[float]
    days: int = 0

    def price(self, weight: float) -> float | None:
        step = bisect_left(self.limits, weight)
        return self.prices[step] if step < len(self.prices) else None


@dataclass(slots=True)
class Candidate:
    """A location as this order sees it. Distance None: nobody knows; `spare` None: no
    limit. `excluded`, `outranked` and `cost` are answers."""

    location_id: int
    code: str
    priority: int = 100
    distance_km: float | None = None
    excluded: Excluded | None = None
    in_region: bool = False
    lanes: Sequence[Lane] = ()
    order_cost: float = 0.0
    piece_cost: float = 0.0
    spare: int | None = None
    supplier: bool = False
    outranked: tuple[str, float | None] | None = None
    cost: float | None = None

    @property
    def days(self) -> int | None:
        """Until the fastest service arrives."""
        return min((lane.days for lane in self.lanes), default=None)

    @property
    def rank(self) -> tuple:
        """Nearest first, unknown distance last; then by priority, then by code. Who
        counts no stock comes after all who do."""
        far = self.distance_km is None
        return self.supplier, far, self.distance_km or 0.0, self.priority, self.code


@dataclass(slots=True)
class Grant:
    line_id: int
    product_id: int
    location_id: int
    quantity: int
    tracked: bool


@dataclass(slots=True)
class Option:
    """One of the plans that were compared: {location code: line positions}, and the
    parts of its cost."""

    parcels: dict[str, list[int]]
    total: float
    parts: dict[str, float]


@dataclass(slots=True)
class Plan:
    """Who sends what. What is not granted waits. `candidates` best first; `options`
    the best plans, the chosen one first."""

    grants: list[Grant] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    mode: str = "ranked"

    @property
    def location_ids(self) -> list[int]:
        return list(dict.fromkeys(grant.location_id for grant in self.grants))


Stock = Mapping[tuple[int, int], int]  # {(product, location): pieces to promise}
Scarcity = Mapping[tuple[int, int], float]  # {(product, location): worth of keeping 1}
