"""The packing slip: what is in the box, without prices. A4, as many pages as needed."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from fulfillment.documents.paper import FONT, Paper, fitting

MARGIN = 18
BOTTOM = 275  # mm; what would stand lower goes on the next page
COLUMNS = (20, 48, 106)  # mm: pieces, SKU, name
ROW = 7


class Line(NamedTuple):
    pieces: int
    sku: str
    name: str


class Slip(NamedTuple):
    order_number: str
    shipment_number: str
    placed_on: str
    sender: Sequence[str]
    receiver: Sequence[str]
    lines: Sequence[Line]
    slot: str = ""  # and its wave


def slip_pdf(slip: Slip) -> bytes:
    paper = Paper("A4", MARGIN, slip.shipment_number)
    paper.add_page()
    paper.write_line(", ".join(slip.sender), 8)
    paper.ln(8)
    for position, line in enumerate(slip.receiver):
        paper.write_line(line, 11, bold=position == 0)
    paper.ln(10)
    paper.write_line(_("Packing slip"), 20, bold=True)
    paper.ln(2)
    paper.write_line(
        _("Order %(order)s of %(day)s, shipment %(shipment)s")
        % {
            "order": slip.order_number,
            "day": slip.placed_on,
            "shipment": slip.shipment_number,
        },
        10,
    )
    if slip.slot:
        paper.write_line(slip.slot, 10)
    paper.code128(slip.shipment_number, 210 - MARGIN - 60, MARGIN, 60, 12)
    paper.ln(6)
    _headings(paper)
    for line in slip.lines:
        if paper.get_y() > BOTTOM:
            paper.add_page()
            _headings(paper)
        _row(paper, (str(line.pieces), line.sku, line.name))
    paper.ln(4)
    pieces = sum(line.pieces for line in slip.lines)
    paper.write_line(_("Pieces in this parcel: %(n)d") % {"n": pieces}, 10, bold=True)
    return bytes(paper.output())


def _headings(paper: Paper) -> None:
    _row(paper, (_("Pieces"), _("SKU"), _("Name")), bold=True)
    y = paper.get_y()
    paper.line(MARGIN, y, 210 - MARGIN, y)


def _row(paper: Paper, cells: Sequence[str], *, bold: bool = False) -> None:
    paper.set_font(FONT, "B" if bold else "", 10)
    for width, text in zip(COLUMNS, cells, strict=True):
        paper.cell(width, ROW, fitting(paper, text, width - 2))
    paper.ln(ROW)
