"""The shelves of the demo shop, its boxes, and the waves of its last day."""

from collections.abc import Iterable
from datetime import datetime

from fulfillment.models import Package, Shipment
from fulfillment.services import handing, wave_scanning, waves
from fulfillment.services.picking import walk_of
from inventory.models import Location, StockLevel
from inventory.models.stock import Condition
from inventory.services.bins import set_bins
from oms.demo.opening import ACTOR, done

AISLES, BAYS, SHELVES = "ABCD", 12, 5
BOXES = (
    ("small", "Small", 60, (250, 180, 100)),
    ("medium", "Medium", 120, (350, 250, 150)),
    ("large", "Large", 260, (450, 350, 250)),
    ("own", "Own box", 0, (None, None, None)),
)
PICKED, READY = "BER", "LYS"  # a wave that is begun, and one that is not
MOST = 4  # orders of each


def boxes() -> None:
    Package.objects.bulk_create(
        Package(
            code=code,
            name=name,
            weight_grams=grams,
            length_mm=length,
            width_mm=width,
            height_mm=height,
            position=position,
        )
        for position, (code, name, grams, (length, width, height)) in enumerate(
            BOXES, start=1
        )
    )


def name_bins(at: datetime) -> None:
    """The same product lies in the same bin at each warehouse."""
    levels = StockLevel.objects.filter(
        condition=Condition.SELLABLE, location__kind=Location.Kind.WAREHOUSE
    )
    rows = list(levels.order_by("pk").values_list("pk", "product"))
    place = {pk: n for n, pk in enumerate(sorted({product for _pk, product in rows}))}
    bins = {pk: _bin(place[product]) for pk, product in rows}
    done(set_bins(bins, actor=ACTOR, at=at))


def _bin(number: int) -> str:
    aisle = AISLES[number % len(AISLES)]
    bay = number // len(AISLES) % BAYS + 1
    return f"{aisle}-{bay:02}-{number % SHELVES + 1}"


def hand_over(parcels: Iterable[int], at: datetime) -> None:
    """The carrier has been here."""
    rows = Shipment.objects.filter(pk__in=list(parcels)).order_by("pk")
    handing.hand_over(rows, actor=ACTOR, at=at)


def walk(at: datetime) -> None:
    """One wave is being picked, one waits."""
    for code in (PICKED, READY):
        place = Location.objects.get(code=code)
        wish = waves.NewWave(place.pk, orders=MOST)
        found = waves.make_wave(wish, actor=ACTOR, at=at).done
        if found and code == PICKED:
            _pick_some(found[0], at)


def _pick_some(wave, at: datetime) -> None:
    """Half of its stops."""
    facts = {"places": None, "actor": ACTOR, "at": at}
    answer = wave_scanning.scan(wave.number, wave_scanning.Page(), **facts)
    stops = walk_of(wave).stops
    for stop in stops[: len(stops) // 2]:
        for _piece in range(stop.wanted):
            page = wave_scanning.Page(wave.pk, answer.scans)
            answer = wave_scanning.scan(stop.product.sku, page, **facts)
