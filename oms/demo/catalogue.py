"""What the demo shop sells: 200 products, twelve of them bundles. The same on every
machine."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

MATERIALS = (
    *("Oak", "Linen", "Clay", "Brass", "Wool", "Glass"),
    *("Bamboo", "Cotton", "Marble", "Copper", "Willow", "Enamel"),
)
THINGS = (  # name, code, grams, price
    ("Mug", "MUG", 340, "12.90"),
    ("Bowl", "BWL", 520, "18.50"),
    ("Vase", "VAS", 900, "34.00"),
    ("Tray", "TRY", 780, "29.90"),
    ("Lamp", "LMP", 1650, "79.00"),
    ("Frame", "FRM", 430, "15.90"),
    ("Basket", "BSK", 560, "24.50"),
    ("Clock", "CLK", 720, "49.00"),
    ("Candle", "CND", 210, "9.90"),
    ("Cushion", "CSH", 610, "32.00"),
    ("Throw", "THR", 980, "54.00"),
    ("Board", "BRD", 1120, "27.50"),
    ("Jug", "JUG", 840, "22.90"),
    ("Plate", "PLT", 480, "14.50"),
    ("Coaster", "CST", 90, "4.90"),
)
COLOURS = ("White", "Black", "Green", "Blue", "Red", "Navy", "Sand")
LISTED = 20  # products that the marketplace calls by names of its own
SERVICE = "GIFT-WRAP"
DROP_SHIPPED = "LMP"  # kinds that the supplier sends, by the beginning of their SKU
FINAL_SALE = "CND"
NEVER_LATE = ("VAS-COP", "PLT-WOO", "TWL-BLU")  # not sold beyond the stock
SCARCE = (  # from some day on nothing of it comes any more
    *("FRM-OAK", "JUG-COT", "BRD-COT", "THR-LIN", "JUG-WOO"),
    *("MUG-BRA", "BWL-WOO", "TWL-SAN", "VAS-COP"),
)


class Item(NamedTuple):
    """`parts`: {SKU: pieces} of a bundle. A price in EUR."""

    sku: str
    name: str
    grams: int
    price: Decimal
    barcodes: tuple[str, ...]
    parts: dict[str, int]


def items() -> list[Item]:
    """All 200 products: 187 plain ones, a service, and twelve bundles."""
    plain = list(_plain())
    service = Item(SERVICE, "Gift wrapping", 0, Decimal("3.50"), (), {})
    return [*plain, service, *_bundles(plain)]


def _plain() -> Iterator[Item]:
    """Every thing in every material, and towels by colour. Every tenth has a second
    barcode, as when a maker changes it."""
    kinds = [
        (
            f"{short}-{material[:3].upper()}",
            f"{material} {name}",
            grams + 15 * step,
            Decimal(price) + step,
        )
        for name, short, grams, price in THINGS
        for step, material in enumerate(MATERIALS)
    ]
    kinds += [
        (f"TWL-{colour[:3].upper()}", f"{colour} Towel", 330, Decimal("19.90"))
        for colour in COLOURS
    ]
    for number, kind in enumerate(kinds, start=1):
        codes = (barcode(number), barcode(900 + number))
        yield Item(*kind, codes if number % 10 == 0 else codes[:1], {})


def _bundles(plain: list[Item]) -> Iterator[Item]:
    price_of = {item.sku: item.price for item in plain}
    for number, material in enumerate(MATERIALS):
        short = material[:3].upper()
        parts = {f"MUG-{short}": 2, f"PLT-{short}": 2}
        if number % 3 == 0:
            parts[f"BWL-{short}"] = 1
        price = sum(price_of[sku] * pieces for sku, pieces in parts.items())
        yield Item(
            f"SET-{short}",
            f"{material} Breakfast Set",
            0,
            (price * Decimal("0.9")).quantize(Decimal("0.01")),
            (barcode(500 + number),),
            parts,
        )


def barcode(number: int) -> str:
    """An EAN-13 of the range that is kept for use inside a shop (prefix 2)."""
    digits = f"2{number:011d}"
    odd, even = (sum(map(int, digits[start::2])) for start in (0, 1))
    return f"{digits}{-(odd + 3 * even) % 10}"
