"""The small company of the fixture `world`, for fixtures of a wider scope too."""

from types import SimpleNamespace

from tests import factories, shop


def make() -> SimpleNamespace:
    """See the fixture `world`. Needs a database that may be written to."""
    ber = factories.LocationFactory(
        code="BER", country="DE", lat=52.5, lon=13.4, time_zone="Europe/Berlin"
    )
    nyc = factories.LocationFactory(
        code="NYC", country="US", lat=40.7, lon=-74.0, time_zone="America/New_York"
    )
    store = factories.LocationFactory(
        code="HAM", kind="store", country="DE", lat=53.55, lon=10.0, priority=200
    )
    shirt, mug, poster = (
        factories.ProductFactory(sku=sku) for sku in ("SHIRT", "MUG", "POSTER")
    )
    giftcard = factories.ProductFactory(sku="GIFTCARD", tracks_stock=False)
    walter = factories.UserFactory(username="walter", groups=["warehouse"])
    ber.staff.add(walter)
    for place in (ber, nyc):
        shop.receive(place, {"SHIRT": 100, "MUG": 100})
    shop.receive(store, {"SHIRT": 10})
    products = [shirt, mug, poster, giftcard]
    return SimpleNamespace(
        channel=factories.ChannelFactory(code="shop", name="Shop"),
        ber=ber,
        nyc=nyc,
        store=store,
        locations={place.code: place for place in (ber, nyc, store)},
        shirt=shirt,
        mug=mug,
        poster=poster,
        giftcard=giftcard,
        products={product.sku: product for product in products},
        anna=factories.UserFactory(username="anna", groups=["support"]),
        walter=walter,
        mia=factories.UserFactory(username="mia", groups=["manager"]),
    )
