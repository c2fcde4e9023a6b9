"""What all documents share: the fonts, text that fits, barcodes as lines."""

import logging
from pathlib import Path

from barcode.codex import Code128
from fpdf import FPDF

FONTS = Path(__file__).parent / "fonts"
FONT = "DejaVu"
logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells every glyph


class Paper(FPDF):
    """A document in millimetres, with letters of every European script."""

    def __init__(self, size, margin: float, title: str):
        super().__init__(unit="mm", format=size)
        self.set_margins(margin, margin)
        self.set_auto_page_break(auto=False)
        self.add_font(FONT, "", FONTS / "DejaVuSans.ttf")
        self.add_font(FONT, "B", FONTS / "DejaVuSans-Bold.ttf")
        self.set_title(title)

    def write_line(self, text: str, size: float, *, bold: bool = False) -> None:
        """One line over the whole width, cut where it is too long."""
        self.set_font(FONT, "B" if bold else "", size)
        text = fitting(self, text, self.epw)
        self.cell(self.epw, size * 0.45, text, new_x="LMARGIN", new_y="NEXT")

    def code128(self, text: str, x: float, y: float, width: float, height: float):
        """A barcode as black rectangles, sharp at any resolution. The quiet zones at
        both sides are part of the width."""
        modules = bars(text)
        step = width / (len(modules) + 20)
        left = x + 10 * step
        self.set_fill_color(0)
        start = 0
        for position, module in enumerate([*modules, "0"]):
            if module == "0":
                if position > start:
                    wide = (position - start) * step
                    self.rect(left + start * step, y, wide, height, style="F")
                start = position + 1


def fitting(paper: FPDF, text: str, width: float) -> str:
    """The text, or as much of it as the width holds, in the font that is set."""
    text = printable(text)
    if paper.get_string_width(text) <= width:
        return text
    while text and paper.get_string_width(text + "…") > width:
        text = text[:-1]
    return text + "…"


def printable(text: str) -> str:
    """In one line, without what no printer can show."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def bars(text: str) -> str:
    """The modules of a Code 128 barcode, 1 for black. Raises ValueError for what it
    cannot hold."""
    if not text or not all(" " <= each <= "~" for each in text):
        raise ValueError(f"Code 128 cannot hold {text!r}")
    return Code128(text).build()[0]
