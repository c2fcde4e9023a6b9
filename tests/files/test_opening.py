"""What a file is, and what is said of files that cannot be read."""

import zipfile

import pytest

from oms.core.files import delimited, opening, workbook
from oms.core.files.opening import open_sheet
from oms.core.files.sheet import FileRefusedError, Numeral
from tests.files import writing

TEXT = "sku,on hand\nMUG,5\nGRÜN,7\n"
ROWS = [["sku", "on hand"], ["MUG", "5"], ["GRÜN", "7"]]


def read(path):
    sheet = open_sheet(path)
    return sheet, [sheet.header.cells, *(row.cells for row in sheet.rows)]


def refusal(path) -> str:
    with pytest.raises(FileRefusedError) as caught:
        list(open_sheet(path).rows)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_letters_and_the_separator_are_found(tmp_path, name, encoding, separator):
    text = TEXT.replace(",", separator).replace("\n", "\r\n")

    sheet, rows = read(writing.csv_file(tmp_path, text.encode(name)))

    assert rows == ROWS
    assert (sheet.encoding, sheet.separator) == (encoding, separator)


def test_the_hint_of_a_spreadsheet_is_no_header(tmp_path):
    path = writing.csv_file(tmp_path, "sep=;\nsku;name\nMUG;a, b, c, d\n")

    sheet, rows = read(path)

    assert (sheet.header.number, sheet.separator) == (2, ";")
    assert rows[1] == ["MUG", "a, b, c, d"]


def test_quotes_hold_separators_lines_and_quotes(tmp_path):
    path = writing.csv_file(tmp_path, 'sku,note\nMUG,"a, ""b""\nand c"\nPEN,x\n')

    sheet = open_sheet(path)
    rows = list(sheet.rows)

    assert [row.number for row in rows] == [2, 4]
    assert rows[0].cells == ["MUG", 'a, "b"\nand c']


def test_a_workbook_gives_the_text_of_its_cells(tmp_path):
    rows = [["sku", "n", "share", "note"], ["MUG", 5, 0.5, "=1+1"], [123, None, 2.0]]

    sheet, found = read(writing.workbook(tmp_path, rows))

    assert sheet.kind == "xlsx"
    assert found[1:] == [["MUG", "5", "0.5", "=1+1"], ["123", "", "2"]]
    assert isinstance(found[2][0], Numeral)
    assert not isinstance(found[1][0], Numeral)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"\n\n  \n", "The file is empty."),
        (b"sku,n\nMUG,1\n\xe4\xc3\xa4,2\n", "Line 3 is not UTF-8"),
        (b"sku,n\n\x81\x8d,2\n", "Line 2 is not UTF-8"),
        (b"\xff\xfes\x00k\x00u", "Line 1 is damaged"),
        (b"%PDF-1.7 and more", "not a CSV or .xlsx file but a PDF"),
        (b"MZ\x90\x00", "but a program"),
        (b"PK\x03\x04 half an archive", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "older Excel format"),
    ],
)
def test_what_is_no_table_is_refused_by_what_is_in_it(tmp_path, content, words):
    for name in ("stock.csv", "stock.xlsx"):
        assert words in refusal(writing.csv_file(tmp_path, content, name))


def test_an_encrypted_workbook_is_named_as_such(tmp_path):
    content = opening.OLE + opening.ENCRYPTED

    path = writing.csv_file(tmp_path, content, "a.xlsx")

    assert "encrypted" in refusal(path)


def test_archives_are_looked_at_before_they_are_unpacked(tmp_path):
    def book():
        return writing.workbook(tmp_path, ROWS)

    zeros = b"0" * (147 * 2**20)
    bomb = writing.with_entry(book(), "xl/worksheets/sheet2.xml", zeros)
    assert "would unpack to 147 MB" in refusal(bomb)
    assert "macros" in refusal(writing.with_entry(book(), "xl/vbaProject.bin", b"x"))
    assert "archive of many" in refusal(writing.with_entry(book(), "in.zip", b"x"))
    with zipfile.ZipFile(tmp_path / "other.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    assert "another kind of archive" in refusal(tmp_path / "other.xlsx")
    with zipfile.ZipFile(tmp_path / "many.xlsx", "w") as archive:
        for number in range(10_000):
            archive.writestr(f"{number}", "")
    assert "archive of many" in refusal(tmp_path / "many.xlsx")


def test_entities_are_not_allowed(tmp_path):
    sheet = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row>'
        "</sheetData></worksheet>"
    )
    path = writing.workbook(tmp_path, ROWS)
    writing.with_entry(path, "xl/worksheets/sheet1.xml", sheet.encode())

    assert "XML entities" in refusal(path)


def test_no_table_is_endless(tmp_path, monkeypatch):
    monkeypatch.setattr(delimited, "MOST_ROWS", 3)
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    monkeypatch.setattr(workbook, "MOST_BLANK", 2)
    wide = [["x"] * 400]

    assert "more than 3 rows" in refusal(writing.csv_file(tmp_path, "a\n" * 4))
    assert "more than 3 rows" in refusal(writing.workbook(tmp_path, [["a"]] * 4))
    monkeypatch.setattr(workbook, "MOST_ROWS", 100)
    blank = writing.workbook(tmp_path, [["a"], ["b"], [], [], [], ["c"]])
    assert "After row 2 come 2 blank rows" in refusal(blank)
    assert "300 columns" in refusal(writing.workbook(tmp_path, wide))
    assert "300 columns" in refusal(writing.csv_file(tmp_path, "x," * 400))


@pytest.mark.parametrize(
    ("lines", "row", "words"),
    [
        (["MUG,5", 'PEN,"6', "CUP,7"], 3, "a quote is not closed; lines up to 4"),
        (["MUG,5", 'PEN,"6"7', "CUP,8"], 3, "more text"),
        (["MUG,5", "P\x00N,6"], 3, "cell 1 has a control character (U+0000)"),
        (["M\x07UG,5"], 2, "control character (U+0007)"),
        ([f"MUG,{'9' * 10_001}"], 2, "more than 10000 characters"),
    ],
)
def test_a_row_that_cannot_be_read_says_where_and_why(tmp_path, lines, row, words):
    text = "\n".join(["sku,n", *lines, ""])

    rows = list(open_sheet(writing.csv_file(tmp_path, text)).rows)

    [bad] = [each for each in rows if each.trouble]
    assert bad.number == row
    assert words in bad.trouble


def test_a_giant_cell_is_a_quote_that_nobody_closed(tmp_path):
    text = 'sku,n\n"MUG,1\n' + "PEN,2\n" * 1_000 + '",3\nCUP,4\n'

    rows = list(open_sheet(writing.csv_file(tmp_path, text)).rows)

    assert rows[0].trouble == "a quote is not closed; lines up to 1003 are lost in it."
    assert rows[1].cells == ["CUP", "4"]
