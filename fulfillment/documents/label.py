"""The label on the box: 100 × 150 mm, for a thermal printer as well."""

from typing import NamedTuple

from babel import Locale
from django.utils.translation import gettext as _

from fulfillment.carriers.base import Parcel
from fulfillment.documents.paper import FONT, Paper

SIZE = (100, 150)
MARGIN = 5
ENGLISH = Locale("en")


class Sticker(NamedTuple):
    """What the label says beside the parcel's own facts."""

    tracking_number: str
    carrier: str
    order_number: str


def label_pdf(parcel: Parcel, sticker: Sticker) -> bytes:
    paper = Paper(SIZE, MARGIN, sticker.tracking_number)
    paper.add_page()
    paper.write_line(_("From"), 7, bold=True)
    paper.write_line(", ".join(parcel.sender), 7)
    _rule(paper)
    paper.write_line(parcel.service.upper() or _("STANDARD"), 18, bold=True)
    paper.write_line(
        _("%(carrier)s, %(weight)s kg")
        % {"carrier": sticker.carrier, "weight": f"{parcel.weight_grams / 1000:.3f}"},
        9,
    )
    _rule(paper)
    paper.write_line(_("To"), 7, bold=True)
    paper.ln(1)
    for position, line in enumerate(parcel.receiver):
        paper.write_line(line, 13, bold=position == 0)
    paper.write_line(country_name(parcel.country).upper(), 13, bold=True)
    paper.set_y(94)
    _rule(paper)
    paper.code128(sticker.tracking_number, MARGIN, 98, SIZE[0] - 2 * MARGIN, 32)
    paper.set_y(132)
    paper.set_font(FONT, "B", 11)
    paper.cell(paper.epw, 5, sticker.tracking_number, align="C", new_y="NEXT")
    paper.set_x(MARGIN)
    paper.set_y(140)
    paper.write_line(
        _("Order %(order)s, shipment %(shipment)s")
        % {"order": sticker.order_number, "shipment": parcel.reference},
        9,
    )
    return bytes(paper.output())


def _rule(paper: Paper) -> None:
    y = paper.get_y() + 1.5
    paper.line(MARGIN, y, SIZE[0] - MARGIN, y)
    paper.set_y(y + 1.5)


def country_name(code: str) -> str:
    """In English, as the post of any country can read it."""
    return ENGLISH.territories.get(code.upper(), code)
