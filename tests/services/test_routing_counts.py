"""The routing's services take the same number of statements for 1 order and for 100."""

from decimal import Decimal

import pytest

from fulfillment.models import Rate, RateTable, RateZone
from fulfillment.services import (
    accepting,
    overriding,
    policies,
    rejecting,
    rerouting,
    work,
)
from fulfillment.services.rejecting import Rejection
from inventory.models import Location, SupplierOffer
from orders.services import intake
from tests import factories, shop

pytestmark = pytest.mark.django_db

LINES = [("SHIRT", 1), ("MUG", 2), ("SHIRT", 2), ("GIFTCARD", 1), ("POSTER", 1)]
MISSING = 999_999_999


@pytest.fixture
def stocked(world):
    for place in (world.ber, world.nyc, world.store):
        shop.receive(place, {"SHIRT": 5000, "MUG": 5000, "POSTER": 5000})
    return world


def table(price):
    row = RateTable.objects.create(
        carrier="rate_table", service=f"s{price}", name="Parcel", currency="EUR"
    )
    RateZone.objects.create(table=row, zone="1", max_distance_km=20_000, transit_days=2)
    Rate.objects.create(table=row, zone="1", max_weight_grams=30_000, price=price)


def test_taking_orders_in_by_the_cheapest_plan(stocked, statements):
    table(5)
    table(9)
    stocked.ber.daily_capacity = 10_000
    stocked.ber.save()
    rules = {"mode": "cheapest", "late_cost": Decimal(4), "promise_days": 3}
    policies.activate([policies.draft(**rules)], actor="t").one()

    counts = statements.by_size(
        lambda n: shop.send(stocked.channel, [shop.incoming(LINES) for _ in range(n)]),
        lambda keys: intake.take_in(keys, actor="t"),
    )

    assert counts == {1: 31, 100: 31}


def test_rejecting_work(stocked, statements):
    def prepare(count):
        works = shop.works_of(shop.place_orders(stocked.channel, count, LINES))
        codes = ("no_capacity", "other")
        rejections = {each.pk: Rejection(codes[n % 2]) for n, each in enumerate(works)}
        return rejections | {MISSING: Rejection("other"), works[0].pk: Rejection("x")}

    def twice(count):
        return prepare(count + 1)  # one of them is refused

    counts = statements.by_size(
        twice, lambda rejections: rejecting.reject(rejections, actor="t")
    )

    assert counts == {1: 33, 100: 33}


def test_moving_work_by_hand(stocked, statements):
    def prepare(count):
        works = shop.works_of(shop.place_orders(stocked.channel, count + 1, LINES))
        return {each.pk: stocked.nyc.pk for each in works} | {
            MISSING: stocked.nyc.pk,
            works[0].pk: stocked.ber.pk,
        }

    counts = statements.by_size(
        prepare, lambda moves: overriding.override(moves, reason="r", actor="t")
    )

    assert counts == {1: 34, 100: 34}


def test_routing_again(world, statements):
    def prepare(count):
        orders = shop.place_orders(world.channel, count, [("POSTER", 1)])
        full = shop.place_orders(world.channel, 2)
        shop.receive(world.nyc, {"POSTER": count})
        return [*(order.pk for order in (*orders, *full)), MISSING]

    counts = statements.by_size(
        prepare, lambda pks: rerouting.reroute_orders(pks, actor="t")
    )

    assert counts == {1: 16, 100: 16}


def test_work_of_suppliers(world, statements):
    place = factories.LocationFactory(code="SUP", kind=Location.Kind.SUPPLIER)
    SupplierOffer.objects.create(location=place, product=world.poster)

    def assigned(count):
        return shop.works_of(shop.place_orders(world.channel, count, [("POSTER", 1)]))

    def released(count):
        works = assigned(count)
        work.release_work(works, actor="t")
        return {each.pk: f"PO-{each.pk}" for each in works} | {MISSING: "PO"}

    counts = statements.by_size(assigned, lambda w: work.release_work(w, actor="t"))
    assert counts == {1: 13, 100: 13}

    counts = statements.by_size(
        released, lambda said: accepting.accept_work(said, actor="t")
    )
    assert counts == {1: 9, 100: 9}
