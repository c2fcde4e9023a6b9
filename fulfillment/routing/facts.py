"""What the routing is told and what it answers: plain values, no database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Excluded(StrEnum):
    """Why a location is out."""

    INACTIVE = "INACTIVE"
    NOT_IN_POOL = "NOT_IN_POOL"
    NO_STOCK_RECORD = "NO_STOCK_RECORD"
    INSUFFICIENT_ATP = "INSUFFICIENT_ATP"


@dataclass(slots=True)
class Demand:
    """Pieces of one order line that want a location. Untracked goods are anywhere."""

    line_id: int
    position: int
    product_id: int
    quantity: int
    tracked: bool = True


@dataclass(slots=True)
class Candidate:
    """A location and how far it is from the address; None: nobody knows."""

    location_id: int
    code: str
    priority: int = 100
    distance_km: float | None = None
    excluded: Excluded | None = None

    @property
    def rank(self) -> tuple:
        """Nearest first, unknown distance last; then by priority, then by code."""
        far = self.distance_km is None
        return far, self.distance_km or 0.0, self.priority, self.code


@dataclass(slots=True)
class Grant:
    line_id: int
    product_id: int
    location_id: int
    quantity: int
    tracked: bool


@dataclass(slots=True)
class Plan:
    """Who sends what. What is not granted waits. `candidates` best first."""

    grants: list[Grant] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)

    @property
    def location_ids(self) -> list[int]:
        return list(dict.fromkeys(grant.location_id for grant in self.grants))


Stock = Mapping[tuple[int, int], int]  # {(product, location): pieces to promise}
