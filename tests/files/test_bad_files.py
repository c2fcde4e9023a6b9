"""Files that no shop should send and every shop sends, by number: each is answered in
words that name row, column and what to do, and nothing is changed. What the pages
answer (39 to 42, 44) is in tests/admin/test_imports.py, killed workers (43) in
test_import_crashes.py."""

import pytest

from inventory.models import StockLevel, StockMovement
from oms.core.files import runs
from tests.files import writing
from tests.files.importing import ACTOR, counts, errors

pytestmark = pytest.mark.django_db
HEADER = ["sku", "location", "on_hand"]
ADJUST = ["sku", "location", "adjustment", "reason"]
LONG = 99_999_999_999


@pytest.fixture(autouse=True)
def nothing_is_changed(world):
    before = StockMovement.objects.count()
    yield
    assert StockMovement.objects.count() == before
    assert not StockLevel.objects.exclude(on_hand__in=[10, 100]).exists()


def send(path, **options):
    pieces = [path.read_bytes()]
    return runs.upload(pieces, path.name, actor=ACTOR, options=options)


def csv_of(folder, rows, separator=","):
    lines = [separator.join(map(str, row)) for row in rows]
    return writing.csv_file(folder, "\n".join(lines) + "\n")


def both(folder, rows):
    """The same as CSV and as XLSX."""
    yield csv_of(folder, rows)
    yield writing.workbook(folder, rows)


def one_error(run) -> str:
    [texts] = errors(run).values()
    return " ".join(texts)


def test_01_an_empty_file(tmp_path):
    for name in ("stock.csv", "stock.xlsx"):
        run = send(writing.csv_file(tmp_path, b"", name))
        assert (run.status, run.error) == ("failed", "The file is empty.")


def test_02_a_header_and_no_row(tmp_path):
    for path in both(tmp_path, [HEADER]):
        run = send(path)
        assert run.status == "failed"
        assert run.error.startswith("No rows to import")


def test_03_a_required_column_is_missing(tmp_path):
    for path in both(tmp_path, [["sku", "location", "note"], ["SHIRT", "BER", "x"]]):
        run = runs.upload(
            [path.read_bytes()], path.name, actor=ACTOR, profile="stock_set"
        )
        assert run.status == "asking"
        assert run.error == ("Column “on_hand” is missing. Found: sku, location, note.")


def test_04_a_column_that_nobody_knows_is_ignored_by_choice(tmp_path):
    for path in both(tmp_path, [[*HEADER, "colour"], ["SHIRT", "BER", 5, "red"]]):
        run = send(path)
        assert run.status == "asking"
        assert "Nobody knows the column “colour”" in run.error
        assert send(path, ignored=["*"]).status == "previewed"


def test_05_a_column_twice(tmp_path):
    for path in both(tmp_path, [[*HEADER, "sku"], ["SHIRT", "BER", 5, "SHIRT"]]):
        run = send(path)
        assert run.status == "asking"
        assert "Column “sku” appears twice (A, D)" in run.error


TEXT = "sku,location,on_hand,reason\nSHIRT,BER,5,gezählt für Müller\n"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(TEXT.encode("utf-8-sig"), id="06-mark"),
        pytest.param(TEXT.replace(",", ";").encode(), id="07-semicolon"),
        pytest.param(TEXT.replace(",", "\t").encode(), id="07-tab"),
        pytest.param(TEXT.encode("cp1252"), id="08-windows"),
        pytest.param(TEXT.encode("utf-16"), id="09-utf-16"),
    ],
)
def test_06_to_09_letters_and_separators_are_found_out(tmp_path, content):
    run = send(writing.csv_file(tmp_path, content))
    assert counts(run) == {"changed": 1}
    assert run.rows.get().values["reason"] == "gezählt für Müller"


def test_08_letters_that_are_not_sure_are_asked_for(tmp_path):
    content = b"sku,location,on_hand\n\x81\x8d\x90,BER,5\n"
    run = send(writing.csv_file(tmp_path, content))
    assert run.status == "failed"
    assert "Line 2 is not UTF-8" in run.error


@pytest.mark.parametrize(
    ("line", "words"),
    [
        pytest.param("SH\x00IRT,BER,5", "control character (U+0000)", id="10"),
        pytest.param("SHIRT,BER", "it has 2 cells, expected 3", id="11-few"),
        pytest.param("SHIRT,BER,5,6", "it has 4 cells, expected 3", id="11-many"),
        pytest.param('SHIRT,"BER,5', "a quote is not closed", id="12"),
    ],
)
def test_10_to_12_a_row_that_cannot_be_read_stops_no_other(tmp_path, line, words):
    text = f"sku,location,on_hand\nMUG,BER,5\n{line}\n"
    run = send(writing.csv_file(tmp_path, text))
    assert counts(run) == {"changed": 1, "error": 1}
    assert words in " ".join(errors(run)[3])


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        pytest.param("1.5", "a whole number", id="13"),
        pytest.param("1e3", "expected a number", id="14-science"),
        pytest.param("1_000", "expected a number", id="14-underscore"),
        pytest.param("١٢", "expected a number", id="14-arabic"),
        pytest.param('"1,000"', "can be read in two ways", id="15-comma"),
        pytest.param('"1.000,00"', "expected a number", id="15-both"),
        pytest.param("-4", "at least 0", id="16"),
        pytest.param(str(LONG), "at most 2147483647", id="17"),
        pytest.param("NaN", "expected a number", id="18-nan"),
        pytest.param("Infinity", "expected a number", id="18-infinity"),
        pytest.param("0x10", "expected a number", id="18-hex"),
        pytest.param("many", "found “many”", id="18-text"),
    ],
)
def test_13_to_18_no_number_is_guessed(tmp_path, cell, words):
    for path in both(tmp_path, [HEADER, ["SHIRT", "BER", cell]]):
        if path.suffix == ".xlsx" and cell.startswith('"'):
            path = writing.workbook(tmp_path, [HEADER, ["SHIRT", "BER", cell[1:-1]]])
        run = send(path)
        assert words in one_error(run)
        assert list(errors(run)) == [2]


