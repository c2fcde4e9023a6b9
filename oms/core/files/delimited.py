"""CSV and its relatives: which letters, which separator, which rows."""

import csv
import unicodedata
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from oms.core.files.encodings import encoding_of
from oms.core.files.sheet import (
    MOST_COLUMNS,
    MOST_IN_A_CELL,
    MOST_ROWS,
    FileRefusedError,
    Row,
    Sheet,
)

SEPARATORS = ",;\t|"
LOOKED_AT = 25  # records, to find the separator
MOST_LINES = 200  # of one record; more is a quote that nobody closed
csv.field_size_limit(MOST_LINES * MOST_IN_A_CELL)


def open_delimited(path: Path) -> Sheet:
    encoding = encoding_of(path)
    separator, skipped = _separator_of(path, encoding)
    rows = _rows(path, encoding, separator, skipped)
    header = next((row for row in rows if not row.is_blank), None)
    if header is None:
        raise FileRefusedError(_("The file is empty."))
    if header.trouble:
        text = _("Row %(row)d, the header: %(trouble)s")
        raise FileRefusedError(text % {"row": header.number, "trouble": header.trouble})
    return Sheet("csv", header, rows, encoding, separator)


def _separator_of(path: Path, encoding: str) -> tuple[str, int]:
    """The separator, and how many lines stand above the header because of it."""
    with path.open(encoding=encoding, newline="") as file:
        lines = list(islice(file, LOOKED_AT))
    first = lines[0].strip().lower() if lines else ""
    if first.startswith("sep=") and len(first) == 5:
        return first[4], 1
    return max(SEPARATORS, key=lambda each: _fits(lines, each)), 0


def _fits(lines: list[str], separator: str) -> tuple[int, int]:
    """How many records have as many cells as the header, and how many that is."""
    try:
        records = list(csv.reader(lines, delimiter=separator))
    except csv.Error:
        return 0, 0
    widths = [len(record) for record in records if record]
    if not widths or widths[0] < 2:
        return 0, 0
    return sum(width == widths[0] for width in widths), widths[0]


def _rows(path: Path, encoding: str, separator: str, skipped: int) -> Iterator[Row]:
    """Each record with the number of the line that it begins in."""
    with path.open(encoding=encoding, newline="") as file:
        for _line in range(skipped):
            file.readline()
        reader = csv.reader(_limited(file), delimiter=separator, strict=True)
        while True:
            number = skipped + reader.line_num + 1
            if number > MOST_ROWS:
                raise too_long()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                last = reader.line_num + skipped
                yield Row(number, [], _unreadable(error, number, last))
                continue
            if reader.line_num + skipped - number > MOST_LINES:
                yield Row(number, [], _not_closed(number, reader.line_num + skipped))
                continue
            yield checked(number, cells)


def _limited(file) -> Iterator[str]:
    """The lines of the file; one that never ends is cut, and refused as a cell."""
    while line := file.readline(MOST_LINES * MOST_IN_A_CELL):
        yield line


def _unreadable(error: csv.Error, first: int, last: int) -> str:
    said = str(error)
    if last > first or "end of data" in said or "field larger" in said:
        return _not_closed(first, last)
    if "expected after" in said:
        return _("after a closing quote comes more text; write quotes inside twice.")
    return _("the row cannot be read (%(said)s).") % {"said": said}


def _not_closed(first: int, last: int) -> str:
    if last == first:
        return _("a quote is not closed.")
    return _("a quote is not closed; lines up to %(last)d are lost in it.") % {
        "last": last
    }


def checked(number: int, cells: list[str]) -> Row:
    """The row, with what no cell may hold."""
    if len(cells) > MOST_COLUMNS:
        raise too_wide()
    together = "".join(cells)
    if len(together) <= MOST_IN_A_CELL and together.isprintable():
        return Row(number, cells)
    for position, cell in enumerate(cells, 1):
        if len(cell) > MOST_IN_A_CELL:
            text = _("cell %(cell)d has more than %(most)d characters.")
            return Row(number, cells, text % {"cell": position, "most": MOST_IN_A_CELL})
        if not cell.isprintable() and (found := _control_character(cell)):
            text = _("cell %(cell)d has a control character (%(found)s); remove it.")
            return Row(number, cells, text % {"cell": position, "found": found})
    return Row(number, cells)


def _control_character(cell: str) -> str:
    for letter in cell:
        if unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\t\r\n":
            return f"U+{ord(letter):04X}"
    return ""


def too_long() -> FileRefusedError:
    text = _("The file has more than %(most)d rows; send it in parts.")
    return FileRefusedError(text % {"most": MOST_ROWS})


def too_wide() -> FileRefusedError:
    text = _("The file has more than %(most)d columns; is it the right one?")
    return FileRefusedError(text % {"most": MOST_COLUMNS})
