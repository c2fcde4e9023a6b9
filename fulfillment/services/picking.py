"""A wave as a picker walks it: stops in the order of their bins, and what each slot of
the trolley gets there."""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.db.models import prefetch_related_objects

from fulfillment.models import FulfillmentOrder, FulfillmentOrderLine, Wave
from fulfillment.services.packing import why_stopped
from inventory.models import Product

Status = FulfillmentOrder.Status
Places = Collection[int] | None  # keys of locations; None for all


class Slot(NamedTuple):
    """Pieces of one line, and where they go."""

    work: FulfillmentOrder
    line: FulfillmentOrderLine

    @property
    def letter(self) -> str:
        return self.work.slot

    @property
    def wanted(self) -> int:
        return self.line.held_quantity + self.line.shipped_quantity

    @property
    def picked(self) -> int:
        """What has been packed was picked, by whatever way."""
        if self.work.status in (Status.RELEASED, Status.PICKING):
            return self.line.picked_quantity
        return self.wanted

    @property
    def lacking(self) -> int:
        return max(self.wanted - self.picked, 0)


class Stop(NamedTuple):
    """One product in its bin."""

    product: Product
    bin: str
    slots: list[Slot]

    @property
    def wanted(self) -> int:
        return sum(slot.wanted for slot in self.slots)

    @property
    def lacking(self) -> int:
        return sum(slot.lacking for slot in self.slots)

    @property
    def picked(self) -> int:
        return self.wanted - self.lacking

    @property
    def open_slots(self) -> list[Slot]:
        return [slot for slot in self.slots if slot.lacking]

    def shares(self, pieces: int) -> list[tuple[Slot, int]]:
        """So many pieces, one slot after the other."""
        shares = []
        for slot in self.open_slots:
            if some := min(slot.lacking, pieces):
                shares.append((slot, some))
                pieces -= some
        return shares

    def pieces(self, number: int) -> str:
        return f"{number} × {self.product.name} ({self.product.sku})"


class Walk(NamedTuple):
    """A wave with its work and its stops as they are now."""

    wave: Wave
    works: list[FulfillmentOrder]
    stops: list[Stop]

    @property
    def wanted(self) -> int:
        return sum(stop.wanted for stop in self.stops)

    @property
    def lacking(self) -> int:
        return sum(stop.lacking for stop in self.stops)

    @property
    def picked(self) -> int:
        return self.wanted - self.lacking

    @property
    def next_stop(self) -> Stop | None:
        return next((stop for stop in self.stops if stop.lacking), None)

    @property
    def is_begun(self) -> bool:
        return any(work.status != Status.RELEASED for work in self.works)

    @property
    def stopped(self) -> list[FulfillmentOrder]:
        """Work whose goods must not leave."""
        return [work for work in self.works if why_stopped(work)]

    def stop_of(self, product: int | None) -> Stop | None:
        return next((s for s in self.stops if s.product.pk == product), None)


def walk_of(wave: Wave) -> Walk:
    """Four statements, however large it is."""
    works = list(wave.fulfillment_orders.select_related("order").order_by("pk"))
    prefetch_related_objects(works, "lines__order_line__product", "lines__stock_level")
    works.sort(key=lambda work: (len(work.slot), work.slot))
    return Walk(wave, works, _stops(works))


def _stops(works: Sequence[FulfillmentOrder]) -> list[Stop]:
    slots: dict[tuple, list[Slot]] = defaultdict(list)
    products: dict[int, Product] = {}
    for work in works:
        for line in sorted(work.lines.all(), key=lambda each: each.pk):
            slot, product = Slot(work, line), line.order_line.product
            if slot.wanted and product is not None:
                level = line.stock_level
                products[product.pk] = product
                slots[product.pk, level.bin if level else ""].append(slot)
    stops = [Stop(products[pk], bin_, found) for (pk, bin_), found in slots.items()]
    return sorted(stops, key=lambda stop: (walking(stop.bin), stop.product.sku))


def walking(bin_: str) -> tuple:
    """A-2 comes before A-10, and what has no bin last."""
    parts = re.findall(r"\d+|\D+", bin_)
    return not bin_, [part.zfill(12) if part.isdigit() else part for part in parts]


def is_at(wave: Wave, places: Places) -> bool:
    return places is None or wave.location_id in places
