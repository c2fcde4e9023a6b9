"""The days of a location: when it works on what it is given now. Pure."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
LOOK_AHEAD = 14  # days; who has no open day among them is closed
END_OF_DAY = time(23, 59)


class Calendar(Protocol):
    """What is read of a location, the model as well as plain facts."""

    time_zone: str
    cut_off: time | None
    handling_days: int
    closed_weekdays: Sequence[int]
    closed_on: Sequence[date]


def is_closed(place: Calendar, day: date) -> bool:
    return day.weekday() in place.closed_weekdays or day in place.closed_on


def work_day(place: Calendar, at: datetime) -> date | None:
    """The local day on which the place works on what it gets at this moment: today
    before the cut-off, else the next open day. None: it has no open day soon."""
    local = at.astimezone(ZoneInfo(place.time_zone))
    day = local.date()
    if place.cut_off is not None and local.time() >= place.cut_off:
        day += DAY
    if not place.closed_weekdays and not place.closed_on:
        return day
    last = day + LOOK_AHEAD * DAY
    while is_closed(place, day):
        day += DAY
        if day > last:
            return None
    return day


def add_working_days(day: date, n: int, closed: Callable[[date], bool]) -> date:
    """The day `n` days later, counting only those that are not closed. Where everything
    seems to be closed the days are plain days."""
    last = day + (n + LOOK_AHEAD) * 7 * DAY
    plain = day + n * DAY
    while n > 0:
        day += DAY
        if not closed(day):
            n -= 1
        elif day > last:
            return plain
    return day


def ready_day(place: Calendar, work_on: date) -> date:
    """The day on which what is worked on that day goes to the carrier."""
    if not place.handling_days:
        return work_on
    return add_working_days(
        work_on, place.handling_days, lambda day: is_closed(place, day)
    )


def ship_by(place: Calendar, work_on: date) -> datetime:
    """When the carrier has it at the latest: at the cut-off or the end of its day."""
    day = ready_day(place, work_on)
    zone = ZoneInfo(place.time_zone)
    return datetime.combine(day, place.cut_off or END_OF_DAY, zone)
