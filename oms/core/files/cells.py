"""Values into cells, as `values` reads them again: what a file says of a thing that
has not changed is no change.

A kind of cell is a widget of a resource's field. `spreadsheet` says whether a workbook
keeps it as a number or a text: ids are texts, so that their zeros stay.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.timezone import get_default_timezone
from import_export.widgets import Widget

# What spreadsheets may take for the beginning of a formula, in letters of full width
# too; the space that some take away before they look; and the apostrophe itself, which
# says "text" to them and is taken away where files are read.
RISKY = frozenset("=+-@\t\r\n\0＝＋－＠'" + " \v\f\x85\xa0\u2028\u2029\u3000\ufeff")


def safe(text: str) -> str:
    """So that no spreadsheet runs it."""
    return f"'{text}" if text and text[0] in RISKY else text


class Cell(Widget):
    """`write`: a value that is not None into a cell, None if it is one already."""

    is_number = False
    write: Callable[[Any], Any] | None = None

    def render(self, value, obj=None, **kwargs):
        if value is None:
            return ""
        return value if self.write is None else self.write(value)


class Text(Cell):
    """What people and channels have written."""

    write = staticmethod(safe)


class Word(Cell):
    """One of our own words, such as a status."""


class Number(Cell):
    is_number = True


class Amount(Cell):
    """Two decimals, and more only where there are more."""

    is_number = True

    @staticmethod
    def write(value: Decimal) -> str:
        text = str(value)
        return text[:-2] if text.endswith("00") and text[-5:-4] == "." else text


class Flag(Cell):
    @staticmethod
    def write(value: bool) -> str:
        return "yes" if value else "no"


class Moment(Cell):
    """In the shop's zone, which it names."""

    @staticmethod
    def write(value: datetime) -> str:
        local = value.astimezone(get_default_timezone())
        return local.isoformat(sep=" ", timespec="seconds")


class Day(Cell):
    write = staticmethod(str)


class Clock(Day):
    """ "14:30:00"."""


class Words(Cell):
    """Several of them."""

    @staticmethod
    def write(value: list) -> str:
        return safe(", ".join(map(str, value)))
