"""Bad input to the door and to tracking: refused with a text, nothing changed, the good
parcels of the same set done."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from fulfillment.models import TrackingEvent
from fulfillment.services import shipping, tracking
from tests import shop
from tests.snapshot import reasons, tables

pytestmark = pytest.mark.django_db
MISSING = 999_999_999
BAD_KEYS = [MISSING, 2**70, -1, None, "1", "x", 1.0]
NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
BAD_LABELS = [
    ("", "dhl"),
    ("  ", "dhl"),
    ("T\x00", "dhl"),
    ("T1", "d\x00hl"),
    ("T\ud800", "dhl"),
    ("T" * 65, "dhl"),
    ("T1", "d" * 65),
    (1, "dhl"),
    ("T1", None),
    (b"T1", "dhl"),
    ("T1",),
    ("T1", "dhl", "x"),
    "T1",
    None,
    7,
]
BAD_REPORTS = [
    {"shipment_id": [1]},
    {"shipment_id": {}},
    *({"shipment_id": key} for key in BAD_KEYS),
    {"status": "lost"},
    {"status": ""},
    {"status": None},
    {"status": 1},
    {"status": ["delivered"]},
    {"status": "deliv\x00ered"},
    {"at": NOW.replace(tzinfo=None)},
    {"at": NOW.isoformat()},
    {"at": date(2026, 1, 2)},
    {"at": None},
    {"at": 1_767_322_800},
    {"at": datetime.min.replace(tzinfo=timezone(timedelta(hours=2)))},
    {"description": "a\x00b"},
    {"description": "a\ud800"},
    {"description": "x" * 201},
    {"description": None},
    {"description": 5},
    {"description": b"x"},
]


@pytest.fixture
def packed(world):
    orders = shop.place_orders(world.channel, 2)
    shop.advance(orders, to="packed")
    return shop.parcels_of(orders)


@pytest.fixture
def shipped(world):
    [order] = shop.place_orders(world.channel)
    shop.advance([order], to="shipped")
    return shop.parcels_of([order])[0]


def ship(labels):
    return shipping.ship_shipments(labels, actor="t")


def track(*reports):
    return tracking.record_tracking(reports, actor="t")


def on_another(parcel, number):
    return (
        f"{parcel}: tracking number {number} is on another parcel already. Scan the "
        "label of this one."
    )


@pytest.mark.parametrize("key", BAD_KEYS)
def test_unknown_parcels_are_refused(packed, key):
    before = tables()

    out = ship({key: shipping.Label("T1", "dhl")})

    assert reasons(out) == [
        f"The shipment with key {key} does not exist; check the key"
    ]
    assert (list(out.refused), out.done) == ([key], [])
    assert tables() == before


@pytest.mark.parametrize("label", BAD_LABELS, ids=ascii)
def test_bad_labels_are_refused_and_nothing_changes(packed, label):
    before = tables()

    out = ship({packed[0].pk: label})

    assert (list(out.refused), out.done) == ([packed[0].pk], [])
    assert reasons(out)[0].startswith(f"{packed[0]}: ")
    assert tables() == before


@pytest.mark.parametrize("label", BAD_LABELS, ids=ascii)
def test_the_good_parcel_of_a_set_with_a_bad_one_leaves(packed, label):
    bad, good = packed

    out = ship({bad.pk: label, good.pk: shipping.Label("T2")})

    assert list(out.refused) == [bad.pk]
    assert [parcel.pk for parcel in out.done] == [good.pk]


def test_one_tracking_number_for_two_parcels_of_a_set_goes_to_the_first(packed):
    first, second = packed

    out = ship({first.pk: ("T1", "dhl"), second.pk: (" T1", "dhl ")})

    assert [parcel.pk for parcel in out.done] == [first.pk]
    assert out.refused == {second.pk: [on_another(second, "T1")]}


def test_a_tracking_number_of_an_earlier_set_is_refused(packed):
    first, second = packed
    ship({first.pk: ("T1", "dhl")}).one()
    before = tables()

    plain, spaced = (ship({second.pk: (number, "dhl")}) for number in ("T1", " T1 "))

    assert plain.refused == {second.pk: [on_another(second, "T1")]}
    assert spaced.refused == plain.refused
    assert tables() == before


def test_a_parcel_that_may_not_leave_does_not_keep_its_number_from_another(packed):
    first, second = packed
    ship({first.pk: ("T1", "dhl")}).one()

    out = ship({first.pk: ("T2", "dhl"), second.pk: ("T2", "dhl")})

    assert [parcel.pk for parcel in out.done] == [second.pk]
    assert list(out.refused) == [first.pk]


def test_the_same_number_of_another_carrier_is_another_label(packed):
    first, second = packed

    out = ship({first.pk: ("T1", "dhl"), second.pk: ("T1", "ups")})

    assert (len(out.done), out.refused) == (2, {})


def test_shipping_twice_is_refused(packed):
    ship({packed[0].pk: ("T1", "dhl")}).one()
    before = tables()

    same, other = (ship({packed[0].pk: (number, "dhl")}) for number in ("T1", "T9"))

    assert reasons(same) == reasons(other)
    assert reasons(same) == [
        f"{packed[0]}: cannot ship: it is shipped; only draft can go on."
    ]
    assert tables() == before


def test_a_voided_parcel_does_not_leave(packed):
    from orders.services import cancellation

    order = packed[0].order
    cancellation.cancel_orders([order], reason="no", actor="t", force=True).one()
    before = tables()

    out = ship({packed[0].pk: ("T1", "dhl")})

    assert list(out.refused) == [packed[0].pk]
    assert tables() == before


@pytest.mark.parametrize("fields", BAD_REPORTS, ids=ascii)
def test_bad_reports_are_refused_and_the_good_ones_kept(shipped, fields):
    good = tracking.Report(shipped.pk, "in_transit", NOW)
    before = tables()

    alone = track(good._replace(**fields))
    unchanged = tables() == before
    out = track(good._replace(**fields), good)

    assert unchanged
    assert (list(alone.refused), alone.done) == ([0], [])
    assert len(reasons(alone)[0]) > 20
    assert list(out.refused) == [0]
    assert [parcel.tracking_status for parcel in out.done] == ["in_transit"]


def test_a_parcel_that_has_not_left_is_not_tracked(packed):
    before = tables()

    out = track(tracking.Report(packed[0].pk, "delivered", NOW))

    assert reasons(out) == [f"{packed[0]}: it is draft; ship it before it is tracked."]
    assert tables() == before


def test_a_report_that_comes_twice_is_kept_once(shipped):
    report = tracking.Report(shipped.pk, "delivered", NOW)
    track(report, report).one()
    before = tables()

    out = track(report)

    assert (len(out.done), out.refused) == (1, {})
    assert TrackingEvent.objects.count() == 1
    assert tables()["Shipment"] == before["Shipment"]
    assert tables()["OrderLine"] == before["OrderLine"]
