"""Parcels on their way: trouble and silence reach a person, and go away again."""

from datetime import UTC, datetime, timedelta

import pytest

from fulfillment import tasks
from fulfillment.models import Shipment
from fulfillment.services import notices, shipping, tracking
from oms.core.models import WorkItem
from tests import shop

pytestmark = pytest.mark.django_db
SENT = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def parcel(world):
    orders = shop.place_orders(world.channel)
    shop.advance(orders, to="packed")
    [parcel] = shop.parcels_of(orders)
    typed = {parcel.pk: shipping.Label("T1", "dhl")}
    return shipping.ship_shipments(typed, actor="test", at=SENT).one()


def hear(parcel, status, at, text=""):
    report = tracking.Report(parcel.pk, status, at, text)
    tracking.record_tracking([report], actor="test", at=at).one()


def watch(at):
    return notices.tell_of_silence(notices.silent_parcels(at), at=at).done


def open_kinds():
    items = WorkItem.objects.exclude(status="resolved").order_by("kind")
    return list(items.values_list("kind", flat=True))


def test_f47_four_silent_days_are_a_work_item_with_carrier_and_number(parcel):
    assert watch(SENT + 4 * DAY - HOUR) == []

    assert watch(SENT + 4 * DAY) == [parcel]

    [item] = WorkItem.objects.all()
    assert item.kind == "parcel_silent"
    assert item.title.startswith(
        f"{parcel} (DHL T1): nobody has heard of it for 4 days"
    )
    assert notices.silent_parcels(SENT + 5 * DAY) == []


def test_the_next_report_ends_the_silence(parcel):
    watch(SENT + 4 * DAY)

    hear(parcel, "in_transit", SENT + 4 * DAY + HOUR)

    assert open_kinds() == []
    parcel.refresh_from_db()
    assert parcel.last_event_at == SENT + 4 * DAY + HOUR
    assert watch(SENT + 8 * DAY) == []
    assert watch(SENT + 9 * DAY) == [parcel]


def test_how_many_days_is_a_setting(parcel, settings):
    settings.OMS_SILENT_DAYS = 10

    assert watch(SENT + 9 * DAY) == []


def test_a_parcel_that_arrived_is_not_silent(parcel):
    hear(parcel, "delivered", SENT + HOUR)

    assert watch(SENT + 9 * DAY) == []
    assert notices.tell_of_silence([parcel.pk, None], at=SENT + 9 * DAY).done == []


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        ("delivery_failed", "better address"),
        ("return_to_sender", "on its way back"),
        ("exception", "reports a problem"),
    ],
)
def test_f47_trouble_is_a_work_item_until_it_arrives(parcel, status, remedy):
    hear(parcel, status, SENT + HOUR)

    assert open_kinds() == [f"parcel_{status}"]
    assert remedy in WorkItem.objects.get().title

    hear(parcel, "delivered", SENT + 2 * HOUR)
    assert open_kinds() == []


def test_another_trouble_takes_the_place_of_the_first(parcel):
    hear(parcel, "delivery_failed", SENT + HOUR)
    hear(parcel, "delivery_failed", SENT + 2 * HOUR)
    assert open_kinds() == ["parcel_delivery_failed"]

    hear(parcel, "return_to_sender", SENT + 3 * HOUR)

    assert open_kinds() == ["parcel_return_to_sender"]


def test_old_news_of_trouble_changes_nothing(parcel):
    hear(parcel, "in_transit", SENT + 2 * HOUR)

    hear(parcel, "exception", SENT + HOUR)

    assert open_kinds() == []


def test_the_task_looks_for_silent_parcels(parcel):
    Shipment.objects.update(last_event_at=SENT - 400 * DAY)

    tasks.watch_parcels()

    assert open_kinds() == ["parcel_silent"]
