"""Orders that name the same five products in opposite order."""

import threading
from functools import partial

import pytest

from inventory.services import stock
from orders.models import OrderLine
from orders.services import intake
from tests import factories, shop
from tests.concurrency import racing

pytestmark = pytest.mark.django_db(transaction=True)

SKUS = [f"TEE-{n}" for n in range(5)]
ORDERS = 12


@pytest.fixture
def messages(world):
    """Twelve orders in the inbox: five lines each, every second one backwards."""
    for sku in SKUS:
        factories.ProductFactory(sku=sku)
    shop.receive(world.ber, dict.fromkeys(SKUS, 100))
    return shop.send(
        world.channel,
        [
            shop.incoming([(sku, 1) for sku in (SKUS, SKUS[::-1])[n % 2]])
            for n in range(ORDERS)
        ],
    )


def test_nobody_waits_for_each_other(messages, monkeypatch):
    racing.dawdle(monkeypatch, stock, "_lock", 0.01)
    results = racing.race(
        [partial(intake.take_in, [pk], actor="buyer") for pk in messages]
    )
    assert not racing.errors(results)
    served = OrderLine.objects.filter(sku__in=SKUS, allocated_quantity=1)
    assert served.count() == ORDERS * len(SKUS)


def test_locked_in_the_order_of_each_buyer_they_deadlock(messages, monkeypatch):
    me = threading.local()
    racing.lock_levels_backwards(monkeypatch, lambda: me.backwards)

    def take_in(position: int):
        me.backwards = position % 2
        return intake.take_in([messages[position]], actor="buyer")

    results = racing.race([partial(take_in, n) for n in range(2)])
    assert racing.deadlocks(results)
