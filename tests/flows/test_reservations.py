"""An order that waits for its payment holds its stock until a time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from channels.models import Channel
from fulfillment import tasks
from fulfillment.models import FulfillmentOrder
from fulfillment.services import reservations
from inventory.models import StockLevel
from orders.models import Order
from orders.services import cancellation
from tests import shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def unpaid(world):
    world.channel.payment = Channel.Payment.LATER
    world.channel.save()
    return world


def free(product) -> int:
    levels = StockLevel.objects.filter(product=product)
    return sum(level.available for level in levels)


def works(order):
    return FulfillmentOrder.objects.filter(order=order)


def test_an_unpaid_order_holds_its_stock(unpaid):
    before = free(unpaid.shirt)

    [order] = shop.place_orders(unpaid.channel, 1, [("SHIRT", 3)])

    assert free(unpaid.shirt) == before - 3
    [work] = works(order)
    assert (order.status, order.phase) == ("pending", "awaiting_payment")
    assert order.fulfillment_status == "unfulfilled"
    assert work.status == "reserved"
    assert work.reserved_until - work.assigned_at == timedelta(minutes=60)


def test_its_time_runs_out_and_the_stock_is_free_again(unpaid):
    before = free(unpaid.shirt)
    [order] = shop.place_orders(unpaid.channel, 1, [("SHIRT", 3)])
    FulfillmentOrder.objects.update(
        reserved_until=timezone.now() - timedelta(seconds=1)
    )

    tasks.expire_reservations()
    tasks.expire_reservations()

    assert free(unpaid.shirt) == before
    order.refresh_from_db()
    assert (order.status, works(order).get().status) == ("pending", "cancelled")


def test_a_reservation_in_time_stays(unpaid):
    [order] = shop.place_orders(unpaid.channel, 1, [("SHIRT", 3)])

    out = reservations.expire_reservations([order.pk, -1, None], actor="test")

    assert out.done == []
    assert works(order).get().status == "reserved"


def test_a_cancelled_order_gives_its_reservation_back(unpaid):
    before = free(unpaid.shirt)
    orders = shop.place_orders(unpaid.channel, 1, [("SHIRT", 3)])

    cancellation.cancel_orders(orders, reason="mind", actor="test").one()

    assert free(unpaid.shirt) == before


def test_a_channel_may_reserve_nothing(unpaid):
    Channel.objects.update(reserve_minutes=0)

    [order] = shop.place_orders(unpaid.channel, 1, [("SHIRT", 3)])

    assert not works(order).exists()


def test_reservations_run_out_in_sets(unpaid, statements):
    late = timezone.now() - timedelta(seconds=1)

    def prepare(count):
        orders = shop.place_orders(unpaid.channel, count, [("SHIRT", 1), ("MUG", 1)])
        FulfillmentOrder.objects.filter(status="reserved").update(reserved_until=late)
        return [order.pk for order in orders]

    counts = statements.by_size(
        prepare, lambda pks: reservations.expire_reservations(pks, actor="t")
    )

    assert counts[1] == counts[100]


def test_stock_that_is_reserved_is_sold_to_nobody_else(unpaid):
    shop.receive(unpaid.ber, {"POSTER": 1})
    [first, second] = shop.place_orders(unpaid.channel, 2, [("POSTER", 1)])

    assert works(first).get().status == "reserved"
    assert not works(second).exists()
    assert Order.objects.filter(status="pending").count() == 2