def test_13_and_17_numbers_of_a_workbook_too(tmp_path):
    rows = [HEADER, ["SHIRT", "BER", 1.5], ["MUG", "BER", LONG], ["SHIRT", "NYC", -4]]
    assert list(errors(send(writing.workbook(tmp_path, rows)))) == [2, 3, 4]


def test_15_one_decimal_sign_for_a_file(tmp_path):
    run = send(csv_of(tmp_path, [HEADER, ["SHIRT", "BER", "5,0"]], ";"))
    assert run.rows.get().values["quantity"] == 5
    run = send(csv_of(tmp_path, [HEADER, ["SHIRT", "BER", "5.0"]]))
    assert run.rows.get().values["quantity"] == 5


def test_16_fewer_is_an_adjustment_with_a_reason(tmp_path):
    rows = [ADJUST, ["SHIRT", "BER", -4, "broken"], ["MUG", "BER", -4, ""]]
    for path in both(tmp_path, rows):
        run = send(path)
        assert counts(run) == {"changed": 1, "error": 1}
        assert "needs a reason" in errors(run)[3][0]


def test_18_a_blank_quantity_is_left_as_it_is_and_counted(tmp_path):
    for path in both(tmp_path, [HEADER, ["SHIRT", "BER", ""], ["MUG", "BER", 5]]):
        run = send(path)
        assert counts(run) == {"changed": 1, "unchanged": 1}
        assert "is empty: left as it is" in run.rows.get(number=2).note


def test_20_hidden_letters_are_trimmed_or_shown(tmp_path):
    rows = [HEADER, [" SHIRT ", "BER", 5], ["\xa0MUG", "BER", 5]]
    for path in both(tmp_path, [*rows, ["SHI\u200bRT", "NYC", 5]]):
        run = send(path)
        assert counts(run) == {"changed": 2, "error": 1}
        assert "“SHI⟨U+200B⟩RT” has hidden characters" in errors(run)[4][0]


def test_21_an_unknown_sku_names_what_is_alike(tmp_path):
    for path in both(tmp_path, [HEADER, ["shirt", "BER", 5], ["MUGS", "BER", 5]]):
        found = errors(send(path))
        assert "did you mean SHIRT?" in found[2][0]
        assert "did you mean MUG?" in found[3][0]


def test_22_a_sku_that_the_spreadsheet_has_eaten(tmp_path):
    from datetime import date

    rows = [HEADER, [123, "BER", 5], [date(2026, 3, 1), "BER", 5], ["1E5", "BER", 5]]
    found = errors(send(writing.workbook(tmp_path, rows)))
    assert list(found) == [2, 3, 4]
    assert all("format the column as text" in texts[0] for texts in found.values())
    text = "sku,location,on_hand\n1E5,BER,5\n"
    assert "was read as a number" in one_error(send(writing.csv_file(tmp_path, text)))


def test_23_a_sku_twice_names_both_rows(tmp_path):
    rows = [HEADER, ["SHIRT", "BER", 5], ["MUG", "BER", 5], ["SHIRT", "BER", 6]]
    for path in both(tmp_path, rows):
        run = send(path)
        assert counts(run) == {"changed": 1, "error": 2}
        assert "row 4 too" in errors(run)[2][0]
        assert "row 2 too" in errors(run)[4][0]


def test_25_a_stale_row_is_a_conflict(tmp_path):
    for path in both(tmp_path, [[*HEADER, "was"], ["SHIRT", "BER", 90, 95]]):
        run = send(path)
        assert counts(run) == {"conflict": 1}
        note = run.rows.get().note
        assert note.startswith("It was 95 when exported and is 100 now;")


def test_31_a_formula_is_a_text(tmp_path):
    rows = [
        [*HEADER, "reason"],
        ["SHIRT", "BER", 5, "=1+1"],
        ["=HYPERLINK()", "BER", 5, ""],
    ]
    for path in both(tmp_path, rows):
        run = send(path)
        assert run.rows.get(number=2).values["reason"] == "=1+1"
        assert "unknown SKU “=HYPERLINK()”" in errors(run)[3][0]


def test_38_a_large_file_is_read_in_the_background(tmp_path):
    rows = "SHIRT,BER,5\n" * 200_000
    run = send(writing.csv_file(tmp_path, "sku,location,on_hand\n" + rows))
    assert (run.status, run.error) == ("uploaded", "")
