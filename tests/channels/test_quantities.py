"""How many pieces a listing shows."""

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from channels.models import Listing
from channels.selectors import ListingQuantity, listing_quantities
from channels.services.listings import Limit, limit_listings, map_skus
from inventory.models import BundleComponent, LocationGroup
from inventory.services import safety
from tests import factories, shop

PIECES = st.integers(0, 10_000)


@pytest.mark.parametrize(
    ("atp", "buffer", "percent", "most", "shown"),
    [
        (10, 0, 100, None, 10),
        (10, 2, 100, None, 8),
        (10, 12, 100, None, 0),
        (10, 3, 50, None, 3),  # 3.5
        (1, 0, 99, None, 0),
        (10, 0, 100, 4, 4),
        (10, 0, 100, 0, 0),
        (10, 2, 50, 5, 4),
        (0, 0, 100, 5, 0),
        (None, 2, 50, 5, None),
    ],
)
def test_the_formula(atp, buffer, percent, most, shown):
    assert ListingQuantity(atp, buffer, percent, most).shown == shown


@given(PIECES, PIECES, st.integers(1, 100), st.none() | PIECES)
def test_never_below_0_nor_above_a_limit_and_no_piece_is_made_up(
    atp, buffer, percent, most
):
    shown = ListingQuantity(atp, buffer, percent, most).shown

    assert 0 <= shown <= max(0, atp - buffer)
    assert most is None or shown <= most
    whole = (atp - buffer) * percent / 100
    assert shown in (0, most) or whole - 1 < shown <= whole


def listed(world, channel=None, sku="TEE", product=None, **limit):
    channel = channel or world.channel
    said = {sku: product or world.shirt}
    listing = map_skus(channel, said, actor="t").one()
    limit_listings({listing.pk: Limit(**limit)}).one()
    return listing


def shown(channel, product_ids=None):
    found = listing_quantities(channel, product_ids)
    return {listing.sku: numbers.shown for listing, numbers in found.items()}


@pytest.mark.django_db
def test_f22_a_buffer_counts_at_once_and_for_one_channel_only(world):
    other = factories.ChannelFactory(code="other")
    listing = listed(world)
    listed(world, other)
    assert shown(world.channel) == shown(other) == {"TEE": 210}

    limit_listings({listing.pk: Limit(buffer=2)}).one()

    assert (shown(world.channel), shown(other)) == ({"TEE": 208}, {"TEE": 210})


@pytest.mark.django_db
def test_it_is_what_may_be_promised_in_the_pool(world):
    pool = LocationGroup.objects.create(name="Berlin")
    pool.locations.add(world.ber)
    world.channel.pool = pool
    world.channel.save()
    listed(world)
    safety.set_safety_stock(
        [safety.SafetyStock(world.shirt.pk, world.ber.pk, 10)], actor="t"
    ).one()
    shop.place_orders(world.channel, lines=[("SHIRT", 5)])

    assert shown(world.channel) == {"TEE": 85}


@pytest.mark.django_db
def test_a_bundle_is_as_many_as_its_components_make(world):
    pack = factories.ProductFactory(sku="PACK", is_bundle=True, tracks_stock=False)
    for part, pieces in ((world.shirt, 3), (world.mug, 1)):
        BundleComponent.objects.create(bundle=pack, component=part, quantity=pieces)
    listed(world, sku="GIFT", product=pack, percent=50)

    assert shown(world.channel) == {"GIFT": 35}


@pytest.mark.django_db
def test_what_keeps_no_stock_has_no_number(world):
    listed(world, sku="CARD", product=world.giftcard, buffer=2, most=5)
    listed(world, sku="PIC", product=world.poster)

    assert shown(world.channel) == {"CARD": None, "PIC": 0}
    assert shown(world.channel, [world.poster.pk]) == {"PIC": 0}
    assert shown(world.channel, []) == {}


@pytest.mark.django_db
def test_as_many_statements_for_100_listings(world, statements):
    pool = LocationGroup.objects.create(name="all")
    pool.locations.add(world.ber, world.nyc)

    def channel_of(count):
        channel = factories.ChannelFactory(code=f"many-{count}", pool=pool)
        for number in range(count):
            product = factories.ProductFactory()
            pack = factories.ProductFactory(is_bundle=True, tracks_stock=False)
            pack.components.create(component=product)
            shop.receive(world.ber, {product.sku: number + 1})
            said = {f"A{number}": product, f"B{number}": pack}
            map_skus(channel, said, actor="t")
        return channel

    counts = statements.by_size(channel_of, listing_quantities)

    assert counts == {1: 6, 100: 6}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "limit",
    [
        Limit(buffer=-1),
        Limit(buffer=2**31),
        Limit(buffer="2"),
        Limit(percent=0),
        Limit(percent=101),
        Limit(percent=50.0),
        Limit(most=-1),
        Limit(most=True),
    ],
    ids=str,
)
def test_a_bad_limit_is_refused_and_changes_nothing(world, limit):
    bad, good = listed(world), listed(world, sku="CUP", product=world.mug)

    out = limit_listings({bad.pk: limit, good.pk: Limit(3, 90, 7), 0: Limit()})

    assert set(out.refused) == {bad.pk, 0}
    assert "correct" in out.refused[bad.pk][0]
    rows = Listing.objects.order_by("sku").values_list("sku", "buffer", "percent")
    assert list(rows) == [("CUP", 3, 90), ("TEE", 0, 100)]


@pytest.mark.django_db
@pytest.mark.parametrize("percent", [0, 101])
def test_the_database_refuses_a_share_that_is_none(world, percent):
    listing = listed(world)

    with pytest.raises(IntegrityError), transaction.atomic():
        Listing.objects.filter(pk=listing.pk).update(percent=percent)
