"""Goods arrive while orders for them are confirmed."""

from functools import partial

import pytest

from fulfillment import receivers
from fulfillment.services import waiting
from inventory.models import StockLevel
from inventory.services import stock
from oms.core import transitions
from orders.models import OrderLine
from orders.services import confirmation, intake
from tests import factories, shop
from tests.concurrency import racing

pytestmark = pytest.mark.django_db(transaction=True)

ORDERS = 10


def receive(world, pieces: int = 1):
    change = stock.StockChange(world.poster.pk, world.ber.pk, pieces)
    return stock.receive([change], actor="walter")


def test_no_piece_stays_while_somebody_waits_for_it(world, drain_queue, monkeypatch):
    """Ten orders and seven pieces at once: an order that came too early is served by
    the task that the arrival left behind."""
    orders = [shop.incoming([("POSTER", 1)]) for _ in range(ORDERS)]
    messages = shop.send(world.channel, orders)
    racing.dawdle(monkeypatch, stock, "_lock", 0.01)
    results = racing.race(
        [partial(intake.take_in, [pk], actor="buyer") for pk in messages]
        + [partial(receive, world) for _ in range(7)]
    )
    assert not racing.errors(results)
    drain_queue()
    level = StockLevel.objects.get(product=world.poster, location=world.ber)
    assert (level.on_hand, level.allocated) == (7, 7)
    assert OrderLine.objects.filter(sku="POSTER", waiting_quantity=1).count() == 3


@pytest.fixture
def arrival(world, monkeypatch):
    """One order waits for POSTER, one for its unknown product LAMP too; `arrival()`
    receives POSTER while both are asked to be confirmed."""
    receive(world)
    [waits] = shop.place_orders(world.channel, lines=[("POSTER", 5)])
    [pending] = shop.place_orders(world.channel, lines=[("POSTER", 1), ("LAMP", 1)])
    factories.ProductFactory(sku="LAMP")

    def run() -> list:
        racing.dawdle(monkeypatch, transitions, "lock", 0.3)
        both = [waits, pending]
        return racing.race(
            [
                partial(confirmation.confirm_orders, both, actor="anna"),
                partial(receive, world, 10),
            ]
        )

    return run


def test_confirming_and_receiving_do_not_wait_for_each_other(arrival, drain_queue):
    assert not racing.errors(arrival())
    drain_queue()
    assert not OrderLine.objects.filter(sku="POSTER", waiting_quantity__gt=0).exists()


def test_serving_orders_inside_the_arrival_deadlocks(arrival, monkeypatch):
    """Guard off: the receiver of `stock_changed` serves at once, while the levels are
    still locked, instead of leaving a task."""

    meeting = racing.meet(monkeypatch, transitions, "lock", 2)

    def at_once(_task, product_ids):
        meeting.wait()
        waiting.allocate_waiting(product_ids, actor="receiver")

    monkeypatch.setattr(receivers, "enqueue", at_once)
    assert racing.deadlocks(arrival())
