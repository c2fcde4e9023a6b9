"""XLSX: an archive of XML, looked at before it is unpacked."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _

from oms.core.files.delimited import checked, too_long, too_wide
from oms.core.files.sheet import (
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_TIMES_LARGER,
    FileRefusedError,
    Moment,
    Numeral,
    Row,
    Sheet,
)

MOST_UNPACKED = 400 * 1024 * 1024
MOST_ENTRIES = 1_000
MOST_BLANK = 5_000  # rows one after the other: nobody means more
MACROS = "xl/vbaProject.bin"
BOOK = "xl/workbook.xml"
DAMAGED = (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError, ParseError)


def open_workbook(path: Path) -> Sheet:
    """The first sheet that is visible."""
    _look_inside(path)
    rows = _rows(path)
    header = next((row for row in rows if not row.is_blank), None)
    if header is None:
        raise FileRefusedError(_("The file is empty."))
    return Sheet("xlsx", header, rows)


def _look_inside(path: Path) -> None:
    """What the archive says of itself, before anything of it is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except DAMAGED as error:
        raise _unreadable(error) from None
    names = {entry.filename for entry in entries}
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if len(entries) > MOST_ENTRIES or any(n.lower().endswith(".zip") for n in names):
        text = _("This is an archive of many files, not an .xlsx file.")
    elif unpacked > MOST_UNPACKED or unpacked > packed * MOST_TIMES_LARGER:
        text = _("The file would unpack to %(size)d MB; it is refused.") % {
            "size": unpacked // 2**20
        }
    elif any(entry.flag_bits & 1 for entry in entries):
        text = _(
            "The file cannot be opened: it is encrypted. Save it without password."
        )
    elif MACROS in names:
        text = _("The file has macros. Save it as .xlsx without them.")
    elif BOOK not in names:
        text = _("This is not an .xlsx file but another kind of archive.")
    else:
        return
    raise FileRefusedError(text)


def _rows(path: Path) -> Iterator[Row]:
    import openpyxl  # slow, and few processes read a workbook

    try:
        with path.open("rb") as file:
            book = openpyxl.load_workbook(file, read_only=True, keep_links=False)
            yield from _rows_of(_first_visible(book))
    except DAMAGED as error:
        raise _unreadable(error) from None


def _first_visible(book):
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            return sheet
    raise FileRefusedError(_("The workbook has no sheet that is visible."))


def _rows_of(sheet) -> Iterator[Row]:
    if (sheet.max_row or 0) > MOST_ROWS:
        raise too_long()
    if (sheet.max_column or 0) > MOST_COLUMNS:
        raise too_wide()
    blank = 0
    values = sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1)
    for number, found in enumerate(values, 1):
        if number > MOST_ROWS:
            raise too_long()
        cells = [_cell(value) for value in found]
        while cells and not cells[-1]:
            cells.pop()
        blank = 0 if cells else blank + 1
        if blank > MOST_BLANK:
            text = _("After row %(row)d come %(n)d blank rows; delete them.")
            raise FileRefusedError(text % {"row": number - blank, "n": MOST_BLANK})
        yield checked(number, cells)


def _cell(value) -> str:
    """As text. A formula is its text too: nothing is computed."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return Moment(value.isoformat(sep=" "))
    if isinstance(value, date):
        return Moment(value.isoformat())
    if isinstance(value, int):
        return Numeral(value)
    if isinstance(value, float):
        return Numeral(
            int(value) if value.is_integer() else f"{Decimal(repr(value)):f}"
        )
    return str(value)


def _unreadable(error: BaseException | None) -> FileRefusedError:
    """Entities, which openpyxl reports as one damage among others, have a sentence of
    their own."""
    while error is not None:
        if isinstance(error, DefusedXmlException):
            text = _("The file defines XML entities, which are not allowed.")
            return FileRefusedError(text)
        error = error.__cause__ or error.__context__
    return FileRefusedError(
        _("The file cannot be opened: it is damaged. Save it again and send that.")
    )
