"""Reads of stock, shaped for those who promise or explain it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q

from inventory.models import (
    Barcode,
    BundleComponent,
    LocationGroup,
    Product,
    StockLevel,
)
from inventory.models.stock import Condition

LEVEL_FACTS = "product_id", "location_id", "condition", "on_hand", "allocated"
LEVEL_FACTS += "available", "safety_stock"
# levels that can promise nothing more: at or below their safety stock
LOW = Q(condition=Condition.SELLABLE, available__lte=F("safety_stock"))


@dataclass(frozen=True, slots=True)
class Availability:
    """How much may be promised, and the parts that explain it."""

    on_hand: int = 0
    allocated: int = 0
    quarantine: int = 0
    damaged: int = 0
    safety_stock: int = 0
    atp: int = 0  # to promise: what is available less the safety stock, by place

    @property
    def available(self) -> int:
        return self.on_hand - self.allocated

    def __add__(self, other: "Availability") -> "Availability":
        return Availability(
            self.on_hand + other.on_hand,
            self.allocated + other.allocated,
            self.quarantine + other.quarantine,
            self.damaged + other.damaged,
            self.safety_stock + other.safety_stock,
            self.atp + other.atp,
        )


def availability(
    product_ids: Iterable[int],
    location_ids: Iterable[int] | None = None,
    *,
    practice: bool = False,
) -> dict[tuple[int, int], Availability]:
    """{(product, location): parts} for levels that exist; by default at all active
    locations, be they real or of `practice`. `on_hand` counts sellable goods; the other
    conditions stand apart."""
    levels = StockLevel.objects.filter(product_id__in=set(product_ids))
    if location_ids is None:
        levels = levels.filter(location__is_active=True, location__is_sandbox=practice)
    else:
        levels = levels.filter(location_id__in=set(location_ids))
    found: dict[tuple[int, int], Availability] = {}
    for level in levels.only(*LEVEL_FACTS):
        parts = (
            Availability(
                level.on_hand,
                level.allocated,
                safety_stock=level.safety_stock,
                atp=level.atp,
            )
            if level.condition == Condition.SELLABLE
            else Availability(**{level.condition: level.on_hand})
        )
        key = level.product_id, level.location_id
        found[key] = found.get(key, Availability()) + parts
    return found


def pool_availability(
    product_ids: Iterable[int],
    pool: LocationGroup | None = None,
    *,
    practice: bool = False,
) -> dict[int, Availability]:
    """{product: parts summed over the active locations of the pool}; no pool: over
    all. Real ones, or those of `practice`."""
    locations = None
    if pool is not None:
        mine = pool.locations.filter(is_active=True, is_sandbox=practice)
        locations = list(mine.values_list("pk", flat=True))
    wanted = set(product_ids)
    sums = {product: Availability() for product in wanted}
    found = availability(wanted, locations, practice=practice)
    for (product, _location), parts in found.items():
        sums[product] += parts
    return sums


def bundle_availability(
    bundle_ids: Iterable[int],
    pool: LocationGroup | None = None,
    *,
    practice: bool = False,
) -> dict[int, int | None]:
    """{bundle: how many may be promised}: the least of what its components allow; None
    where none of them keeps stock, 0 where it has no component."""
    parts = list(
        BundleComponent.objects.filter(bundle_id__in=set(bundle_ids)).values_list(
            "bundle_id", "component_id", "quantity", "component__tracks_stock"
        )
    )
    tracked = {component for _b, component, _n, tracks in parts if tracks}
    free = pool_availability(tracked, pool, practice=practice)
    found: dict[int, int | None] = dict.fromkeys(bundle_ids, 0)
    found |= dict.fromkeys((bundle for bundle, *_rest in parts), None)
    for bundle, component, pieces, tracks in parts:
        if tracks:
            whole = free[component].atp // pieces
            known = found[bundle]
            found[bundle] = whole if known is None else min(known, whole)
    return found


def products_coded(text: str) -> Q:
    """Those with this SKU or barcode, in full."""
    codes = {text.replace("\0", "").strip()}
    codes |= {code.upper() for code in codes}
    barcodes = Barcode.objects.filter(code__in=codes).values("product")
    return Q(sku__in=codes) | Q(pk__in=barcodes)


def products_named(text: str) -> Q:
    """Those with this SKU or barcode; else those whose SKU or name contains it."""
    exact = Product.objects.filter(products_coded(text)).values_list("pk", flat=True)
    if keys := list(exact):
        return Q(pk__in=keys)
    text = text.replace("\0", "").strip()
    return Q(sku__icontains=text) | Q(name__icontains=text)
