"""The invoice file: a CSV with one row per invoice line, as it is or gzipped.

Knows the file's shape and habits and no database. Rows of one invoice need not stand
together, so invoices are whole only at the end of the file; rows are read one by one.
"""

import csv
import gzip
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

from channels.connectors.invoice_cells import Cells, InvoiceFileError
from channels.connectors.invoice_terms import country_code
from channels.messages import (
    IncomingAddress,
    IncomingCustomer,
    IncomingLine,
    IncomingOrder,
)

CURRENCY = "GBP"
CENT = Decimal("0.01")
COLUMNS = (
    "invoice",
    "stock_code",
    "description",
    "quantity",
    "invoice_date",
    "unit_price",
    "customer_id",
    "country",
)
GZIP_START = b"\x1f\x8b"
LONGEST_NUMBER = 18  # digits that a ledger's reference holds
MOST_LINES = 32_767  # positions of an order


class Kind(StrEnum):
    SALE = "sale"
    FREE_GOODS = "free_goods"
    CREDIT_NOTE = "credit_note"
    STOCK_DOWN = "stock_down"
    STOCK_UP = "stock_up"
    BAD_DEBT = "bad_debt"
    UNCLEAR = "unclear"


class Line(NamedTuple):
    """One row. Repeated codes and exact duplicates are lines of their own."""

    sku: str
    name: str
    quantity: int
    unit_price: Decimal

    @property
    def amount(self) -> Decimal:
        """Rounded per line, as the shop charged it."""
        return (self.quantity * self.unit_price).quantize(CENT, ROUND_HALF_UP)


@dataclass
class Invoice:
    """All rows of one number. The first row gives time, customer and country."""

    number: str
    at: datetime
    customer_id: str
    country: str  # as the file names it
    lines: list[Line] = field(default_factory=list)

    @cached_property
    def kind(self) -> Kind:
        """Asked when the invoice is whole."""
        if self.number.startswith("C"):
            return Kind.CREDIT_NOTE
        if self.number.startswith("A"):
            return Kind.BAD_DEBT
        if not self.number.isdecimal() or len(self.number) > LONGEST_NUMBER:
            return Kind.UNCLEAR
        if any(line.quantity > 0 and line.unit_price > 0 for line in self.lines):
            return Kind.SALE if _is_sale(self.lines) else Kind.UNCLEAR
        if any(line.unit_price or not line.quantity for line in self.lines):
            return Kind.UNCLEAR
        if all(line.quantity < 0 for line in self.lines):
            return Kind.STOCK_DOWN
        if not self.customer_id:
            return Kind.STOCK_UP
        return Kind.FREE_GOODS if _is_sale(self.lines) else Kind.UNCLEAR

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def value(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))

    def to_order(self) -> IncomingOrder:
        """A sale or free goods in the inbox's words."""
        return IncomingOrder(
            external_id=self.number,
            placed_at=self.at,
            currency=CURRENCY,
            lines=tuple(
                IncomingLine(line.sku, line.quantity, line.unit_price, name=line.name)
                for line in self.lines
            ),
            customer=IncomingCustomer(self.customer_id) if self.customer_id else None,
            ship_to=IncomingAddress(country=country_code(self.country)),
            total_amount=self.value,
        )


def _is_sale(lines: list[Line]) -> bool:
    """Goods go out at a price or at none: what comes back is a credit note."""
    return len(lines) <= MOST_LINES and all(
        line.quantity > 0 and line.unit_price >= 0 for line in lines
    )


class InvoiceReader:
    """Makes invoices of rows, which come one by one and in any order."""

    def __init__(self):
        self.invoices: dict[str, Invoice] = {}
        self._read = Cells()

    def take(self, row: int, cells: Sequence[str]) -> Invoice:
        """The invoice that the row belongs to, with its line. `cells` are in the order
        of COLUMNS. Raises InvoiceFileError that names row, column, value and remedy."""
        read = self._read
        raw, code, name, quantity, at, price, customer, country = cells
        number, moment = read.number(row, raw), read.moment(row, at)
        line = Line(
            read.sku(row, code),
            read.name(name),
            read.quantity(row, quantity),
            read.price(row, price),
        )
        invoice = self.invoices.get(number)
        if invoice is None:
            invoice = self.invoices[number] = Invoice(
                number=number,
                at=moment,
                customer_id=read.customer(customer),
                country=country.strip(),
            )
        invoice.lines.append(line)
        return invoice


def read_invoices(path: str | Path) -> list[Invoice]:
    """All invoices of the file, the oldest first, at one time as the file has them.

    Raises InvoiceFileError that names row, column, value and remedy.
    """
    reader = InvoiceReader()
    for row, cells in _rows(Path(path)):
        reader.take(row, cells)
    if not reader.invoices:
        raise InvoiceFileError(
            _("%(file)s holds no invoices; give the file with its rows.")
            % {"file": Path(path).name}
        )
    return sorted(reader.invoices.values(), key=lambda invoice: invoice.at)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(line of the file, the eight cells in the order of COLUMNS)."""
    try:
        with _open(path) as stream:
            reader = csv.reader(stream, strict=True)
            order = _header(next(reader, []), path.name)
            width = max(order) + 1
            for cells in reader:
                if not cells:
                    continue
                if len(cells) < width:
                    raise InvoiceFileError(
                        _(
                            "Row %(row)d has %(count)d cells, %(width)d are needed; "
                            "is it cut off?"
                        )
                        % {"row": reader.line_num, "count": len(cells), "width": width}
                    )
                yield reader.line_num, [cells[i] for i in order]
    except OSError as error:
        raise InvoiceFileError(
            _("%(file)s cannot be read (%(error)s); check the path and the file.")
            % {"file": path.name, "error": error.strerror or error}
        ) from error
    except (EOFError, zlib.error, csv.Error, UnicodeDecodeError) as error:
        raise InvoiceFileError(
            _("%(file)s is damaged or no CSV in UTF-8 (%(error)s); fetch it again.")
            % {"file": path.name, "error": error}
        ) from error


def _open(path: Path):
    with path.open("rb") as stream:
        zipped = stream.read(2) == GZIP_START
    if path.suffix == ".gz" and not zipped:
        raise InvoiceFileError(
            _("%(file)s is not gzip though its name says so; fetch it again or rename.")
            % {"file": path.name}
        )
    opener = gzip.open if zipped else open
    return opener(path, "rt", encoding="utf-8-sig", newline="")


def _header(names: list[str], file: str) -> list[int]:
    found = [name.strip().lower() for name in names]
    lacking = [name for name in COLUMNS if name not in found]
    if lacking:
        raise InvoiceFileError(
            _(
                "%(file)s, row 1: the columns %(lacking)s are missing; the first row "
                "must name: %(all)s."
            )
            % {"file": file, "lacking": ", ".join(lacking), "all": ", ".join(COLUMNS)}
        )
    return [found.index(name) for name in COLUMNS]
