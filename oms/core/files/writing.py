"""Files for people with spreadsheets: CSV and XLSX, written row by row, so that memory
does not grow with the rows.

A file is a head, pieces that each hold some rows, and a tail; the pieces can be made at
different times. A workbook is openpyxl's, with the rows put into the middle of its
sheet: they are texts and numbers, and never formulas.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from oms.core.files.cells import Cell, safe

SHEET = "xl/worksheets/sheet1.xml"
END = b"</sheetData>"
MOST_IN_A_SHEET = 1_048_575  # rows below the header
NO_LETTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # in no XML
Row = Sequence[Any]


class Format(NamedTuple):
    """`piece(rows, columns)` in bytes; `whole(names, pieces)` makes the file of it."""

    name: str
    content_type: str
    piece: Callable[[Iterable[Row], Sequence[Cell]], bytes]
    whole: Callable[[Sequence[str], Iterable[bytes]], Iterator[bytes]]


def written(rows: Iterable[Row], columns: Sequence[Cell]) -> Iterator[list]:
    """The rows as cells. Empty is empty, whatever the column."""
    writers = [(at, cell.write) for at, cell in enumerate(columns) if cell.write]
    for row in rows:
        cells = list(row)
        for at, write in writers:
            if cells[at] is not None:
                cells[at] = write(cells[at])
        yield cells


# --- CSV ------------------------------------------------------------------------------


def csv_piece(rows: Iterable[Row], columns: Sequence[Cell]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(written(rows, columns))
    return text.getvalue().replace("\0", "\ufffd").encode()


def csv_whole(names: Sequence[str], pieces: Iterable[bytes]) -> Iterator[bytes]:
    """With the mark by which spreadsheets know UTF-8."""
    yield b"\xef\xbb\xbf" + csv_piece([[safe(name) for name in names]], [])
    yield from pieces


# --- XLSX -----------------------------------------------------------------------------


def xlsx_piece(rows: Iterable[Row], columns: Sequence[Cell]) -> bytes:
    numbers = [cell.is_number for cell in columns]
    return "".join(
        f"<row>{''.join(map(_cell, row, numbers))}</row>"
        for row in written(rows, columns)
    ).encode()


def _cell(value: Any, is_number: bool) -> str:
    if value is None or value == "":
        return "<c/>"
    if is_number:
        return f"<c><v>{value}</v></c>"
    text = NO_LETTERS.sub("\ufffd", value)
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def xlsx_whole(names: Sequence[str], pieces: Iterable[bytes]) -> Iterator[bytes]:
    frame = zipfile.ZipFile(_frame(names))
    out = _Outlet()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for entry in frame.namelist():
            if entry != SHEET:
                archive.writestr(entry, frame.read(entry))
        head, end, tail = frame.read(SHEET).partition(END)
        with archive.open(SHEET, "w", force_zip64=True) as sheet:
            sheet.write(head)
            for piece in pieces:
                sheet.write(piece)
                yield out.taken()
            sheet.write(end + tail)
    yield out.taken()


def _frame(names: Sequence[str]) -> io.BytesIO:
    import openpyxl  # slow, and few processes write a workbook

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Export")
    sheet.freeze_panes = "A2"
    sheet.append([safe(name) for name in names])
    found = io.BytesIO()
    book.save(found)
    return found


class _Outlet(io.RawIOBase):
    """Where an archive is written to that nobody goes back in."""

    def __init__(self):
        self.waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self.waiting.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        found, self.waiting = b"".join(self.waiting), []
        return found


OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {
    "xlsx": Format("xlsx", OFFICE, xlsx_piece, xlsx_whole),
    "csv": Format("csv", "text/csv", csv_piece, csv_whole),
}
