"""Two people ask for the label of one parcel at the same moment."""

from functools import partial

import pytest

from fulfillment.models import Label
from fulfillment.services import labels
from oms.core import transitions
from tests import shop
from tests.concurrency import racing
from tests.factories.rates import make_service

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def click_twice(world, monkeypatch):
    make_service("standard")
    orders = shop.place_orders(world.channel)
    shop.advance(orders, to="packed")

    def run() -> list:
        racing.dawdle(monkeypatch, transitions, "lock", 0.2)
        parcels = shop.parcels_of(orders)
        click = partial(labels.request_labels, parcels, actor="anna")
        return racing.race([click, click])

    return run


def test_one_label_is_bought_and_the_other_click_is_told(click_twice):
    outcomes = click_twice()

    assert not racing.errors(outcomes)
    assert sorted(len(out.done) for out in outcomes) == [0, 1]
    [reasons] = [text for out in outcomes for text in out.refused.values()]
    assert "it has one, which is purchased" in reasons[0]
    assert Label.objects.count() == 1


def test_without_the_lock_only_the_table_stands_in_the_way(click_twice, monkeypatch):
    racing.unlock_rows(monkeypatch)
    racing.meet(monkeypatch, transitions, "lock", 2)

    outcomes = click_twice()

    [error] = racing.errors(outcomes)
    assert "label_one_live_per_shipment" in str(error) or (
        "idempotency_key" in str(error)
    )
    assert Label.objects.count() == 1
