"""The three words of an order, derived from its rows: payment, fulfillment, phase."""

import pytest

from orders.models import Order
from orders.services import cancellation
from tests import factories, shop

pytestmark = pytest.mark.django_db
IN_WORK = ("paid", "in_progress", "in_fulfillment")
WAITS = ("paid", "unfulfilled", "awaiting_stock")


def words(order):
    fields = "payment_status", "fulfillment_status", "phase"
    return Order.objects.values_list(*fields).get(pk=order.pk)


def test_a_new_order_with_stock_is_in_fulfillment(world):
    [order] = shop.place_orders(world.channel)

    assert words(order) == IN_WORK


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("released", IN_WORK),
        ("picking", IN_WORK),
        ("picked", IN_WORK),
        ("packed", IN_WORK),
        ("shipped", ("paid", "fulfilled", "shipped")),
        ("delivered", ("paid", "delivered", "delivered")),
    ],
)
def test_the_words_follow_the_order_on_its_way(world, step, expected):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 2), ("MUG", 1)])

    shop.advance([order], to=step)

    assert words(order) == expected


def test_an_order_without_stock_awaits_it(world):
    [order] = shop.place_orders(world.channel, lines=[("POSTER", 1)])

    assert words(order) == WAITS


def test_an_order_with_a_part_of_its_stock_awaits_the_rest(world):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 1), ("POSTER", 1)])

    assert words(order) == ("paid", "in_progress", "awaiting_stock")


def test_an_order_that_nobody_has_paid_awaits_payment(world):
    channel = factories.ChannelFactory(code="invoice", payment="later")

    [order] = shop.place_orders(channel)

    assert words(order) == ("unpaid", "unfulfilled", "awaiting_payment")


def test_a_paid_order_that_is_held_is_new(world):
    [order] = shop.place_orders(world.channel, lines=[("NOBODY", 1)])

    assert words(order) == ("paid", "unfulfilled", "new")


def test_a_channel_that_collected_too_much_shows_as_overpaid(world):
    [order] = shop.place_orders(world.channel, total_amount=shop.Decimal("11.00"))

    assert words(order) == ("overpaid", "unfulfilled", "new")


def test_a_channel_that_collected_too_little_shows_as_partially_paid(world):
    [order] = shop.place_orders(world.channel, total_amount=shop.Decimal("9.00"))

    assert words(order) == ("partially_paid", "unfulfilled", "awaiting_payment")


def test_a_part_that_has_shipped_leaves_the_order_awaiting_the_rest(world):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 1), ("POSTER", 1)])

    shop.advance([order], to="shipped")

    assert words(order) == ("paid", "partially_fulfilled", "awaiting_stock")


def test_a_part_that_has_arrived_leaves_the_order_awaiting_the_rest(world):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 1), ("POSTER", 1)])

    shop.advance([order], to="delivered")

    assert words(order) == ("paid", "partially_delivered", "awaiting_stock")


def test_one_of_two_parcels_that_has_shipped_leaves_the_order_in_fulfillment(world):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 110)])
    shop.advance([order], to="packed")
    first, _second = shop.parcels_of([order])

    labels = {first.pk: shop.shipping.Label("T1", "dhl")}
    shop.shipping.ship_shipments(labels, actor="test").one()

    assert words(order) == ("paid", "partially_fulfilled", "in_fulfillment")


def test_a_cancelled_order_is_overpaid_until_its_money_goes_back(world):
    [order] = shop.place_orders(world.channel)

    cancellation.cancel_orders([order], reason="changed mind", actor="test").one()

    assert words(order) == ("overpaid", "unfulfilled", "cancelled")


def test_an_unpaid_order_that_is_cancelled_owes_nothing(world):
    channel = factories.ChannelFactory(code="invoice", payment="later")
    [order] = shop.place_orders(channel)

    cancellation.cancel_orders([order], reason="changed mind", actor="test").one()

    assert words(order) == ("unpaid", "unfulfilled", "cancelled")


def test_cutting_what_waits_leaves_the_shipped_rest_shipped(world):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 1), ("POSTER", 1)])
    shop.advance([order], to="shipped")
    poster = order.lines.get(sku="POSTER")

    cancellation.cancel_lines({poster.pk: 1}, reason="gone", actor="test").one()

    assert words(order) == ("overpaid", "fulfilled", "shipped")
