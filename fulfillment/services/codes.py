"""What a code that is scanned may name."""

from fulfillment.models import FulfillmentOrder, Wave
from inventory.models import Barcode, Product

MOST_CODE = 64
MOST_SLOT = 2


def product_of(code: str) -> Product | None:
    """A barcode counts before a SKU that reads the same: it is what the goods bear."""
    barcode = Barcode.objects.filter(code=code).select_related("product").first()
    return barcode.product if barcode else Product.objects.filter(sku=code).first()


def find_wave(code: str) -> Wave | None:
    """By the number on its paper."""
    found = Wave.objects.filter(number=code.upper()).select_related("location")
    return found.first()


def in_wave(code: str, wave: str) -> str:
    """C as the slot W-12-C of the wave that is being packed."""
    slot = code.strip().upper()
    if wave and len(slot) <= MOST_SLOT and slot.isascii() and slot.isalpha():
        return code if product_of(code.strip()) else f"{wave}-{slot}"
    return code


def works_of(code: str) -> list[FulfillmentOrder]:
    """By its number; all of an order by the number of that; W-12-C by its slot."""
    rows = FulfillmentOrder.objects.select_related("location").order_by("pk")
    number = code.upper().removeprefix("#")
    of_wave, _dash, slot = number.rpartition("-")
    if of_wave.startswith("W-"):
        return list(rows.filter(wave__number=of_wave, slot=slot))
    return list(rows.filter(number=number)) or list(rows.filter(order__number=number))
