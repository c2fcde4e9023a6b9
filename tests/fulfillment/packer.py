"""A packer at the station: scans, and goes on with what the station shows."""

from fulfillment.services import scanning
from fulfillment.services.answers import Answer, Tone
from inventory.models import Barcode
from tests import shop
from tests.factories.rates import make_service

CODES = {"4006381333931": "SHIRT", "4006381333932": "SHIRT", "4006381333948": "MUG"}


class Packer:
    def __init__(self, places=None):
        self.places = places
        self.answer: Answer | None = None

    @property
    def page(self) -> dict:
        """What the form of the page shown holds."""
        box = self.answer.box if self.answer else None
        return {"box": box and box.work.pk, "after": box.scans if box else 0}

    def scan(self, *codes, **page) -> Answer:
        for code in codes:
            facts = {"places": self.places, "actor": "user:pat"} | self.page | page
            self.answer = scanning.scan(code, **facts)
        return self.answer

    def start_again(self) -> Answer:
        facts = {"places": self.places, "actor": "user:pat"}
        self.answer = scanning.start_again(**facts, **self.page)
        return self.answer

    @property
    def said(self) -> str:
        return f"{self.answer.title}: {self.answer.text}"

    @property
    def refused(self) -> bool:
        return self.answer.tone == Tone.BAD


def equip(world) -> Packer:
    """A packer in a shop whose products bear barcodes, the shirt two."""
    for code, sku in CODES.items():
        Barcode.objects.create(code=code, product=world.products[sku])
    return Packer()


def order_to_pack(world):
    """Two shirts and a mug, on the list of BER; a service takes parcels there."""
    make_service("standard")
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 2), ("MUG", 1)])
    shop.advance([order], to="released")
    return order
