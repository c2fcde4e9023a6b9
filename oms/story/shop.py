"""The small shop that the story plays in. What is there already stays as it is."""

from dataclasses import dataclass
from datetime import datetime

from channels.models import Channel
from inventory.models import Location, Product
from inventory.selectors import availability
from inventory.services import stock
from inventory.services.stock import StockChange

ACTOR = "story"
CHANNEL = "web"
SCARCE = "DEMO-LAMP"  # none in stock at first: who orders it waits
UNKNOWN = "DEMO-UNKNOWN"
PLENTY, FEW = 60, 8

LOCATIONS = {
    "BER": {
        "name": "Berlin warehouse",
        "country": "DE",
        "lat": 52.52,
        "lon": 13.405,
        "time_zone": "Europe/Berlin",
    },
    "NYC": {
        "name": "New York warehouse",
        "country": "US",
        "lat": 40.713,
        "lon": -74.006,
        "time_zone": "America/New_York",
    },
    "HAM": {
        "name": "Hamburg store",
        "kind": Location.Kind.STORE,
        "country": "DE",
        "lat": 53.551,
        "lon": 9.994,
        "time_zone": "Europe/Berlin",
        "priority": 200,
    },
}
PRODUCTS = {
    "DEMO-MUG": ("Blue Mug", 350),
    "DEMO-PLATE": ("Large Plate", 620),
    "DEMO-BOWL": ("Oak Bowl", 480),
    "DEMO-VASE": ("Clay Vase", 900),
    "DEMO-CANDLE": ("Beeswax Candle", 210),
    "DEMO-TOWEL": ("Linen Towel", 260),
    "DEMO-APRON": ("Striped Apron", 240),
    "DEMO-TRAY": ("Walnut Tray", 750),
    "DEMO-JUG": ("Glass Jug", 820),
    "DEMO-BASKET": ("Willow Basket", 540),
    "DEMO-CLOCK": ("Brass Clock", 680),
    "DEMO-FRAME": ("Pine Frame", 430),
    "DEMO-RUG": ("Wool Rug", 2400),
    "DEMO-PILLOW": ("Down Pillow", 700),
    "DEMO-THROW": ("Cotton Throw", 950),
    "DEMO-SOAP": ("Lavender Soap", 120),
    "DEMO-BRUSH": ("Beech Brush", 150),
    "DEMO-KNIFE": ("Bread Knife", 230),
    "DEMO-BOARD": ("Maple Board", 1100),
    SCARCE: ("Desk Lamp", 1600),
}


@dataclass(frozen=True)
class Shop:
    channel: Channel
    locations: dict[str, Location]
    products: dict[str, Product]

    def receive(self, pieces: dict[tuple[str, str], int], at: datetime) -> None:
        """Put {(SKU, location code): pieces} on hand."""
        changes = [
            StockChange(self.products[sku].pk, self.locations[code].pk, count)
            for (sku, code), count in pieces.items()
        ]
        out = stock.receive(changes, actor=ACTOR, at=at)
        for reasons in out.refused.values():
            raise RuntimeError(" ".join(reasons))

    def free(self, sku: str, code: str) -> int:
        product, location = self.products[sku].pk, self.locations[code].pk
        found = availability([product], [location])
        return found[product, location].available if found else 0


def open_shop(at: datetime) -> Shop:
    """Make what is missing, and fill shelves that never held anything."""
    locations = {
        code: Location.objects.get_or_create(code=code, defaults=facts)[0]
        for code, facts in LOCATIONS.items()
    }
    Product.objects.bulk_create(
        [Product(sku=s, name=n, weight_grams=g) for s, (n, g) in PRODUCTS.items()],
        ignore_conflicts=True,
    )
    products = Product.objects.in_bulk(PRODUCTS, field_name="sku")
    channel, _new = Channel.objects.get_or_create(
        code=CHANNEL, defaults={"name": "Web shop"}
    )
    shop = Shop(channel, locations, products)
    _fill(shop, at)
    return shop


def _fill(shop: Shop, at: datetime) -> None:
    """Everything but the scarce product, which is waited for."""
    skus = [sku for sku in PRODUCTS if sku != SCARCE]
    held = availability([p.pk for p in shop.products.values()])
    wanted = {(sku, code): PLENTY for sku in skus for code in ("BER", "NYC")}
    wanted |= {(sku, "HAM"): FEW for sku in skus[::4]}
    missing = {
        (sku, code): pieces
        for (sku, code), pieces in wanted.items()
        if (shop.products[sku].pk, shop.locations[code].pk) not in held
    }
    if missing:
        shop.receive(missing, at)
