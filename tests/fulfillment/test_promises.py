"""When an order arrives: told when its pieces get locations, and when that moves."""

from datetime import UTC, date, datetime, time

import pytest

from fulfillment.services import labels, shipping, tracking
from fulfillment.services.quoting import quotes_of_work
from oms.core.models import Event, WorkItem
from orders.models import Order
from orders.services import intake
from tests import shop
from tests.factories.rates import make_service

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
ONE_DAY = [{"zone": "DE", "country": "DE", "transit_days": 1}]
FAR = [
    {"zone": "near", "max_distance_km": 1_000, "transit_days": 1},
    {"zone": "far", "max_distance_km": 20_000, "transit_days": 5},
]


def place(world, lines=(("SHIRT", 1),), at=MONDAY, **fields):
    keys = shop.send(world.channel, [shop.incoming(lines, **fields)])
    [order] = intake.take_in(keys, actor="test", at=at).done
    return Order.objects.get(pk=order.pk)


@pytest.fixture
def rated(world):
    """BER hands over at 15:00 after a day of handling, never at weekends."""
    make_service("standard")
    make_service("express", zones=ONE_DAY, steps={30_000: "20.00"})
    world.ber.cut_off, world.ber.handling_days = time(15, 0), 1
    world.ber.closed_weekdays = [5, 6]
    world.ber.save()
    return world


def test_without_rate_tables_nothing_is_promised(world):
    order = place(world)

    assert (order.promised_at, order.ship_by) == (None, None)


def test_the_promise_is_work_handling_and_transit(rated):
    order = place(rated)

    [work] = shop.works_of([order])
    assert work.work_on == date(2026, 5, 4)
    assert work.ship_by == datetime(2026, 5, 5, 13, 0, tzinfo=UTC)
    assert (work.service, work.promised_at) == ("standard", date(2026, 5, 7))
    assert (order.promised_at, order.ship_by) == (work.promised_at, work.ship_by)


def test_after_the_cut_off_and_over_the_weekend_it_is_later(rated):
    friday_evening = datetime(2026, 5, 8, 14, 0, tzinfo=UTC)

    order = place(rated, at=friday_evening)

    [work] = shop.works_of([order])
    assert work.work_on == date(2026, 5, 11)
    assert order.promised_at == date(2026, 5, 14)


def test_what_the_customer_chose_is_taken(rated):
    order = place(rated)
    Order.objects.update(service="express")

    [quote] = [q for q in quotes(order) if q.reason]

    assert (quote.offer.service, quote.arrives_on) == ("express", date(2026, 5, 6))


def quotes(order):
    [work] = shop.works_of([order])
    return quotes_of_work(work, MONDAY)


def test_f43_all_services_stand_side_by_side_with_the_chosen_one(rated):
    order = place(rated)

    rows = [
        (q.offer.service, str(q.offer.price), q.arrives_on.day, q.late, bool(q.reason))
        for q in quotes(order)
    ]

    assert rows == [
        ("standard", "5.0000", 7, False, True),
        ("express", "20.0000", 6, False, False),
    ]


def test_the_last_part_is_the_promise_of_the_order(world):
    make_service("standard", zones=FAR)
    shop.receive(world.nyc, {"POSTER": 1})
    order = place(world, [("SHIRT", 1), ("POSTER", 1)])
    works = shop.works_of([order])

    assert len(works) == 2 or works[0].location == world.nyc
    assert order.promised_at == max(work.promised_at for work in works)


def test_what_waits_is_promised_when_it_has_come(rated, drain_queue):
    order = place(rated, [("SHIRT", 1), ("POSTER", 1)])
    assert order.promised_at is None

    shop.receive(rated.ber, {"POSTER": 1})
    drain_queue()

    order.refresh_from_db()
    works = shop.works_of([order])
    assert len(works) == 2
    assert order.promised_at == max(work.promised_at for work in works)
    assert not Event.objects.filter(action="order.promise_changed").exists()


def test_a_parcel_that_will_be_late_moves_the_promise_and_tells_staff(rated):
    order = place(rated)
    promised = order.promised_at
    shop.advance([order], to="packed")
    late = datetime(2026, 5, 8, 8, 0, tzinfo=UTC)

    label = labels.request_labels(shop.parcels_of([order]), actor="t", at=late).one()

    order.refresh_from_db()
    assert "No service keeps the promise of 7 May 2026" in label.reason
    assert label.service == "express"
    assert order.promised_at == date(2026, 5, 11) > promised
    event = Event.objects.get(action="order.promise_changed")
    assert event.data == {"before": "2026-05-07", "after": "2026-05-11"}
    item = WorkItem.objects.get(kind="promise_late")
    assert "promised for 7 May 2026 and will arrive on 11 May 2026" in item.title

    parcels = shipping.ship_labelled(shop.parcels_of([order]), actor="t").done
    here = tracking.Report(parcels[0].pk, "delivered", late)
    tracking.record_tracking([here], actor="t").one()
    item.refresh_from_db()
    assert item.status == "resolved"


def test_a_parcel_that_is_in_time_leaves_the_promise_alone(rated):
    order = place(rated)
    shop.advance([order], to="packed")

    labels.request_labels(shop.parcels_of([order]), actor="t", at=MONDAY).one()

    order.refresh_from_db()
    assert order.promised_at == date(2026, 5, 7)
    assert not WorkItem.objects.exists()
