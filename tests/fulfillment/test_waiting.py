"""Goods arrive: the queued task serves the orders that wait for them."""

from datetime import UTC, datetime, timedelta

import pytest

from fulfillment import tasks
from fulfillment.models import RoutingDecision
from orders.models import Order, OrderLine
from orders.services import cancellation
from tests import shop

pytestmark = pytest.mark.django_db(transaction=True)
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def wait(world):
    """Place an order for POSTER that waits; `day` is when it was placed."""

    def place(day=0, pieces=1, **fields) -> Order:
        fields["placed_at"] = START + timedelta(days=day)
        lines = [("POSTER", pieces)]
        [order] = shop.place_orders(world.channel, lines=lines, **fields)
        return order

    return place


@pytest.fixture
def arrive(world, drain_queue):
    """Let POSTERs arrive and the worker do its work; the tasks that ran for it."""

    def run(pieces, at=None) -> list[str]:
        drain_queue()
        shop.receive(at or world.ber, {"POSTER": pieces})
        return drain_queue()

    return run


def served() -> dict[int, int]:
    """{order: pieces that stand at a location}, for orders that have any."""
    lines = OrderLine.objects.filter(allocated_quantity__gt=0)
    return dict(lines.values_list("order", "allocated_quantity"))


def phases(*orders) -> list[str]:
    return [Order.objects.get(pk=order.pk).phase for order in orders]


def test_goods_that_arrive_serve_the_order_that_waits(wait, arrive):
    order = wait(pieces=2)

    ran = arrive(2)

    [work] = shop.works_of([order])
    assert ran == ["allocate_waiting"]
    assert served() == {order.pk: 2}
    assert phases(order) == ["in_fulfillment"]
    assert (work.location.code, work.status) == ("BER", "assigned")


def test_the_older_order_is_served_first(wait, arrive):
    young, old = wait(day=2), wait(day=1)

    arrive(1)

    assert served() == {old.pk: 1}
    assert phases(young, old) == ["awaiting_stock", "in_fulfillment"]


def test_the_higher_priority_is_served_before_the_older_order(wait, arrive):
    old, urgent = wait(day=1), wait(day=5, priority=9)

    arrive(1)

    assert served() == {urgent.pk: 1}
    assert phases(old, urgent) == ["awaiting_stock", "in_fulfillment"]


def test_an_order_is_served_as_far_as_the_goods_go(wait, arrive):
    first, second = wait(day=1, pieces=3), wait(day=2, pieces=3)

    arrive(4)

    assert served() == {first.pk: 3, second.pk: 1}
    assert phases(first, second) == ["in_fulfillment", "awaiting_stock"]


def test_the_rest_of_an_order_is_served_by_the_next_goods(wait, arrive, world):
    order = wait(pieces=3)
    arrive(1)

    arrive(5, at=world.nyc)

    works = shop.works_of([order])
    assert served() == {order.pk: 3}
    assert {work.location.code: work.lines.get().quantity for work in works} == {
        "BER": 1,
        "NYC": 2,
    }


def test_a_cancelled_order_is_not_served(wait, arrive):
    gone, kept = wait(day=1), wait(day=2)
    cancellation.cancel_orders([gone], reason="too late", actor="test").one()

    arrive(2)

    assert served() == {kept.pk: 1}
    assert phases(gone, kept) == ["cancelled", "in_fulfillment"]
    assert shop.works_of([gone]) == []


def test_an_order_that_waits_for_a_person_is_not_served(wait, arrive):
    held = wait(total_amount=shop.Decimal("99.00"))

    arrive(1)

    assert held.status == "pending"
    assert served() == {}


def test_goods_at_a_location_that_is_switched_off_serve_nobody(wait, arrive, world):
    order = wait()
    world.ber.is_active = False
    world.ber.save()

    arrive(1)

    assert served() == {}
    assert phases(order) == ["awaiting_stock"]


def test_pieces_of_a_cancelled_order_go_to_the_next_that_waits(
    wait, arrive, drain_queue
):
    first, second = wait(day=1), wait(day=2)
    arrive(1)

    cancellation.cancel_orders([first], reason="changed mind", actor="test").one()
    drain_queue()

    assert served() == {second.pk: 1}


def test_a_task_that_runs_twice_serves_once(wait, arrive, world):
    order = wait()
    arrive(5)

    tasks.allocate_waiting([world.poster.pk])

    assert served() == {order.pk: 1}
    assert RoutingDecision.objects.filter(order=order).count() == 2


def test_the_sweeper_serves_what_a_lost_task_has_forgotten(wait, world, drain_queue):
    from django_q.models import OrmQ

    order = wait()
    drain_queue()
    shop.receive(world.ber, {"POSTER": 1})
    OrmQ.objects.all().delete()

    tasks.sweep_waiting()

    assert served() == {order.pk: 1}


def test_more_orders_than_a_batch_are_all_served(world, arrive):
    shop.place_orders(world.channel, 60, lines=[("POSTER", 1)])

    arrive(60)

    assert set(served().values()) == {1}
    assert len(served()) == 60
