"""Rows that tests start from. Orders are not made here: they come through the inbox as
in life, by `tests.shop.place_orders`, so that their ledgers and events are right."""

from tests.factories.channels import ChannelFactory
from tests.factories.inventory import (
    LocationFactory,
    LocationGroupFactory,
    ProductFactory,
)
from tests.factories.orders import CustomerFactory
from tests.factories.people import UserFactory

__all__ = [
    "ChannelFactory",
    "CustomerFactory",
    "LocationFactory",
    "LocationGroupFactory",
    "ProductFactory",
    "UserFactory",
]
