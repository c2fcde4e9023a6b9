"""Fifty buyers of the last unit."""

from functools import partial

import pytest
from django.db import IntegrityError, connection

from inventory.models import StockLevel
from inventory.services import stock
from oms.core.exceptions import InvariantError
from orders.models import OrderLine
from orders.services import intake
from tests import shop
from tests.concurrency import racing

pytestmark = pytest.mark.django_db(transaction=True)

BUYERS = 50
STOPPED = IntegrityError, InvariantError  # by the CHECK, or by the planned stock gone


@pytest.fixture
def rush(world, monkeypatch):
    """One POSTER, fifty orders for it in the inbox; `rush()` takes them in at once."""
    shop.receive(world.ber, {"POSTER": 1})
    orders = [shop.incoming([("POSTER", 1)]) for _ in range(BUYERS)]
    messages = shop.send(world.channel, orders)

    def run() -> list:
        racing.dawdle(monkeypatch, stock, "_lock", 0.01)
        return racing.race(
            [partial(intake.take_in, [pk], actor="buyer") for pk in messages]
        )

    return run


@pytest.fixture
def no_check():
    """The table without its CHECK, for the length of a test."""
    [check] = [
        constraint
        for constraint in StockLevel._meta.constraints
        if constraint.name == "stocklevel_not_oversold"
    ]
    with connection.schema_editor() as editor:
        editor.remove_constraint(StockLevel, check)
    yield
    StockLevel.objects.update(allocated=0)
    with connection.schema_editor() as editor:
        editor.add_constraint(StockLevel, check)


def sold() -> int:
    """Pieces that were promised to somebody."""
    lines = OrderLine.objects.filter(sku="POSTER", allocated_quantity__gt=0)
    return sum(line.allocated_quantity for line in lines)


def test_defect_1_one_buyer_gets_it_and_the_others_wait(rush):
    results = rush()
    assert not racing.errors(results)
    assert sold() == 1
    assert OrderLine.objects.filter(waiting_quantity=1).count() == BUYERS - 1


def test_without_the_lock_the_check_still_keeps_the_unit_from_being_sold_twice(
    rush, monkeypatch
):
    """Nothing is oversold, but losers fail instead of waiting: the lock was needed."""
    racing.unlock_levels(monkeypatch)
    racing.meet(monkeypatch, stock, "_lock", 2)
    failed = racing.errors(rush())
    assert failed
    assert all(isinstance(error, STOPPED) for error in failed)
    assert sold() == 1


@pytest.mark.corrupts
def test_without_lock_and_check_it_is_sold_more_than_once(rush, monkeypatch, no_check):
    racing.unlock_levels(monkeypatch)
    racing.meet(monkeypatch, stock, "_lock", 2)
    rush()
    assert sold() > 1
