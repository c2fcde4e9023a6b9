"""The same order confirmed twice at the same moment."""

from functools import partial

import pytest

from oms.core import transitions
from oms.core.models import Event
from orders.services import confirmation
from tests import factories, shop
from tests.concurrency import racing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def click_twice(world, monkeypatch):
    """An order that waited for an unknown SKU; the product exists now."""
    [order] = shop.place_orders(world.channel, lines=[("LAMP", 1)])
    factories.ProductFactory(sku="LAMP")

    def run() -> list:
        racing.dawdle(monkeypatch, transitions, "lock", 0.2)
        click = partial(confirmation.confirm_orders, [order], actor="anna")
        return racing.race([click, click])

    return run


def confirmations() -> int:
    return Event.objects.filter(action="order.confirmed").count()


def test_one_click_confirms_and_the_other_is_told(click_twice):
    outcomes = click_twice()
    assert not racing.errors(outcomes)
    assert sorted(len(out.done) for out in outcomes) == [0, 1]
    [reasons] = [text for out in outcomes for text in out.refused.values()]
    assert "confirmed" in reasons[0]
    assert confirmations() == 1


@pytest.mark.corrupts
def test_without_the_lock_the_order_is_confirmed_twice(click_twice, monkeypatch):
    racing.unlock_rows(monkeypatch)
    racing.meet(monkeypatch, transitions, "lock", 2)
    outcomes = click_twice()
    assert [len(out.done) for out in outcomes] == [1, 1]
    assert confirmations() == 2
