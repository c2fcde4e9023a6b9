"""The fixtures that all tests build on, and the whole way of an order: nothing that the
services do breaks an invariant."""

import pytest
from django.utils import timezone

from fulfillment.models import FulfillmentOrder, FulfillmentOrderLine
from oms.invariants import violations
from orders.models import Order
from orders.services import cancellation
from tests import shop


@pytest.mark.django_db(transaction=True)
def test_from_the_inbox_to_the_door(world, drain_queue):
    shop.send(world.channel, [shop.incoming([("SHIRT", 2), ("GIFTCARD", 1)])])

    assert "take_in" in drain_queue()

    order = Order.objects.get()
    assert order.phase == "in_fulfillment"
    shop.advance([order], to="shipped")
    order.refresh_from_db()
    assert (order.status, order.phase) == ("completed", "shipped")


@pytest.mark.django_db(transaction=True)
def test_goods_that_arrive_go_to_who_waits(world, drain_queue):
    [order] = shop.place_orders(world.channel, lines=[("POSTER", 2)])
    assert order.phase == "awaiting_stock"

    shop.receive(world.nyc, {"POSTER": 5})
    drain_queue()

    order.refresh_from_db()
    assert order.phase == "in_fulfillment"


STATUSES = ["released", "picking", "picked", "packed", "shipped", "delivered"]


@pytest.mark.django_db
@pytest.mark.parametrize("to", STATUSES)
def test_all_invariants_hold_on_the_way(world, to):
    orders = shop.place_orders(
        world.channel, 3, lines=[("SHIRT", 60), ("POSTER", 1), ("GIFTCARD", 1)]
    )
    assert violations() == []

    shop.advance(orders, to=to)

    assert violations() == []


@pytest.mark.django_db
@pytest.mark.parametrize("to", [None, "released", "picking", "picked", "packed"])
def test_all_invariants_hold_after_a_cancellation_by_force(world, to):
    orders = shop.place_orders(world.channel, 3, lines=[("SHIRT", 60), ("MUG", 1)])
    if to:
        shop.advance(orders, to=to)

    out = cancellation.cancel_orders(orders, reason="test", actor="t", force=True)

    assert not out.refused
    assert violations() == []
    assert not FulfillmentOrderLine.objects.filter(open_quantity__gt=0).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "to",
    [
        None,
        "released",
        "picking",
        "picked",
        "packed",
    ],
)
def test_all_invariants_hold_after_a_line_is_cut_by_force(world, to):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 3), ("MUG", 1)])
    if to:
        shop.advance([order], to=to)
    shirts = order.lines.get(sku="SHIRT")

    out = cancellation.cancel_lines(
        {shirts.pk: 1}, reason="test", actor="t", force=True
    )

    assert not out.refused
    assert violations() == []


@pytest.mark.django_db
def test_the_world_has_people_places_and_goods(world):
    assert world.walter.locations.get() == world.ber
    assert [g.name for g in world.mia.groups.all()] == ["manager"]
    assert world.anna.check_password("secret")
    assert set(world.locations) == {"BER", "NYC", "HAM"}
    assert world.shirt.stock_levels.count() == 3


@pytest.mark.django_db
def test_statements_are_counted_without_their_frame(world, statements):
    from orders.services import intake

    counts = statements.by_size(
        lambda n: shop.send(world.channel, [shop.incoming() for _ in range(n)]),
        lambda keys: intake.take_in(keys, actor="t"),
    )

    assert counts[1] == counts[100], statements.last


@pytest.mark.django_db
def test_the_queue_runs_tasks_by_name(world, drain_queue):
    shop.place_orders(world.channel, placed_at=timezone.now())

    assert drain_queue()
    assert FulfillmentOrder.objects.count() == 1
    assert drain_queue() == []
