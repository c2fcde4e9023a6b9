"""The invoice file, by the parser that the replay uses: sales and free goods become
orders, everything else of it is named and left.

Rows of an invoice need not stand together, so what it is shows at the end of the file:
its lines are kept till then, in few bytes each.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels.connectors.invoice_cells import InvoiceFileError
from channels.connectors.invoice_file import COLUMNS, Invoice, InvoiceReader, Kind
from channels.files.purchases import NUMBER, Item, Purchase, lines_of, price_of
from oms.core.files.columns import Column
from oms.core.files.profiles import Line, Profile
from oms.core.files.sheet import Numeral

ORDERS = {Kind.SALE, Kind.FREE_GOODS}
LEFT = {
    Kind.CREDIT_NOTE: gettext_lazy("It is a credit note, no order: open a return."),
    Kind.STOCK_DOWN: gettext_lazy("It takes goods out of stock: adjust the stock."),
    Kind.STOCK_UP: gettext_lazy("It puts goods into stock: adjust the stock."),
    Kind.BAD_DEBT: gettext_lazy("It writes off a debt: no order, and no goods."),
}


class InvoiceLines(Profile):
    code = "invoices"
    label = gettext_lazy("Invoice lines")
    shape = "orders"
    columns = tuple(Column(name, is_required=True) for name in COLUMNS)

    def translate(
        self, lines: Iterator[Line], options: Mapping[str, str]
    ) -> Iterator[Line]:
        channel = options.get("channel", "")
        reader = InvoiceReader()
        rows: dict[str, array] = defaultdict(lambda: array("L"))
        broken: dict[str, int] = {}  # the invoices that miss a row, and which
        for line in lines:
            try:
                invoice = reader.take(line.number, _cells(line))
            except InvoiceFileError as error:
                number = line.cells["invoice"].strip()
                broken.setdefault(number, line.number)
                yield Line(line.number, {NUMBER: number}, str(error))
            else:
                rows[invoice.number].append(line.number)
        for number in list(rows):
            invoice, mine = reader.invoices.pop(number), rows.pop(number)
            yield from _lines(invoice, mine, broken.get(number, 0), channel)


def _cells(line: Line) -> list[str]:
    if line.error:
        raise InvoiceFileError(line.error)
    cells = [line.cells[name] for name in COLUMNS]
    if isinstance(line.cells["stock_code"], Numeral):
        text = _(
            "stock_code: “%(code)s” was read as a number by the spreadsheet; format "
            "the column as text and fill it in again"
        )
        raise InvoiceFileError(text % {"code": line.cells["stock_code"]})
    return cells


def _lines(invoice: Invoice, rows: array, broken: int, channel: str) -> Iterator[Line]:
    cells = {NUMBER: invoice.number}
    if broken:
        text = _("Its order cannot be read: see row %(row)d.") % {"row": broken}
        yield from (Line(row, cells, text) for row in rows)
    elif invoice.kind in ORDERS:
        yield from lines_of(_purchase(invoice, rows), channel)
    elif invoice.kind in LEFT:
        note = str(LEFT[invoice.kind])
        yield from (Line(row, cells, note=note) for row in rows)
    else:
        text = _("Invoice %(number)s sells and takes back at once: correct it.")
        error = text % {"number": invoice.number}
        yield from (Line(row, cells, error) for row in rows)


def _purchase(invoice: Invoice, rows: array) -> Purchase:
    said = invoice.to_order()
    items = []
    for row, line in zip(rows, invoice.lines, strict=True):
        price = price_of(line.amount, line.quantity, said.currency, line.unit_price)
        items.append(
            Item(row, line.sku, line.quantity, price.unit, line.name, price.discount)
        )
    return Purchase(
        said.external_id,
        said.placed_at.isoformat(),
        said.currency,
        items,
        customer_id=said.customer.external_id if said.customer else "",
        ship_to={"country": said.ship_to.country},
        total=said.total_amount,
        is_paid=True,
    )
