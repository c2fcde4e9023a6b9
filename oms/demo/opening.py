"""The day before the first order: the shop's products, places, channels and rules.

These are the rows that people enter in the back office. What has a service is made by
it.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from channels.models import Channel
from channels.services.listings import map_skus
from fulfillment.models import Rate, RateTable, RateZone
from fulfillment.services import policies
from inventory.models import (
    Barcode,
    BundleComponent,
    Location,
    LocationGroup,
    Product,
    SupplierOffer,
)
from inventory.services.safety import SafetyStock, set_safety_stock
from oms.core.outcome import Outcome
from oms.demo import catalogue, places
from orders.models import BlocklistEntry, RiskRule
from returns.models import ReturnPolicy

ACTOR = "demo"
SAFE = 25  # products of which a few pieces stay unpromised
BLOCKED = "quick.cash@example.net"


@dataclass(frozen=True)
class Shop:
    channels: dict[str, Channel]
    locations: dict[str, Location]
    products: dict[str, Product]


def done(out: Outcome) -> Outcome:
    """The demo asks only for what must be granted; raises RuntimeError otherwise."""
    for reasons in out.refused.values():
        raise RuntimeError(" ".join(reasons))
    return out


def open_shop(at: datetime) -> Shop:
    locations = {
        code: Location.objects.create(code=code, **facts)
        for code, facts in places.LOCATIONS.items()
    }
    shop = Shop(_channels(locations), locations, _products())
    _suppliers(shop)
    _rates()
    _rules(shop, at)
    names = {
        f"BZ{number:05}": shop.products[item.sku]
        for number, item in enumerate(catalogue.items()[: catalogue.LISTED], start=1)
    }
    done(map_skus(shop.channels["market"], names, actor=ACTOR))
    return shop


def _channels(locations: dict[str, Location]) -> dict[str, Channel]:
    pools = {}
    for name, codes in places.POOLS.items():
        pools[name] = LocationGroup.objects.create(name=name)
        pools[name].locations.set(locations[code] for code in codes)
    return {
        code: Channel.objects.create(
            code=code, pool=pools[places.MARKETS[code].pool], **facts
        )
        for code, facts in places.CHANNELS.items()
    }


def _products() -> dict[str, Product]:
    items = catalogue.items()
    rows = Product.objects.bulk_create(
        Product(
            sku=item.sku,
            name=item.name,
            weight_grams=item.grams,
            list_price=item.price,
            list_currency="EUR",
            is_bundle=bool(item.parts),
            tracks_stock=not item.parts and item.sku != catalogue.SERVICE,
            backorder_limit=0 if item.sku in catalogue.NEVER_LATE else None,
        )
        for item in items
    )
    products = {row.sku: row for row in rows}
    Barcode.objects.bulk_create(
        Barcode(product=products[item.sku], code=code)
        for item in items
        for code in item.barcodes
    )
    BundleComponent.objects.bulk_create(
        BundleComponent(
            bundle=products[item.sku], component=products[sku], quantity=pieces
        )
        for item in items
        for sku, pieces in item.parts.items()
    )
    return products


def _suppliers(shop: Shop) -> None:
    supplier = shop.locations["LUM"]
    SupplierOffer.objects.bulk_create(
        SupplierOffer(location=supplier, product=product, supplier_sku=f"LU-{sku}")
        for sku, product in shop.products.items()
        if sku.startswith(catalogue.DROP_SHIPPED)
    )
    tracked = [p for p in shop.products.values() if p.tracks_stock]
    safe = [
        SafetyStock(product.pk, shop.locations["BER"].pk, places.SAFE_PIECES)
        for product in tracked[:SAFE]
    ]
    done(set_safety_stock(safe, actor=ACTOR))


def _rates() -> None:
    countries = {buyer[4] for area in places.BUYERS.values() for buyer in area}
    for service, facts in places.SERVICES.items():
        table = RateTable.objects.create(
            carrier="rate_table",
            service=service,
            name=facts["name"],
            currency=facts["currency"],
            delivers_on_saturday=service == "express",
        )
        for country in sorted(countries):
            offer = facts["zones"].get(country, facts["others"])
            if offer is None or (country == "US" and facts["currency"] == "EUR"):
                continue
            days, price = offer
            RateZone.objects.create(
                table=table, zone=country, country=country, transit_days=days
            )
            Rate.objects.bulk_create(
                Rate(
                    table=table,
                    zone=country,
                    max_weight_grams=grams,
                    price=Decimal(price) * Decimal(times),
                )
                for grams, times in places.STEPS.items()
            )


def _rules(shop: Shop, at: datetime) -> None:
    first = policies.draft(None, note="The first rules")
    done(policies.activate([first], actor=ACTOR, at=at))
    signals = RiskRule.Signal
    RiskRule.objects.bulk_create(
        [
            RiskRule(signal=signals.BLOCKLIST, points=100),
            RiskRule(signal=signals.HIGH_VALUE, points=30, threshold=Decimal(600)),
            RiskRule(signal=signals.FIRST_ORDER, points=10),
        ]
    )
    BlocklistEntry.objects.create(kind=BlocklistEntry.Kind.EMAIL, value=BLOCKED)
    general = ReturnPolicy.objects.create(
        window_days=30, approval_above=Decimal(150), refunds_shipping=True
    )
    general.final_sale.set(
        product
        for sku, product in shop.products.items()
        if sku.startswith(catalogue.FINAL_SALE)
    )
    ReturnPolicy.objects.create(
        channel=shop.channels["b2b"], window_days=14, fee_percent=15
    )
