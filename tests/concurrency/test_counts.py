"""The shelf is counted while its goods are sent and promised."""

from functools import partial

import pytest
from django.db import IntegrityError, connection

from fulfillment.services import shipping, shortage
from fulfillment.services.shortage import Count
from inventory.models import StockLevel
from inventory.services import levels, stock
from oms.core import transitions
from oms.invariants import violations
from orders.models import OrderLine
from orders.services import intake
from tests import shop
from tests.concurrency import racing

pytestmark = pytest.mark.django_db(transaction=True)

ORDERS = 6


def count(world, pieces):
    row = Count(world.poster.pk, world.ber.pk, pieces, "cycle count")
    return shortage.count_stock([row], actor="walter")


def numbers(world):
    level = StockLevel.objects.get(product=world.poster, location=world.ber)
    return level.on_hand, level.allocated


@pytest.fixture
def door(world, monkeypatch):
    """Six packed parcels; `door()` ships each while their shelf is counted as empty."""
    shop.receive(world.ber, {"POSTER": ORDERS})
    orders = shop.place_orders(world.channel, ORDERS, [("POSTER", 1)])
    shop.advance(orders, to="packed")
    parcels = shop.parcels_of(orders)

    def run() -> list:
        racing.dawdle(monkeypatch, transitions, "lock", 0.1)
        ships = [
            partial(
                shipping.ship_shipments,
                {parcel.pk: shipping.Label(f"T{parcel.number}")},
                actor="walter",
            )
            for parcel in parcels
        ]
        return racing.race([*ships[:3], partial(count, world, 0), *ships[3:]])

    return run


def test_a_parcel_has_left_or_has_lost_its_pieces(door, world):
    results = door()

    assert not racing.errors(results)
    assert numbers(world) == (0, 0)
    lines = OrderLine.objects.filter(sku="POSTER")
    assert {(x.shipped_quantity, x.waiting_quantity) for x in lines} <= {(1, 0), (0, 1)}
    [booked] = results[3].done
    shipped = sum(line.shipped_quantity for line in lines)
    assert sum(booked.lost.values()) == ORDERS - shipped


@pytest.mark.corrupts
def test_without_the_lock_of_the_orders_counting_and_sending_collide(
    door, world, monkeypatch
):
    racing.unlock_rows(monkeypatch)
    racing.meet(monkeypatch, transitions, "lock", ORDERS + 1)

    failed = racing.errors(door())

    assert failed or violations()


@pytest.fixture
def buyers(world) -> list:
    """Ten POSTERs, two of them promised; eight more orders for one to take in."""
    shop.receive(world.ber, {"POSTER": 10})
    shop.place_orders(world.channel, 2, [("POSTER", 1)])
    wishes = [shop.incoming([("POSTER", 1)]) for _ in range(8)]
    messages = shop.send(world.channel, wishes)
    return [partial(intake.take_in, [pk], actor="buyer") for pk in messages]


@pytest.fixture
def rush(world, buyers, monkeypatch):
    """`rush()` takes in the orders while the POSTERs are counted as 3."""

    def run() -> list:
        racing.dawdle(monkeypatch, transitions, "lock", 0.05)
        racing.dawdle(monkeypatch, stock, "_lock", 0.02)
        racing.dawdle(monkeypatch, shortage, "lock_or_make", 0.05)
        return racing.race([*buyers[:4], partial(count, world, 3), *buyers[4:]])

    return run


def test_what_is_promised_while_it_is_counted_is_there(rush, world, drain_queue):
    results = rush()

    assert not racing.errors(results)
    assert len(results[4].done) == 1
    drain_queue()
    assert numbers(world) == (3, 3)
    waiting = OrderLine.objects.filter(sku="POSTER", waiting_quantity=1)
    assert waiting.count() == 7


@pytest.mark.corrupts
def test_without_the_lock_of_the_level_the_count_fails(world, buyers, monkeypatch):
    """Eight are promised after the count has read the shelf and before it writes."""

    def read(keys):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {levels.COLUMNS} FROM inventory_stocklevel")
            rows = [levels.LockedLevel(*row) for row in cursor.fetchall()]
        assert not racing.errors(racing.race(buyers))
        return {(row.product_id, row.location_id, row.condition): row for row in rows}

    monkeypatch.setattr(shortage, "lock_or_make", read)

    with pytest.raises(IntegrityError, match="stocklevel_not_oversold"):
        count(world, 3)
