"""The days of a location, without a database."""

from datetime import UTC, date, datetime, time
from types import SimpleNamespace

import pytest

from fulfillment.routing import calendar

WEDNESDAY = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)


def place(**fields):
    plain = {"time_zone": "Europe/Berlin", "cut_off": None, "handling_days": 0}
    return SimpleNamespace(**plain | {"closed_weekdays": [], "closed_on": []} | fields)


@pytest.mark.parametrize(
    ("fields", "day"),
    [
        ({}, 18),
        ({"cut_off": time(14)}, 18),  # it is 13:30 in Berlin
        ({"cut_off": time(13, 30)}, 19),
        ({"time_zone": "Asia/Tokyo", "cut_off": time(21)}, 19),  # 21:30
        ({"time_zone": "Pacific/Auckland"}, 19),  # 01:30 of the next day
        ({"closed_weekdays": [2, 3]}, 20),
        ({"closed_on": [date(2026, 11, 18)], "closed_weekdays": [3, 4, 5, 6]}, 23),
    ],
)
def test_work_is_done_on_the_next_open_day(fields, day):
    assert calendar.work_day(place(**fields), WEDNESDAY) == date(2026, 11, day)


def test_who_never_opens_has_no_day():
    assert calendar.work_day(place(closed_weekdays=range(7)), WEDNESDAY) is None


def test_working_days_leave_out_the_closed_ones():
    weekend = place(closed_weekdays=[5, 6])

    def closed(day):
        return calendar.is_closed(weekend, day)

    friday = date(2026, 11, 20)
    assert calendar.add_working_days(friday, 0, closed) == friday
    assert calendar.add_working_days(friday, 2, closed) == date(2026, 11, 24)
    assert calendar.add_working_days(friday, 3, lambda _day: True) == date(2026, 11, 23)


def test_a_parcel_leaves_by_the_cut_off_or_the_end_of_the_day():
    friday = date(2026, 11, 20)
    late = place(cut_off=time(14), handling_days=1, closed_weekdays=[5, 6])

    assert calendar.ship_by(late, friday) == datetime(2026, 11, 23, 13, tzinfo=UTC)
    assert calendar.ship_by(place(), friday) == datetime(
        2026, 11, 20, 22, 59, tzinfo=UTC
    )
