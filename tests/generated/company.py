"""Where generated orders are placed: goods in many places, five channels, policies."""

import random
from decimal import Decimal
from types import SimpleNamespace

from inventory.models import Product
from oms.core.exceptions import RefusedError
from orders.gateways.base import Answer, Gateway
from returns.models import ReturnPolicy
from tests import factories

PRODUCTS, UNTRACKED = 36, 4
PLACES = {"BER": (52.5, 13.4), "MUC": (48, 11.6), "HAM": (53.5, 10), "VIE": (48, 16)}
BUNDLES = {"KIT": (("P01", 1), ("P02", 2)), "SET": (("P03", 3), ("P04", 1), ("P05", 1))}
LIMIT = Decimal(150)  # refunds above it need a second person
GATEWAY = "tests.generated.company.Moody"


class Moody(Gateway):
    """A gateway in this process, so that ten thousand orders take minutes: it declines
    one refund in six. What it says depends on the key alone."""

    code = label = "moody"

    def capture(self, ask):
        return Answer(f"ca_{ask.key}", ask.amount, ask.currency)

    def void(self, ask):
        return Answer(f"vo_{ask.key}", ask.amount, ask.currency)

    def refund(self, ask):
        if random.Random(ask.key).random() < 1 / 6:
            raise RefusedError("declined by the issuer")
        return Answer(f"re_{ask.key}", ask.amount, ask.currency)

    def look_up(self, _ask):
        return None


def make() -> SimpleNamespace:
    """Products P00…, places and channels; stock comes with the orders."""
    products = [
        factories.ProductFactory(sku=f"P{n:02d}", tracks_stock=n >= UNTRACKED)
        for n in range(PRODUCTS)
    ]
    priced = Product.objects.filter(sku__in=["P01", "P02"])
    priced.update(list_price=Decimal("3.35"), list_currency="EUR")
    by_sku = {product.sku: product for product in products}
    for sku, parts in BUNDLES.items():
        bundle = factories.ProductFactory(sku=sku, is_bundle=True, tracks_stock=False)
        for part, pieces in parts:
            bundle.components.create(component=by_sku[part], quantity=pieces)
    ReturnPolicy.objects.create(approval_above=LIMIT)
    collecting = factories.ChannelFactory(code="collecting")
    strict = factories.ChannelFactory(code="strict", payment="later")
    ReturnPolicy.objects.create(channel=strict, fee_percent=15, refunds_shipping=False)
    fees = factories.ChannelFactory(code="fees")
    ReturnPolicy.objects.create(channel=fees, fee_percent=7, approval_above=LIMIT)
    return SimpleNamespace(
        products=by_sku,
        places=[
            factories.LocationFactory(code=code, country="DE", lat=lat, lon=lon)
            for code, (lat, lon) in PLACES.items()
        ],
        channels=[
            collecting,
            strict,
            fees,
            factories.ChannelFactory(code="later", payment="later"),
            factories.ChannelFactory(code="later2", payment="later"),
        ],
    )
