"""Reads of stock, shaped for those who promise or explain it."""

from collections.abc import Iterable
from dataclasses import dataclass

from inventory.models import LocationGroup, StockLevel
from inventory.models.stock import Condition


@dataclass(frozen=True, slots=True)
class Availability:
    """How much may be promised, and the parts that explain it."""

    on_hand: int = 0
    allocated: int = 0
    quarantine: int = 0
    damaged: int = 0

    @property
    def available(self) -> int:
        return self.on_hand - self.allocated

    def __add__(self, other: "Availability") -> "Availability":
        return Availability(
            self.on_hand + other.on_hand,
            self.allocated + other.allocated,
            self.quarantine + other.quarantine,
            self.damaged + other.damaged,
        )


def availability(
    product_ids: Iterable[int], location_ids: Iterable[int] | None = None
) -> dict[tuple[int, int], Availability]:
    """{(product, location): parts} for levels that exist; all active locations by
    default. `on_hand` counts sellable goods; the other conditions stand apart."""
    levels = StockLevel.objects.filter(product_id__in=set(product_ids))
    if location_ids is None:
        levels = levels.filter(location__is_active=True)
    else:
        levels = levels.filter(location_id__in=set(location_ids))
    found: dict[tuple[int, int], Availability] = {}
    for product, location, condition, on_hand, allocated in levels.values_list(
        "product_id", "location_id", "condition", "on_hand", "allocated"
    ):
        parts = (
            Availability(on_hand, allocated)
            if condition == Condition.SELLABLE
            else Availability(**{condition: on_hand})
        )
        key = product, location
        found[key] = found.get(key, Availability()) + parts
    return found


def pool_availability(
    product_ids: Iterable[int], pool: LocationGroup | None = None
) -> dict[int, Availability]:
    """{product: parts summed over the active locations of the pool}; no pool: over
    all."""
    locations = None
    if pool is not None:
        locations = list(
            pool.locations.filter(is_active=True).values_list("pk", flat=True)
        )
    wanted = set(product_ids)
    sums = {product: Availability() for product in wanted}
    for (product, _location), parts in availability(wanted, locations).items():
        sums[product] += parts
    return sums
