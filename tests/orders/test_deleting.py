"""#90: what has happened is not deleted; an order that is not wanted is cancelled."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from inventory.models import StockMovement
from oms.core.models import Event
from orders.models import Order
from orders.services.cancellation import cancel_orders
from tests import shop
from tests.snapshot import tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(world) -> Order:
    [order] = shop.place_orders(world.channel)
    return order


def test_90_an_order_with_movements_is_not_deleted(order):
    assert StockMovement.objects.filter(ref_type="fulfillmentorderline").exists()
    before = tables()

    with pytest.raises(ProtectedError), transaction.atomic():
        order.delete()

    assert tables() == before


def test_90_the_database_refuses_it_too(order):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute("DELETE FROM orders_order WHERE id = %s", [order.pk])

    assert Order.objects.filter(pk=order.pk).exists()


def test_90_it_is_cancelled_instead_and_the_books_stay(order, world):
    moved = StockMovement.objects.count()

    cancel_orders([order], reason="mind", actor="test").one()

    assert StockMovement.objects.count() == moved + 1
    assert Event.objects.filter(action="order.cancelled").count() == 1
    shop_level = world.shirt.stock_levels.filter(allocated__gt=0)
    assert not shop_level.exists()
