"""Many buyers of what is not there, and only some of them may wait."""

from functools import partial

import pytest

from inventory.models import Product
from orders.models import Order
from orders.services import backorders, intake
from tests import shop
from tests.concurrency import racing

pytestmark = pytest.mark.django_db(transaction=True)

BUYERS, LIMIT, THERE = 12, 3, 2


@pytest.fixture
def rush(world, monkeypatch):
    """Two POSTERs, three more may be sold; `rush()` takes in twelve orders at once."""
    Product.objects.filter(pk=world.poster.pk).update(backorder_limit=LIMIT)
    shop.receive(world.ber, {"POSTER": THERE})
    messages = shop.send(
        world.channel, [shop.incoming([("POSTER", 1)]) for _ in range(BUYERS)]
    )

    def run() -> list:
        racing.dawdle(monkeypatch, backorders, "_free", 0.05)
        return racing.race(
            [partial(intake.take_in, [pk], actor="buyer") for pk in messages]
        )

    return run


def sold() -> int:
    return Order.objects.filter(status="confirmed").count()


def test_exactly_as_many_wait_as_may(rush):
    assert not racing.errors(rush())
    assert sold() == THERE + LIMIT


def test_without_the_lock_of_the_product_more_are_sold(rush, monkeypatch):
    monkeypatch.setattr(backorders, "_lock", lambda products: None)
    racing.meet(monkeypatch, backorders, "_free", BUYERS)

    assert not racing.errors(rush())
    assert sold() > THERE + LIMIT
