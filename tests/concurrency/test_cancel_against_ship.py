"""The customer cancels while the parcel goes out of the door."""

from functools import partial

import pytest

from fulfillment.services import shipping
from inventory.models import StockLevel
from oms.core import transitions
from orders.models import Order
from orders.services import cancellation
from tests import shop
from tests.concurrency import racing

pytestmark = pytest.mark.django_db(transaction=True)

ORDERS = 6


@pytest.fixture
def rivals(world, monkeypatch):
    """Packed orders; `rivals()` cancels and ships each at the same moment and returns
    the two results by order."""
    orders = shop.place_orders(world.channel, ORDERS)
    shop.advance(orders, to="packed")
    parcels = {parcel.order_id: parcel for parcel in shop.parcels_of(orders)}

    def run() -> dict[int, list]:
        racing.dawdle(monkeypatch, transitions, "lock", 0.2)
        calls = []
        for order in orders:
            parcel = parcels[order.pk]
            label = shipping.Label(f"T{parcel.number}", "dhl")
            cancel = partial(
                cancellation.cancel_orders,
                [order],
                reason="changed mind",
                actor="anna",
                force=True,
            )
            ship = partial(shipping.ship_shipments, {parcel.pk: label}, actor="walter")
            calls += [cancel, ship] if order.pk % 2 else [ship, cancel]
        results = racing.race(calls)
        pairs = zip(results[::2], results[1::2], strict=True)
        return dict(zip([order.pk for order in orders], pairs, strict=True))

    return run


def clean(pair) -> bool:
    """One was done and the other was refused with a reason."""
    if racing.errors(pair):
        return False
    return sorted((len(out.done), len(out.refused)) for out in pair) == [(0, 1), (1, 0)]


def test_one_of_the_two_happens(rivals, world):
    results = rivals()
    assert all(clean(pair) for pair in results.values())
    statuses = list(Order.objects.filter(pk__in=results).values_list("status"))
    assert set(statuses) <= {("cancelled",), ("completed",)}
    shipped = statuses.count(("completed",))
    left = StockLevel.objects.get(location=world.ber, product=world.shirt)
    assert (left.on_hand, left.allocated) == (100 - shipped, 0)


@pytest.mark.corrupts
def test_without_the_lock_both_go_ahead(rivals, monkeypatch):
    """Both see a parcel that is still there: one is then stopped half-way by a CHECK or
    by the count of rows, or both are done."""
    racing.unlock_rows(monkeypatch)
    racing.meet(monkeypatch, transitions, "lock", 2 * ORDERS)
    assert not all(clean(pair) for pair in rivals().values())
