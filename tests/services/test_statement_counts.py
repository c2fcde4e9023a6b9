"""A service runs the same number of statements for 1 order and for 100: three
locations, five lines, repeated SKUs and refusals in the same set."""

import pytest
from django.utils import timezone

from fulfillment.models import FulfillmentOrder, Shipment
from fulfillment.services import shipping, tracking, waiting, work
from inventory.models import StockLevel
from inventory.services import stock
from orders.models import Order, OrderLine
from orders.services import cancellation, confirmation, intake
from tests import shop

pytestmark = pytest.mark.django_db

LINES = [("SHIRT", 1), ("MUG", 2), ("SHIRT", 2), ("GIFTCARD", 1), ("POSTER", 1)]
MISSING = 999_999_999


@pytest.fixture
def stocked(world):
    for place in (world.ber, world.nyc, world.store):
        shop.receive(place, {"SHIRT": 5000, "MUG": 5000, "POSTER": 5000})
    return world


def placed(world, count):
    return shop.place_orders(world.channel, count, LINES)


def at_step(world, step):
    def prepare(count):
        orders = placed(world, count)
        if step:
            shop.advance(orders, to=step)
        refused = shop.place_orders(world.channel, 2, LINES)
        cancellation.cancel_orders(refused, reason="mind", actor="test")
        works = FulfillmentOrder.objects.filter(order__in=[*orders, *refused])
        return [*works, FulfillmentOrder(pk=MISSING)]

    return prepare


def test_taking_orders_in(stocked, statements):
    def prepare(count):
        bad = [shop.incoming(LINES, currency="XXQ") for _ in range(2)]
        good = [shop.incoming(LINES) for _ in range(count)]
        return [*shop.send(stocked.channel, [*good, *bad]), MISSING]

    counts = statements.by_size(prepare, lambda k: intake.take_in(k, actor="t"))

    assert counts == {1: 24, 100: 24}


def test_confirming_orders(stocked, statements):
    def prepare(count):
        found = []
        for sku in [*["LATER"] * count, *["NEVER"] * 3]:
            lines = [*LINES[:4], (f"{sku}-{count}", 1)]
            found += shop.place_orders(stocked.channel, 1, lines)
        from tests.factories import ProductFactory

        ProductFactory(sku=f"LATER-{count}", tracks_stock=False)
        return [*found, Order(pk=MISSING)]

    counts = statements.by_size(
        prepare, lambda o: confirmation.confirm_orders(o, actor="t")
    )

    assert counts == {1: 23, 100: 23}


def test_cancelling_orders(stocked, statements):
    def prepare(count):
        begun = placed(stocked, 2)
        shop.advance(begun, to="picking")
        return [*placed(stocked, count), *begun, Order(pk=MISSING)]

    counts = statements.by_size(
        prepare, lambda o: cancellation.cancel_orders(o, reason="r", actor="t")
    )

    assert counts == {1: 24, 100: 24}


def test_cancelling_lines(stocked, statements):
    def prepare(count):
        begun = placed(stocked, 2)
        shop.advance(begun, to="picking")
        orders = [*placed(stocked, count), *begun]
        lines = OrderLine.objects.filter(order__in=orders, sku="MUG")
        return {line.pk: 1 for line in lines} | {MISSING: 1}

    counts = statements.by_size(
        prepare, lambda p: cancellation.cancel_lines(p, reason="r", actor="t")
    )

    assert counts == {1: 20, 100: 20}


@pytest.mark.parametrize(
    ("service", "before", "number"),
    [
        (work.release_work, None, 10),
        (work.start_picking, "released", 6),
        (work.pick, "picking", 6),
        (work.pack_work, "picked", 11),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_working_at_a_location(stocked, statements, service, before, number):
    counts = statements.by_size(
        at_step(stocked, before), lambda works: service(works, actor="t")
    )

    assert counts == {1: number, 100: number}


def test_shipping(stocked, statements):
    def prepare(count):
        orders = placed(stocked, count)
        shop.advance(orders, to="packed")
        labels = {p.pk: shipping.Label(p.number) for p in shop.parcels_of(orders)}
        unlabelled = placed(stocked, 2)
        shop.advance(unlabelled, to="packed")
        labels |= {p.pk: shipping.Label("") for p in shop.parcels_of(unlabelled)}
        return labels | {MISSING: shipping.Label("T")}

    counts = statements.by_size(
        prepare, lambda labels: shipping.ship_shipments(labels, actor="t")
    )

    assert counts == {1: 21, 100: 21}


def test_tracking(stocked, statements):
    def prepare(count):
        orders = placed(stocked, count)
        shop.advance(orders, to="shipped")
        now = timezone.now()
        good = [
            tracking.Report(p.pk, "delivered", now) for p in shop.parcels_of(orders)
        ]
        return [*good, tracking.Report(good[0].shipment_id, "beamed", now)] * 2

    counts = statements.by_size(
        prepare, lambda reports: tracking.record_tracking(reports, actor="t")
    )

    assert counts == {1: 12, 100: 12}
    assert Shipment.objects.exclude(status="delivered").count() == 0


@pytest.mark.parametrize(
    ("service", "number"), [(stock.receive, 7), (stock.restock, 7), (stock.adjust, 7)]
)
def test_changing_what_is_on_hand(stocked, statements, service, number):
    def prepare(count):
        change = stock.StockChange(stocked.mug.pk, stocked.ber.pk, 1, "count")
        return [change] * count + [change._replace(quantity=0)] * 3

    counts = statements.by_size(prepare, lambda c: service(c, actor="t"))

    assert counts == {1: number, 100: number}


@pytest.mark.parametrize(
    ("service", "number"),
    [(stock.allocate, 4), (stock.release, 5), (stock.ship_out, 4)],
)
def test_changing_what_is_promised(stocked, statements, service, number):
    level = StockLevel.objects.get(product=stocked.mug, location=stocked.ber)
    stock.allocate([stock.Portion(level.pk, 1000)], actor="t").one()

    def prepare(count):
        good = [stock.Portion(level.pk, 1)] * count
        return [*good, stock.Portion(level.pk, 0), stock.Portion(MISSING, 1)]

    counts = statements.by_size(prepare, lambda p: service(p, actor="t"))

    assert counts == {1: number, 100: number}


def test_serving_waiting_orders(world, statements):
    def prepare(count):
        shop.place_orders(world.channel, count, [("POSTER", 1), ("POSTER", 2)])
        shop.receive(world.nyc, {"POSTER": 3 * count})
        return [world.poster.pk]

    counts = statements.by_size(
        prepare, lambda p: waiting.allocate_waiting(p, actor="t"), sizes=(1, 50)
    )

    assert counts == {1: 20, 50: 20}
