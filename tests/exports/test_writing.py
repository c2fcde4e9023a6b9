"""Cells that spreadsheets would run are texts; numbers are numbers; memory is flat."""

import io
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from oms.core.files import cells, writing
from oms.core.files.columns import Column, bind
from oms.core.files.opening import open_sheet
from oms.core.files.values import Moments, Numbers, code_of, text_of
from tests.exports.reading import table

PAYLOADS = [
    "=1+1",
    '=HYPERLINK("http://evil.example","x")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1,2)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u3000=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
    "-",
    "=",
]
HOSTILE = [
    "<script>alert(1)</script>",
    "{{7*7}}",
    '"; DROP TABLE orders; --',
    "a,b;c\td",
    'say "hi"',
    "two\nlines",
    "]]>&amp;<c/>",
    "_x003D_1+1",
    "#N/A",
    "#REF!",
    "Ünïcødé 漢字 🚀 \u202e",
    "TRUE",
    "1E5",
    "00123",
]


def written(kind: str, values: list[list], columns: list[cells.Cell]) -> bytes:
    format_ = writing.FORMATS[kind]
    names = [f"column {n}" for n in range(len(columns))]
    return b"".join(format_.whole(names, [format_.piece(values, columns)]))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_would_run_has_an_apostrophe(kind, payload):
    content = written(kind, [[payload]], [cells.Text()])

    [_header, [cell]] = table(content, kind)
    assert cell == f"'{payload}".replace("\r", "\n" if kind == "xlsx" else "\r")


def test_a_workbook_has_texts_and_numbers_and_no_formula():
    values = [[each, -5, Decimal("-0.5000")] for each in (*PAYLOADS, *HOSTILE)]

    content = written("xlsx", values, [cells.Text(), cells.Number(), cells.Amount()])

    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    _header, *rows = sheet.iter_rows()
    assert {tuple(cell.data_type for cell in row) for row in rows} == {("s", "n", "n")}
    assert {(row[1].value, row[2].value) for row in rows} == {(-5, -0.5)}
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(content)).read(writing.SHEET)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("text", HOSTILE)
def test_other_texts_stay_as_they_are(kind, text):
    [_header, [cell]] = table(written(kind, [[text]], [cells.Text()]), kind)

    assert cell == text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_letters_that_no_file_holds_do_not_break_it(kind):
    values = [["a\x01b\x0b", "x\ufffey", "\x00"]]

    found = table(written(kind, values, [cells.Text()] * 3), kind)

    assert len(found) == 2
    assert "\0" not in "".join(found[1])


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_headings_are_made_safe_too(kind):
    format_ = writing.FORMATS[kind]

    assert table(b"".join(format_.whole(["=1"], [])), kind)[0] == ["'=1"]


@pytest.mark.parametrize(
    ("cell", "value", "text"),
    [
        (cells.Amount(), Decimal("59.9400"), "59.94"),
        (cells.Amount(), Decimal("0.1234"), "0.1234"),
        (cells.Amount(), Decimal("1000.0000"), "1000.00"),
        (cells.Amount(), Decimal(100), "100"),
        (cells.Number(), -3, "-3"),
        (cells.Flag(), False, "no"),
        (cells.Day(), date(2026, 2, 28), "2026-02-28"),
        (
            cells.Moment(),
            datetime(2026, 2, 28, 9, 5, 7, 999, tzinfo=UTC),
            "2026-02-28 09:05:07+00:00",
        ),
        (cells.Words(), ["=a", "b"], "'=a, b"),
        (cells.Text(), None, ""),
        (cells.Moment(), None, ""),
    ],
)
def test_what_cells_look_like(cell, value, text):
    [_header, [found]] = table(written("csv", [[value]], [cell])) or [[], [""]]

    assert found == text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_written_is_read_as_the_same(tmp_path, kind):
    at = datetime(2026, 2, 28, 9, 5, 7, tzinfo=UTC)
    columns = [cells.Text(), cells.Text(), cells.Number(), cells.Amount()]
    values = [["00123", "-a", 7, Decimal("1234.5000"), at]] * 2
    path = tmp_path / f"file.{kind}"
    path.write_bytes(written(kind, values, [*columns, cells.Moment()]))

    sheet = open_sheet(path)
    bound = bind(sheet.header, [Column(f"column {n}") for n in range(5)])
    rows = [list(bound.cells(row).values()) for row in sheet.rows]

    numbers, moments = Numbers(), Moments(UTC)
    assert len(rows) == 2
    for sku, name, pieces, amount, when in rows:
        assert (code_of(sku), text_of(name, 50)) == ("00123", "-a")
        assert numbers.quantity(pieces) == 7
        assert numbers.amount(amount, "EUR") == Decimal("1234.5")
        assert moments.moment(when) == at


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_memory_does_not_grow_with_the_rows(kind):
    def most(parts: int) -> int:
        format_ = writing.FORMATS[kind]
        rows = [["some text of a cell", 5]] * 500
        columns = [cells.Text(), cells.Number()]
        pieces = (format_.piece(rows, columns) for _ in range(parts))
        tracemalloc.start()
        for data in format_.whole(["a", "b"], pieces):
            del data
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    most(1)
    assert most(40) < most(4) + 500_000
