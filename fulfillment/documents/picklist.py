"""The pick list: the stops of a wave in the order of their bins, and a code for the
wave and for each slot. A4, as many pages as needed."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from fulfillment.documents.paper import FONT, Paper, fitting

MARGIN = 14
WIDTH = 210 - 2 * MARGIN
BOTTOM = 283  # mm; what would stand lower goes on the next page
COLUMNS = (26, 34, 72, 14, 36)  # mm: bin, SKU, name, pieces, slots
ROW, CODE_ROW = 7, 20
PER_ROW = 3  # codes of slots beside each other


class StopLine(NamedTuple):
    bin: str
    sku: str
    name: str
    pieces: int
    slots: str  # "A 2, C 1"


class SlotCode(NamedTuple):
    slot: str
    work: str
    order: str
    pieces: int


class PickList(NamedTuple):
    wave: str
    title: str
    place: str
    stops: Sequence[StopLine]
    slots: Sequence[SlotCode]


def pick_list_pdf(said: PickList) -> bytes:
    paper = Paper("A4", MARGIN, said.wave)
    paper.add_page()
    paper.write_line(said.title, 20, bold=True)
    paper.ln(2)
    paper.write_line(said.place, 10)
    paper.code128(said.wave, 210 - MARGIN - 60, MARGIN, 60, 16)
    paper.set_y(MARGIN + 22)
    _headings(paper)
    for stop in said.stops:
        if paper.get_y() + ROW > BOTTOM:
            paper.add_page()
            _headings(paper)
        cells = (stop.bin, stop.sku, stop.name, str(stop.pieces), stop.slots)
        _row(paper, cells)
    pieces = sum(stop.pieces for stop in said.stops)
    paper.ln(2)
    paper.write_line(_("Pieces in all: %(n)d") % {"n": pieces}, 10, bold=True)
    paper.ln(6)
    _codes(paper, said.slots)
    return bytes(paper.output())


def _headings(paper: Paper) -> None:
    names = (_("Bin"), _("SKU"), _("Name"), _("Pieces"), _("Slots"))
    _row(paper, names, bold=True)
    y = paper.get_y()
    paper.line(MARGIN, y, 210 - MARGIN, y)


def _row(paper: Paper, cells: Sequence[str], *, bold: bool = False) -> None:
    paper.set_font(FONT, "B" if bold else "", 9)
    for width, text in zip(COLUMNS, cells, strict=True):
        paper.cell(width, ROW, fitting(paper, text, width - 2))
    paper.ln(ROW)


def _codes(paper: Paper, slots: Sequence[SlotCode]) -> None:
    width = WIDTH / PER_ROW
    for place, slot in enumerate(slots):
        column = place % PER_ROW
        if column == 0 and place:
            paper.set_y(paper.get_y() + CODE_ROW)
        if column == 0 and paper.get_y() + CODE_ROW > BOTTOM:
            paper.add_page()
        x, y = MARGIN + column * width, paper.get_y()
        paper.set_font(FONT, "B", 18)
        paper.set_xy(x, y)
        paper.cell(14, 12, slot.slot)
        paper.code128(slot.work, x + 13, y + 1, width - 16, 9)
        paper.set_font(FONT, "", 7)
        paper.set_xy(x + 14, y + 10.5)
        text = _("%(work)s, order %(order)s, %(n)d pcs") % {
            "work": slot.work,
            "order": slot.order,
            "n": slot.pieces,
        }
        paper.cell(width - 16, 4, fitting(paper, text, width - 18))
        paper.set_y(y)
