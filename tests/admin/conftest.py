import pytest
from django.contrib import admin

from inventory.models import LocationGroup
from tests import factories, shop

OURS = {"core", "inventory", "channels", "orders", "fulfillment"}


def grow(world, orders: int) -> None:
    """More of everything that a list shows."""
    made = shop.place_orders(world.channel, orders, [("SHIRT", 1), ("MUG", 1)])
    shop.advance(made, to="delivered")
    shop.place_orders(world.channel, orders, [("NO-SUCH", 1)])  # work items
    for _ in range(orders):
        product = factories.ProductFactory()
        place = factories.LocationFactory()
        shop.receive(place, {product.sku: 1})
        group = LocationGroup.objects.create(name=f"pool {place.code}")
        group.locations.add(place)
        factories.ChannelFactory(pool=group)
        factories.UserFactory()


@pytest.fixture
def shop_with_one(world):
    grow(world, 1)
    return world


@pytest.fixture
def grow_by(world):
    return lambda orders: grow(world, orders)


@pytest.fixture
def our_admins():
    """{model: its ModelAdmin} of our own apps."""
    return {
        model: page
        for model, page in admin.site._registry.items()
        if model._meta.app_label in OURS
    }


@pytest.fixture
def office(admin_client):
    """A superuser's browser that has been here before: what Django keeps in memory
    after the first request is not counted."""
    admin_client.get("/admin/")
    return admin_client
