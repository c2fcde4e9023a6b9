"""The cells of the invoice file: checked, and read once where they repeat."""

import re
from datetime import datetime
from decimal import Decimal
from functools import cache
from sys import intern
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from channels.messages import MOST_PIECES
from channels.reading import MOST_MONEY

ZONE = ZoneInfo("Europe/London")
LONGEST_NAME = 200
LONGEST_CODE = 64


class InvoiceFileError(ValueError):
    """The file cannot be read; the text says where, what stands there, what to do."""


class Cells:
    """Reads checked values; the same text is read once (most of them repeat)."""

    def __init__(self):
        self.sku = _remembered(_sku, "stock_code", _("a code of 1 to 64 characters"))
        self.quantity = _remembered(
            _quantity, "quantity", _("a whole number such as 12 or -3")
        )
        self.price = _remembered(_price, "unit_price", _("an amount such as 2.55"))
        self.moment = _remembered(
            _moment, "invoice_date", _("a time such as 2009-12-01 07:45:00")
        )
        self.number = _remembered(
            _number, "invoice", _("a number such as 489434 or C489449")
        )
        self.name = cache(lambda text: intern(text.strip()[:LONGEST_NAME]))
        self.customer = cache(lambda text: re.sub(r"\.0$", "", text.strip()))


def _remembered(parse, column: str, expected: str):
    known = {}

    def read(row: int, text: str):
        if text in known:
            return known[text]
        value = parse(text.strip())
        if value is None:
            raise InvoiceFileError(
                _(
                    "Row %(row)d, column %(column)s: %(value)r; expected %(expected)s. "
                    "Correct the cell and read the file again."
                )
                % {"row": row, "column": column, "value": text, "expected": expected}
            )
        return known.setdefault(text, value)

    return read


def _sku(text: str) -> str | None:
    return intern(text.upper()) if 0 < len(text) <= LONGEST_CODE else None


def _number(text: str) -> str | None:
    return text if re.fullmatch(r"[A-Za-z0-9-]{1,64}", text) else None


def _quantity(text: str) -> int | None:
    whole = re.fullmatch(r"-?[0-9]{1,10}", text) and int(text)
    return whole if whole is not None and abs(whole) <= MOST_PIECES else None


def _price(text: str) -> Decimal | None:
    if not re.fullmatch(r"-?[0-9]{1,10}(\.[0-9]{1,4})?", text):
        return None
    amount = Decimal(text)
    return amount if abs(amount) <= MOST_MONEY else None


def _moment(text: str) -> datetime | None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?", text):
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZONE)
    except ValueError:
        return None
