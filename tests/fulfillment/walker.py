"""A picker with a trolley: scans, and goes on with what the page shows."""

from fulfillment.models import Wave
from fulfillment.services import wave_scanning, waves
from fulfillment.services.answers import Tone
from fulfillment.services.pick_answers import PickAnswer
from fulfillment.services.wave_scanning import Page
from fulfillment.services.waves import NewWave
from inventory.models import Barcode, StockLevel
from inventory.services.bins import set_bins
from tests import shop

CODES = {"4006381333931": "SHIRT", "4006381333932": "SHIRT", "4006381333948": "MUG"}
BINS = {"SHIRT": "A-10", "MUG": "A-2"}
WISHES = ([("SHIRT", 2), ("MUG", 1)], [("MUG", 2)], [("SHIRT", 1)])


class Walker:
    def __init__(self, places=None, actor="user:pat"):
        self.facts = {"places": places, "actor": actor}
        self.answer: PickAnswer | None = None

    @property
    def page(self) -> Page:
        """What the form of the page shown holds."""
        if self.answer is None or self.answer.walk is None:
            return Page()
        stop = self.answer.stop
        wave = self.answer.walk.wave.pk
        return Page(wave, self.answer.scans, stop and stop.product.pk)

    def scan(self, *codes, page=None) -> PickAnswer:
        for code in codes:
            self.answer = wave_scanning.scan(code, page or self.page, **self.facts)
        return self.answer

    def count(self, pieces=None, page=None) -> PickAnswer:
        self.answer = wave_scanning.count(pieces, page or self.page, **self.facts)
        return self.answer

    def short(self, code="not_in_stock", page=None) -> PickAnswer:
        self.answer = wave_scanning.tell_short(code, page or self.page, **self.facts)
        return self.answer

    @property
    def said(self) -> str:
        return f"{self.answer.title}: {self.answer.text}"

    @property
    def refused(self) -> bool:
        return self.answer.tone == Tone.BAD


def equip(world) -> None:
    """Products bear barcodes, the shirt two; their places at BER have bins."""
    for code, sku in CODES.items():
        Barcode.objects.create(code=code, product=world.products[sku])
    levels = StockLevel.objects.filter(location=world.ber)
    bins = {
        level.pk: BINS[level.product.sku] for level in levels.select_related("product")
    }
    assert not set_bins(bins, actor="test").refused


def make_wave(world, wishes=WISHES, **wish) -> tuple[Wave, list]:
    """The wave, and its orders in the order of its slots."""
    orders = [shop.place_orders(world.channel, lines=lines)[0] for lines in wishes]
    out = waves.make_wave(NewWave(world.ber.pk, **wish), actor="test")
    assert out.done, out.refused
    return out.done[0], orders


def slots_of(wave: Wave) -> dict[str, dict[str, tuple[int, int]]]:
    """{slot: {SKU: (picked, wanted)}} as it stands in the tables."""
    found = {}
    for work in wave.fulfillment_orders.order_by("slot"):
        found[work.slot] = {
            line.order_line.sku: (line.picked_quantity, line.held_quantity)
            for line in work.lines.select_related("order_line")
            if line.held_quantity
        }
    return found
