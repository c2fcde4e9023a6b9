"""Cells into values. What is not sure is refused, with what was expected and found."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Literal

from babel.numbers import get_currency_precision
from django.utils.translation import gettext as _

from oms.core import money
from oms.core.files.sheet import Moment, Numeral

LARGEST = 2_147_483_647  # of a quantity
MOST_DIGITS = 12  # of an amount, before the decimal sign
SPREADSHEET_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
SERIALS = range(20_000, 80_000)  # 1954 to 2119, as a spreadsheet counts days
SCIENTIFIC = re.compile(r"[+-]?\d+([.,]\d+)?E[+-]?\d+", re.IGNORECASE)
NUMBER = re.compile(r"([+-]?)(\d+)(?:([.,])(\d+))?")
DATE = re.compile(
    r"(\d{1,4})([-/.])(\d{1,2})\2(\d{2,4})"
    r"(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?: ?([AaPp][Mm]))?"
    r"(?: ?(Z|UTC|[+-]\d{2}:?\d{2}))?)?"
)


class WrongValueError(ValueError):
    """What was expected and found, without the place: that is the reader's."""


def shown(text: str) -> str:
    """A cell in a message: in quotes, not too long, with what is hidden in it."""
    letters = [
        letter if _is_visible(letter) else f"⟨U+{ord(letter):04X}⟩"
        for letter in text[:60]
    ]
    return "“" + "".join(letters) + ("…" if len(text) > 60 else "") + "”"


def _is_visible(letter: str) -> bool:
    return letter == " " or unicodedata.category(letter) not in {
        *("Cc", "Cf", "Cs", "Co", "Cn"),
        *("Zl", "Zp", "Zs"),
    }


def text_of(cell: str, most: int) -> str:
    """A text without spaces around it, nor the apostrophe by which spreadsheets mark a
    text."""
    text = cell.strip().removeprefix("'").strip()
    if len(text) > most:
        raise WrongValueError(
            _("expected at most %(most)d characters, found %(n)d")
            % {"most": most, "n": len(text)}
        )
    return text


def code_of(cell: str, most: int = 64) -> str:
    """A SKU, a number of an order or its like: text that people compare letter by
    letter."""
    text = text_of(cell, most)
    if isinstance(cell, Numeral | Moment) or SCIENTIFIC.fullmatch(text):
        raise WrongValueError(
            _(
                "%(found)s was read as a number or date by the spreadsheet; format the "
                "column as text and fill it in again"
            )
            % {"found": shown(text)}
        )
    if not text.isprintable():
        text = _("%(found)s has hidden characters; type it in again") % {
            "found": shown(text)
        }
        raise WrongValueError(text)
    return text


class Numbers:
    """The numbers of one file: they have one decimal sign, which the first number shows
    that has one."""

    def __init__(self, sign: Literal["", ".", ","] = ""):
        self.sign = sign

    def quantity(self, cell: str, *, least: int = 0) -> int:
        is_plain = len(cell) < 10 and cell.isascii() and cell.isdigit()
        if is_plain and (count := int(cell)) >= least:
            return count
        number = self.number(cell)
        if number != number.to_integral_value():
            raise _expected(_("a whole number"), cell)
        if number < least:
            raise _expected(
                _("a number of at least %(least)d") % {"least": least}, cell
            )
        if number > LARGEST:
            raise _expected(_("at most %(most)d") % {"most": LARGEST}, cell)
        return int(number)

    def amount(self, cell: str, currency: str, *, least: int | None = 0) -> Decimal:
        """An amount of money with no more digits than its currency has."""
        if not money.is_currency(currency):
            text = _("expected a currency such as EUR, found %(found)s")
            raise WrongValueError(text % {"found": shown(currency)})
        number = self.number(cell)
        digits = get_currency_precision(currency)
        if number != round(number, digits):
            text = _(
                "expected at most %(digits)d decimals for %(currency)s, found %(found)s"
            )
            raise WrongValueError(
                text % {"digits": digits, "currency": currency, "found": shown(cell)}
            )
        if abs(number) >= 10**MOST_DIGITS:
            raise _expected(_("an amount below 1 000 000 000 000"), cell)
        if least is not None and number < least:
            raise _expected(
                _("an amount of at least %(least)d") % {"least": least}, cell
            )
        return number

    def number(self, cell: str) -> Decimal:
        """With as many decimals as it has."""
        text = cell.strip()
        found = NUMBER.fullmatch(text) if text.isascii() else None
        if not found:
            expected = _(
                "a number such as 1234 or 12%(sign)s50, without thousand signs"
            )
            raise _expected(expected % {"sign": self.sign or "."}, cell)
        minus, whole, sign, decimals = found.groups()
        if sign and not isinstance(cell, Numeral):
            self._learn(sign, whole, decimals, cell)
        return Decimal(f"{minus}{whole}.{decimals or 0}")

    def _learn(self, sign: str, whole: str, decimals: str, cell: str) -> None:
        """1,234 is one thousand to some and one to others."""
        if len(decimals) == 3 and len(whole) <= 3 and whole != "0":
            text = _(
                "%(found)s can be read in two ways; write numbers without thousand "
                "signs"
            )
            raise WrongValueError(text % {"found": shown(cell)})
        if self.sign and sign != self.sign:
            what = _("the decimal sign %(sign)s, as before in this file")
            raise _expected(what % {"sign": self.sign}, cell)
        self.sign = sign


