"""Many orders for the last places of a day: a limit of N admits exactly N."""

from functools import partial

import pytest

from fulfillment.models import FulfillmentOrder
from fulfillment.services import capacity, rejecting
from fulfillment.services.rejecting import Rejection
from orders.services import intake
from tests import shop
from tests.concurrency import racing

pytestmark = pytest.mark.django_db(transaction=True)

LIMIT, BUYERS = 3, 12


@pytest.fixture
def rush(world, monkeypatch):
    """Orders of products that share no stock level, so that only the day can be what
    they wait for; `rush()` takes them in at once and counts the work of the day."""
    world.ber.daily_capacity = LIMIT
    world.ber.save()
    skus = ["SHIRT", "MUG"] * (BUYERS // 2)
    keys = shop.send(world.channel, [shop.incoming([(sku, 1)]) for sku in skus])

    def run() -> int:
        racing.dawdle(monkeypatch, capacity, "used", 0.05)
        racing.race([partial(intake.take_in, [pk], actor="buyer") for pk in keys])
        return FulfillmentOrder.objects.filter(location=world.ber).count()

    return run


def test_the_day_takes_exactly_its_limit(rush):
    assert rush() == LIMIT
    assert FulfillmentOrder.objects.count() == BUYERS


def test_without_the_lock_it_takes_more(rush, monkeypatch):
    monkeypatch.setattr(capacity, "lock", lambda location_ids: None)
    racing.meet(monkeypatch, capacity, "used", BUYERS)

    assert rush() > LIMIT


def test_rejections_beside_new_orders_do_not_deadlock(world):
    world.ber.daily_capacity = world.nyc.daily_capacity = 50
    world.ber.save()
    world.nyc.save()
    lines = [("MUG", 1), ("SHIRT", 1)]
    works = shop.works_of(shop.place_orders(world.channel, 6, lines))
    keys = shop.send(world.channel, [shop.incoming(lines[::-1]) for _ in works])

    def reject(work):
        rejection = Rejection("no_capacity")
        return rejecting.reject({work.pk: rejection}, actor="user:walter").one()

    calls = [partial(reject, work) for work in works]
    calls += [partial(intake.take_in, [pk], actor="buyer") for pk in keys]
    results = racing.race(calls)

    assert racing.errors(results) == []
