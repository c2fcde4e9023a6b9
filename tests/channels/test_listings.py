"""What a channel calls a product, once said, is understood: by orders that come and by
those that waited."""

import pytest

from channels.models import Listing
from channels.services.listings import map_skus
from inventory.models import BundleComponent
from orders import tasks
from orders.services import confirmation
from tests import factories, shop
from tests.snapshot import tables

pytestmark = pytest.mark.django_db


def say(world, **products):
    return map_skus(world.channel, products, actor="user:anna")


def test_f3_mapped_once_all_orders_that_waited_go_on(world, drain_queue):
    orders = [shop.place_orders(world.channel, 1, [("TEE", 1)])[0] for _ in range(3)]
    assert {order.status for order in orders} == {"pending"}

    say(world, TEE=world.shirt).one()
    drain_queue()

    for order in orders:
        order.refresh_from_db()
        line = order.lines.get()
        assert order.status == "confirmed"
        assert (line.sku, line.channel_sku) == ("SHIRT", "TEE")
        assert (line.product, line.allocated_quantity) == (world.shirt, 1)


def test_orders_that_come_later_are_understood(world):
    say(world, TEE=world.shirt)

    [order] = shop.place_orders(world.channel, 1, [("TEE", 1), ("MUG", 1)])

    assert order.status == "confirmed"
    lines = order.lines.order_by("position")
    assert list(lines.values_list("sku", "channel_sku")) == [
        ("SHIRT", "TEE"),
        ("MUG", ""),
    ]


def test_another_channel_means_something_else(world):
    other = factories.ChannelFactory(code="other")
    say(world, TEE=world.shirt)

    [order] = shop.place_orders(other, 1, [("TEE", 1)])

    assert order.status == "pending"


def test_a_sku_may_mean_a_bundle(world, drain_queue):
    pack = factories.ProductFactory(sku="PACK", is_bundle=True, tracks_stock=False)
    for part, pieces in ((world.shirt, 1), (world.mug, 2)):
        BundleComponent.objects.create(bundle=pack, component=part, quantity=pieces)
    [order] = shop.place_orders(world.channel, 1, [("GIFT", 1)])

    say(world, GIFT=pack)
    drain_queue()

    order.refresh_from_db()
    assert order.status == "confirmed"
    assert {line.sku: line.quantity for line in order.lines.all()} == {
        "PACK": 1,
        "SHIRT": 1,
        "MUG": 2,
    }


def test_a_product_made_later_heals_too(world):
    [order] = shop.place_orders(world.channel, 1, [("CAP", 1)])
    tasks.sweep_pending()
    order.refresh_from_db()
    assert order.status == "pending"

    factories.ProductFactory(sku="CAP", tracks_stock=False)
    tasks.sweep_pending()

    order.refresh_from_db()
    assert order.status == "confirmed"


def test_a_sku_mapped_anew_means_the_new_product(world):
    say(world, TEE=world.shirt)

    say(world, TEE=world.mug)

    assert Listing.objects.get().product == world.mug


def test_bad_mappings_are_refused_and_change_nothing(world):
    from inventory.models import Product

    before = tables()
    bad = {
        "": world.shirt,
        " x": world.shirt,
        "a\x00b": world.shirt,
        "x" * 65: world.shirt,
        None: world.shirt,
        7: world.shirt,
        "GONE": Product(pk=-1),
        "NEW": Product(),
        "TEXT": "SHIRT",
        "MUG": world.shirt,
    }

    out = map_skus(world.channel, bad, actor="user:anna")

    assert set(out.refused) == set(bad)
    assert out.done == []
    assert tables() == before


def test_mapping_and_healing_take_as_many_statements_for_100(world, statements):
    shop.receive(world.ber, {"SHIRT": 500})

    def skus(count):
        return {f"S{count}-{n}": world.shirt for n in range(count)}

    def waiting(count):
        orders = shop.place_orders(world.channel, count, [(f"W{count}", 1), ("MUG", 1)])
        say(world, **{f"W{count}": world.shirt})
        return orders

    mapping = statements.by_size(
        skus, lambda said: map_skus(world.channel, said, actor="t")
    )
    healing = statements.by_size(
        waiting, lambda orders: confirmation.confirm_orders(orders, actor="t")
    )

    assert (mapping[1], healing[1]) == (mapping[100], healing[100])
