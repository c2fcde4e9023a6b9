"""What is no spreadsheet, though it is called one, and what would be too much, by
number: refused before anything of it is unpacked or staged."""

import zipfile

import pytest

from oms.core.files import opening, runs, workbook
from oms.core.files.models import ImportRow
from tests.files import writing
from tests.files.importing import ACTOR

pytestmark = pytest.mark.django_db
ROWS = [["sku", "location", "on_hand"], ["SHIRT", "BER", 5]]


@pytest.fixture(autouse=True)
def nothing_is_staged(db):
    yield
    assert not ImportRow.objects.exists()


def refusal(path) -> str:
    run = runs.upload([path.read_bytes()], path.name, actor=ACTOR)
    assert run.status == "failed"
    return run.error


def book(folder):
    return writing.workbook(folder, ROWS)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(opening.OLE, "older Excel format", id="32-xls"),
        pytest.param(b"MZ\x90\x00", "not a CSV or .xlsx file", id="32-exe"),
        pytest.param(b"%PDF-1.7", "not a CSV or .xlsx file", id="32-pdf"),
        pytest.param(opening.OLE + opening.ENCRYPTED, "encrypted", id="33-password"),
        pytest.param(b"PK\x03\x04 half of it", "damaged", id="33-damaged"),
    ],
)
def test_32_and_33_by_what_is_in_it(tmp_path, content, words):
    assert words in refusal(writing.csv_file(tmp_path, content, "stock.xlsx"))


def test_32_macros(tmp_path):
    path = writing.with_entry(book(tmp_path), "xl/vbaProject.bin", b"x")
    assert "macros" in refusal(path)


def test_34_a_bomb(tmp_path):
    zeros = b"0" * (147 * 2**20)
    path = writing.with_entry(book(tmp_path), "xl/worksheets/sheet2.xml", zeros)
    assert "would unpack to 147 MB" in refusal(path)


def test_35_an_archive_of_many_or_of_another(tmp_path):
    nested = writing.with_entry(book(tmp_path), "in.zip", b"x")
    assert "archive of many" in refusal(nested)
    with zipfile.ZipFile(tmp_path / "many.xlsx", "w") as archive:
        for number in range(10_000):
            archive.writestr(f"{number}", "")
    assert "archive of many" in refusal(tmp_path / "many.xlsx")


def test_36_entities(tmp_path):
    sheet = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row>'
        "</sheetData></worksheet>"
    )
    path = writing.with_entry(
        book(tmp_path), "xl/worksheets/sheet1.xml", sheet.encode()
    )
    assert "XML entities" in refusal(path)


def test_37_no_table_is_endless(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_BLANK", 2)
    blank = writing.workbook(tmp_path, [*ROWS, [], [], [], ["MUG", "BER", 5]])
    assert "blank rows; delete them" in refusal(blank)
    wide = writing.workbook(tmp_path, [["x"] * 16_384])
    assert "300 columns" in refusal(wide)
