"""Times as people say them."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from oms.core.when import date_in_words, day_in_words, time_in_words

TODAY = date(2026, 9, 25)
NOW = datetime(2026, 9, 25, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 9, 25), "today"),
        (date(2026, 9, 24), "yesterday"),
        (date(2026, 9, 26), "tomorrow"),
        (date(2026, 9, 28), "Mon 28 Sep"),
        (date(2025, 9, 25), "Thu 25 Sep 2025"),
    ],
)
def test_days_are_said_from_today(day, said):
    assert day_in_words(day, TODAY) == said


def test_who_reads_it_later_gets_the_date():
    assert date_in_words(TODAY) == "Fri 25 Sep 2026"


def test_a_time_is_said_where_its_reader_is():
    at = datetime(2026, 9, 25, 22, 5, tzinfo=UTC)

    with timezone.override("UTC"):
        assert time_in_words(at, NOW) == "today 22:05"
    with timezone.override("Europe/Berlin"):
        assert time_in_words(at, NOW) == "today 00:05"
        assert time_in_words(datetime(2026, 9, 25, 20, tzinfo=UTC), NOW) == (
            "yesterday 22:00"
        )
