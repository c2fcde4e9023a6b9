"""Which sales a credit note takes back: pure, the same on every run.

A line of goods takes back earlier sales of its code to its customer: those at its own
price first, then the others, each time the oldest first, as long as pieces of them are
left. Services are money only.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from channels.connectors.invoice_file import CURRENCY, Invoice, Kind, Line
from channels.connectors.invoice_terms import is_service
from returns.proration import share

Pieces = dict[int, int]  # by position of the sale


class Why(StrEnum):
    """Why pieces take back no sale."""

    MONEY_ONLY = "money_only"
    NO_CUSTOMER = "no_customer"
    NO_SALE = "no_sale"


class Taken(NamedTuple):
    """Pieces of one line that were sold at a position of a sale. What they are worth is
    the note's word; both are above 0, or 0 for what cost nothing."""

    sale: str
    position: int
    pieces: int
    value: Decimal


@dataclass(slots=True)
class CreditLine:
    """A line with the sales that it takes back. `rest` pieces find none, and `why`."""

    line: Line
    why: Why = Why.NO_SALE
    taken: list[Taken] = field(default_factory=list)
    rest: int = 0
    rest_value: Decimal = Decimal(0)


@dataclass
class CreditNote:
    invoice: Invoice
    lines: list[CreditLine]

    @cached_property
    def parts(self) -> dict[str, Pieces]:
        """{sale: the pieces of it that come back}: a return each."""
        parts: dict[str, Pieces] = defaultdict(lambda: defaultdict(int))
        for line in self.lines:
            for taken in line.taken:
                parts[taken.sale][taken.position] += taken.pieces
        return {sale: dict(pieces) for sale, pieces in parts.items()}

    @cached_property
    def values(self) -> dict[str, Decimal]:
        """{sale: what the note gives back of it}."""
        values: dict[str, Decimal] = defaultdict(Decimal)
        for line in self.lines:
            for taken in line.taken:
                values[taken.sale] += taken.value
        return dict(values)


@dataclass(slots=True)
class _Sold:
    """Pieces of one position of a sale that have not come back."""

    sale: str
    position: int
    price: Decimal
    left: int


def read_notes(invoices: Iterable[Invoice]) -> list[CreditNote]:
    """All credit notes; the invoices come in the order of time."""
    invoices = list(invoices)
    credited = {
        (invoice.customer_id, line.sku)
        for invoice in invoices
        if invoice.kind == Kind.CREDIT_NOTE
        for line in invoice.lines
    }
    sold: dict[tuple[str, str], list[_Sold]] = {key: [] for key in credited}
    notes = []
    for invoice in invoices:
        if invoice.kind == Kind.CREDIT_NOTE:
            lines = [_read(line, invoice.customer_id, sold) for line in invoice.lines]
            notes.append(CreditNote(invoice, lines))
        elif invoice.kind in (Kind.SALE, Kind.FREE_GOODS) and invoice.customer_id:
            for position, line in enumerate(invoice.lines, start=1):
                if (key := (invoice.customer_id, line.sku)) in credited:
                    sold[key].append(
                        _Sold(invoice.number, position, line.unit_price, line.quantity)
                    )
    return notes


def _read(line: Line, customer: str, sold: dict) -> CreditLine:
    credit = CreditLine(line, rest=-line.quantity, rest_value=-line.amount)
    if is_service(line.sku) or line.quantity >= 0 or line.unit_price < 0:
        credit.why = Why.MONEY_ONLY
    elif not customer:
        credit.why = Why.NO_CUSTOMER
    else:
        _take(credit, sold[customer, line.sku])
    return credit


def _take(credit: CreditLine, sales: list[_Sold]) -> None:
    price, all_of_it = credit.line.unit_price, credit.rest
    worth = credit.rest_value
    for sold in sorted(sales, key=lambda each: each.price != price):
        pieces = min(credit.rest, sold.left)
        if not pieces:
            continue
        before = all_of_it - credit.rest
        value = share(worth, all_of_it, before, pieces, CURRENCY)
        sold.left -= pieces
        credit.rest -= pieces
        credit.rest_value -= value
        credit.taken.append(Taken(sold.sale, sold.position, pieces, value))
