"""Times as people say them: today 16:40, yesterday 9:12, Sat 26 Sep."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _


def day_in_words(day: date, today: date | None = None) -> str:
    """With the year where it is not this one."""
    today = today or localdate()
    names = {
        today: _("today"),
        today - timedelta(days=1): _("yesterday"),
        today + timedelta(days=1): _("tomorrow"),
    }
    if day in names:
        return names[day]
    return date_format(
        day, "WEEKDAY_FORMAT" if day.year == today.year else "WEEKDAY_YEAR_FORMAT"
    )


def date_in_words(day: date) -> str:
    """For who reads it on another day."""
    return date_format(day, "WEEKDAY_YEAR_FORMAT")


def time_in_words(at: datetime, now: datetime | None = None) -> str:
    """In the time zone of the person who reads it."""
    there, today = localtime(at), localdate(now or timezone.now())
    return f"{day_in_words(there.date(), today)} {date_format(there, 'TIME_FORMAT')}"