def _expected(what: str, cell: str) -> WrongValueError:
    return WrongValueError(
        _("expected %(what)s, found %(found)s") % {"what": what, "found": shown(cell)}
    )


class Moments:
    """The dates of one file. `order` says what comes first in 03/04/26 ("dmy" or
    "mdy"), "" until somebody says so. Times without a zone are of `zone`."""

    def __init__(self, zone: tzinfo, order: Literal["", "dmy", "mdy"] = ""):
        self.zone, self.order = zone, order

    def moment(self, cell: str) -> datetime:
        text = cell.strip()
        if isinstance(cell, Numeral) and text.replace(".", "", 1).isdigit():
            return self._serial(cell)
        found = DATE.fullmatch(text)
        if not found:
            raise _expected(_("a date such as 2026-02-28 or 2026-02-28 14:30"), cell)
        first, _sign, middle, last, *clock = found.groups()
        try:
            day = self._day(first, middle, last, cell)
            return datetime.combine(
                day, _time(*clock[:4]), _zone(clock[4]) or self.zone
            )
        except WrongValueError:
            raise
        except ValueError:
            raise _expected(_("a day that there is"), cell) from None

    def _serial(self, cell: str) -> datetime:
        days = float(cell)
        if int(days) not in SERIALS:
            raise _expected(_("a date such as 2026-02-28"), cell)
        seconds = round((days % 1) * 86_400)
        moment = SPREADSHEET_EPOCH + timedelta(days=int(days), seconds=seconds)
        return moment.replace(tzinfo=self.zone)

    def _day(self, first: str, middle: str, last: str, cell: str) -> date:
        if len(first) == 4:
            return date(int(first), int(middle), int(last))
        one, two, year = int(first), int(middle), int(last)
        if len(last) == 2:
            year += 2000
        if one > 12 or two > 12:
            order = "dmy" if one > 12 else "mdy"
            if self.order and order != self.order:
                raise _expected(_("day and month in one order"), cell)
        elif not self.order and one != two:
            text = _(
                "%(found)s can be two days; say whether day or month comes first in "
                "this file"
            )
            raise WrongValueError(text % {"found": shown(cell)})
        else:
            order = self.order
        return date(year, two, one) if order == "dmy" else date(year, one, two)


def _time(hour: str | None, minute: str | None, second: str | None, half) -> time:
    if hour is None:
        return time()
    number = int(hour)
    if half:
        if not 1 <= number <= 12:
            raise ValueError(hour)
        number = number % 12 + (12 if half.lower() == "pm" else 0)
    return time(number, int(minute or 0), int(second or 0))


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text in ("Z", "UTC"):
        return UTC
    return datetime.strptime(text.replace(":", ""), "%z").tzinfo
