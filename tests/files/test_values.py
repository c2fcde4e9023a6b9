"""Cells into values: what is not sure is refused."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from oms.core.files import values
from oms.core.files.sheet import Moment, Numeral
from oms.core.files.values import Moments, Numbers, WrongValueError

BERLIN = ZoneInfo("Europe/Berlin")


def refusal(read, *args, **kwargs) -> str:
    with pytest.raises(WrongValueError) as caught:
        read(*args, **kwargs)
    return str(caught.value)


@pytest.mark.parametrize(
    ("cell", "number"), [("5", 5), (" 12 ", 12), ("5.0", 5), ("5,0", 5), ("+3", 3)]
)
def test_whole_numbers(cell, number):
    assert Numbers().quantity(cell) == number


@pytest.mark.parametrize(
    "cell",
    [
        *("1.5", "1e3", "1_000", "١٢", "NaN", "Infinity", "0x10", "many", "", "--1"),
        *("1,000", "1.000,00", "1 000", "1'000", "=1+1", "12-"),
    ],
)
def test_what_may_be_another_number_is_refused(cell):
    assert cell in refusal(Numbers().quantity, cell)


def test_numbers_have_a_least_and_a_largest():
    assert "at least 0, found “-4”" in refusal(Numbers().quantity, "-4")
    assert Numbers().quantity("-4", least=-10) == -4
    assert "at most 2147483647" in refusal(Numbers().quantity, "99999999999")


def test_a_file_has_one_decimal_sign():
    numbers = Numbers()

    assert numbers.amount("12,50", "EUR") == Decimal("12.50")

    assert "decimal sign ,," in refusal(numbers.amount, "12.50", "EUR")
    assert "12,50" in refusal(numbers.amount, "many", "EUR")
    assert numbers.amount(Numeral("12.5"), "EUR") == Decimal("12.5")


@pytest.mark.parametrize(
    ("cell", "currency", "words"),
    [
        ("1.005", "USD", "two ways"),
        ("10.0050", "USD", "at most 2 decimals for USD"),
        (Numeral("0.005"), "USD", "at most 2 decimals for USD"),
        ("10.5", "JPY", "at most 0 decimals for JPY"),
        ("-1", "EUR", "at least 0"),
        ("1", "EURO", "expected a currency such as EUR, found “EURO”"),
        ("1234567890123", "EUR", "below 1 000 000 000 000"),
    ],
)
def test_amounts_that_cannot_be(cell, currency, words):
    assert words in refusal(Numbers().amount, cell, currency)


@pytest.mark.parametrize(
    ("cell", "code"), [(" MUG ", "MUG"), ("'00123", "00123"), ("\xa0MUG\xa0", "MUG")]
)
def test_codes_are_taken_without_what_stands_around(cell, code):
    assert values.code_of(cell) == code


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("M\u200dUG", "“M⟨U+200D⟩UG” has hidden characters"),
        ("M\xa0UG", "“M⟨U+00A0⟩UG” has hidden"),
        ("1E5", "“1E5” was read as a number"),
        ("1.23E+12", "format the column as text"),
        (Numeral("123"), "“123” was read as a number"),
        (Moment("2026-03-02"), "number or date"),
        ("x" * 65, "at most 64 characters, found 65"),
    ],
)
def test_codes_that_a_spreadsheet_has_damaged(cell, words):
    assert words in refusal(values.code_of, cell)


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026-02-28", datetime(2026, 2, 28, tzinfo=BERLIN)),
        ("2025-10-07 09:50:26 +0200", datetime(2025, 10, 7, 7, 50, 26, tzinfo=UTC)),
        ("2025-10-07T07:50:26.123Z", datetime(2025, 10, 7, 7, 50, 26, tzinfo=UTC)),
        ("31/12/2025 14:05", datetime(2025, 12, 31, 14, 5, tzinfo=BERLIN)),
        ("12/31/25 2:05 pm", datetime(2025, 12, 31, 14, 5, tzinfo=BERLIN)),
        ("05.05.2026", datetime(2026, 5, 5, tzinfo=BERLIN)),
        (Numeral("46081.5"), datetime(2026, 2, 28, 12, tzinfo=BERLIN)),
        (Moment("2026-02-28 12:00:00"), datetime(2026, 2, 28, 12, tzinfo=BERLIN)),
    ],
)
def test_dates(cell, moment):
    assert Moments(BERLIN).moment(cell) == moment


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("31/02/2026", "a day that there is"),
        ("2026-13-01", "a day that there is"),
        ("02/03/26", "can be two days"),
        ("1/1/1", "expected a date"),
        ("yesterday", "expected a date such as 2026-02-28"),
        ("2026-02-28 25:00", "a day that there is"),
        (Numeral("7"), "expected a date"),
        ("46081", "expected a date"),
    ],
)
def test_dates_that_cannot_be(cell, words):
    assert words in refusal(Moments(BERLIN).moment, cell)


def test_day_or_month_first_is_said_once_for_a_file():
    dmy, mdy = Moments(UTC, "dmy"), Moments(UTC, "mdy")

    assert dmy.moment("02/03/26") == datetime(2026, 3, 2, tzinfo=UTC)
    assert mdy.moment("02/03/26") == datetime(2026, 2, 3, tzinfo=UTC)
    assert "in one order" in refusal(dmy.moment, "02/13/26")
