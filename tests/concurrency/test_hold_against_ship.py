"""A hold is placed while the parcel goes out of the door."""

from functools import partial

import pytest

from fulfillment.services import shipping
from oms.core import transitions
from orders.models import Order
from orders.services.holds import NewHold, place_holds
from tests import shop
from tests.concurrency import racing

pytestmark = pytest.mark.django_db(transaction=True)

ORDERS = 6


@pytest.fixture
def rivals(world, monkeypatch):
    """Packed orders; `rivals()` holds and ships each at the same moment and returns the
    two results by order."""
    orders = shop.place_orders(world.channel, ORDERS)
    shop.advance(orders, to="packed")
    parcels = {parcel.order_id: parcel for parcel in shop.parcels_of(orders)}

    def run() -> dict[int, list]:
        racing.dawdle(monkeypatch, transitions, "lock", 0.2)
        calls = []
        for order in orders:
            parcel = parcels[order.pk]
            label = shipping.Label(f"T{parcel.number}", "dhl")
            new = NewHold(order.pk, "customer_request", ["ship"], "user:anna", "stop")
            hold = partial(place_holds, [new], actor="user:anna")
            ship = partial(shipping.ship_shipments, {parcel.pk: label}, actor="walter")
            calls += [hold, ship] if order.pk % 2 else [ship, hold]
        results = racing.race(calls)
        pairs = zip(results[::2], results[1::2], strict=True)
        return dict(zip([order.pk for order in orders], pairs, strict=True))

    return run


def clean(pair) -> bool:
    """One was done and the other was refused with a reason."""
    if racing.errors(pair):
        return False
    return sorted((len(out.done), len(out.refused)) for out in pair) == [(0, 1), (1, 0)]


def test_the_hold_stops_the_parcel_or_the_parcel_was_first(rivals):
    results = rivals()

    assert all(clean(pair) for pair in results.values())
    for order in Order.objects.filter(pk__in=results):
        assert bool(order.active_holds) == (order.status != "completed")


@pytest.mark.corrupts
def test_without_the_lock_a_held_parcel_leaves(rivals, monkeypatch):
    racing.unlock_rows(monkeypatch)
    racing.meet(monkeypatch, transitions, "lock", 2 * ORDERS)

    assert not all(clean(pair) for pair in rivals().values())
