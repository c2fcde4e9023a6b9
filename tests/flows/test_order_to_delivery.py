"""From the inbox to the door, for one order and for a hundred."""

import pytest

from inventory.models import StockLevel
from oms.invariants import violations
from orders.models import Order
from tests import shop

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [1, 100])
def test_orders_go_from_the_inbox_to_the_door(world, count):
    shop.receive(world.ber, {"SHIRT": 500, "MUG": 500})
    lines = [("SHIRT", 2), ("MUG", 1), ("SHIRT", 1), ("GIFTCARD", 1)]

    orders = shop.place_orders(world.channel, count, lines)
    shop.advance(orders, to="delivered")

    words = Order.objects.values_list(
        "status", "phase", "payment_status", "fulfillment_status"
    )
    assert list(words) == [("completed", "delivered", "paid", "delivered")] * count
    gone = StockLevel.objects.filter(product=world.shirt, location=world.ber)
    assert list(gone.values_list("on_hand", "allocated")) == [(600 - 3 * count, 0)]
    assert violations() == []
