"""How much may be promised, as partners are told it."""

import random

import pytest
from django.db.models import Sum

from channels.models import Listing
from channels.selectors import listing_quantities
from inventory.models import BundleComponent, Location, Product, StockMovement
from inventory.services import stock
from inventory.services.safety import SafetyStock, set_safety_stock
from tests import factories, shop
from tests.api.partner import Partner, wrongs

pytestmark = pytest.mark.django_db


def ask(partner: Partner, query: str) -> list[dict]:
    answer = partner.get(f"availability/?{query}")
    assert answer.status_code == 200, answer.json()
    return answer.json()["results"]


def test_it_is_told_by_location_by_pool_and_by_listing(world, acme):
    world.channel.pool = factories.LocationGroupFactory(
        locations=[world.ber, world.store]
    )
    world.channel.save()
    Listing.objects.create(
        channel=world.channel, sku="A", product=world.shirt, buffer=10, percent=50
    )
    safety = [SafetyStock(world.shirt.pk, world.store.pk, 4)]
    set_safety_stock(safety, actor="test")

    [row] = ask(acme, "sku=SHIRT")

    free = {each["location"]: each["atp"] for each in row["locations"]}
    assert free == {"BER": 100, "HAM": 6, "NYC": 100}
    [channel] = row["channels"]
    assert (channel["channel"], channel["atp"]) == ("shop", 106)
    assert [each["shown"] for each in channel["listings"]] == [48]


def test_bundles_are_what_their_components_allow(world, acme):
    made = factories.ProductFactory(sku="SET", is_bundle=True, tracks_stock=False)
    empty = factories.ProductFactory(sku="NONE", is_bundle=True, tracks_stock=False)
    free = factories.ProductFactory(sku="FREE", is_bundle=True, tracks_stock=False)
    parts = [(made, world.mug, 3), (made, world.giftcard, 1), (free, world.giftcard, 1)]
    for bundle, component, pieces in parts:
        BundleComponent.objects.create(
            bundle=bundle, component=component, quantity=pieces
        )
    for product in (made, empty, free, world.giftcard):
        Listing.objects.create(
            channel=world.channel, sku=f"x-{product}", product=product
        )

    rows = ask(acme, "sku=SET,NONE,FREE,GIFTCARD")

    told = {row["sku"]: row["channels"][0]["atp"] for row in rows}
    assert told == {"SET": 66, "NONE": 0, "FREE": None, "GIFTCARD": None}
    numbers = listing_quantities(world.channel)
    assert told == {row.product.sku: each.atp for row, each in numbers.items()}


def test_it_equals_the_ledger_after_whatever_has_happened(world, acme):
    dice = random.Random(8)
    products, places = [world.shirt, world.mug], [world.ber, world.nyc, world.store]
    for _turn in range(40):
        product, place = dice.choice(products), dice.choice(places)
        change = stock.StockChange(product.pk, place.pk, dice.randint(1, 9), "x")
        state = dice.choice(["sellable", "damaged", "quarantine"])
        dice.choice(
            [
                lambda c=change, s=state: stock.receive(
                    [c._replace(condition=s)], actor="t"
                ),
                lambda c=change: stock.adjust(
                    [c._replace(quantity=-c.quantity)], actor="t"
                ),
                lambda p=product: shop.place_orders(
                    world.channel, lines=[(p.sku, dice.randint(1, 5))]
                ),
            ]
        )()

    rows = ask(acme, "sku=SHIRT,MUG")

    assert _told(rows) == _ledger()
    for row in rows:
        [channel] = row["channels"]
        assert channel["atp"] == sum(each["atp"] for each in row["locations"])


def _told(rows) -> dict[tuple, tuple[int, int]]:
    """{(SKU, location, condition): (on hand, allocated)} that is not nothing."""
    found = {}
    for row in rows:
        for each in row["locations"]:
            key = row["sku"], each["location"]
            found[*key, "sellable"] = each["on_hand"], each["allocated"]
            found[*key, "damaged"] = each["damaged"], 0
            found[*key, "quarantine"] = each["quarantine"], 0
    return {key: numbers for key, numbers in found.items() if any(numbers)}


def _ledger() -> dict[tuple, tuple[int, int]]:
    of = "stock_level__"
    sums = StockMovement.objects.values_list(
        f"{of}product__sku", f"{of}location__code", f"{of}condition"
    ).annotate(Sum("on_hand_delta"), Sum("allocated_delta"))
    rows = {tuple(key): (have, given) for *key, have, given in sums.order_by()}
    return {key: numbers for key, numbers in rows.items() if any(numbers)}


@pytest.mark.parametrize(
    ("limits", "places", "channels"),
    [
        ({"locations": ["BER"]}, ["BER"], []),
        ({"channels": ["shop"]}, [], ["shop"]),
        ({"is_sandbox": True}, [], ["try"]),
    ],
)
def test_a_key_is_told_of_its_own_places_and_channels(world, limits, places, channels):
    factories.ChannelFactory(code="other")
    factories.ChannelFactory(code="try", is_sandbox=True)

    [row] = ask(Partner(**limits), "sku=SHIRT")

    assert [each["location"] for each in row["locations"]] == places
    assert [each["channel"] for each in row["channels"]] == channels


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "invalid"),
        ("sku=,", "invalid"),
        ("sku=" + ",".join(map(str, range(101))), "invalid"),
        ("sku=NOTHING", "unknown_sku"),
        ("sku=SHIRT&location=NYC", "unknown_location"),
        ("sku=SHIRT&channel=other", "unknown_channel"),
        ("sku=SHIRT&limit=5", "unknown_parameter"),
        ("sku=SHIRT&sku=MUG", "repeated"),
    ],
)
def test_what_is_not_there_for_the_key_is_refused(world, query, code):
    factories.ChannelFactory(code="other")
    partner = Partner(channels=["shop"], locations=["BER"])

    answer = partner.get(f"availability/?{query}")

    assert answer.status_code == 400
    assert [w[2] for w in wrongs(answer)] == [code]


def test_many_products_and_channels_take_as_many_statements_as_one(
    world, acme, statements
):
    skus = [factories.ProductFactory().sku for _ in range(99)]
    shop.receive(world.ber, dict.fromkeys(skus, 3))
    acme.get("availability/?sku=SHIRT")
    one = statements(ask, acme, "sku=SHIRT")[1]
    for number in range(10):
        pool = factories.LocationGroupFactory(locations=[world.ber])
        channel = factories.ChannelFactory(code=f"c{number}", pool=pool)
        Listing.objects.create(channel=channel, sku="A", product=world.shirt)

    rows, many = statements(ask, acme, f"sku=SHIRT,{','.join(skus)}")

    assert (len(rows), len(rows[0]["channels"])) == (100, 11)
    assert many - one <= 1  # which locations a pool has is asked where there is one
    assert Location.objects.count() == 3
    assert Product.objects.count() == 103
