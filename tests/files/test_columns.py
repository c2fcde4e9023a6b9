"""Columns found by their names."""

import pytest

from oms.core.files.columns import Column, bind, letters_of
from oms.core.files.sheet import FileRefusedError, Row

STOCK = [
    Column("sku", ("Item number",), is_required=True),
    Column("on_hand", ("On hand (new)", "quantity"), is_required=True),
    Column("note"),
]


def header(*names):
    return Row(1, list(names))


@pytest.mark.parametrize(
    "names",
    [
        ("sku", "on_hand"),
        (" SKU ", "On hand"),
        ("\ufeffsku", "ON-HAND"),
        ("Item Number", "on hand (new)"),
        ("SKU*", "Quantity:"),
    ],
)
def test_names_are_found_however_people_write_them(names):
    assert bind(header(*names), STOCK).positions == {"sku": 0, "on_hand": 1}


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("sku", "note"), "Column “on_hand” is missing. Found: sku, note."),
        (("note",), "Columns “sku”, “on_hand” are missing. Found: note."),
        (("sku", "on hand", "", "SKU"), "Column “sku” appears twice (A, D)."),
        (("sku", "quantity", "On hand"), "appears twice (B, C)"),
        (("sku", "on hand", "colour"), "Nobody knows the column “colour”."),
        (("sku", "on hand", "a", "b"), "Nobody knows the columns “a”, “b”."),
    ],
)
def test_a_header_that_does_not_fit_is_refused(names, words):
    with pytest.raises(FileRefusedError) as caught:
        bind(header(*names), STOCK)

    assert words in str(caught.value)


def test_unknown_columns_are_ignored_by_choice_only():
    names = header("sku", "on hand", "colour", "size")

    chosen = bind(names, STOCK, ignored=["Colour", "SIZE"])

    assert chosen.ignored == ["colour", "size"]
    assert bind(names, STOCK, ignored=["*"]).ignored == ["colour", "size"]
    with pytest.raises(FileRefusedError, match="size"):
        bind(names, STOCK, ignored=["colour"])


def test_a_row_must_fit_its_header():
    found = bind(header("sku", "on hand", "note", ""), STOCK)

    assert found.trouble(Row(5, ["MUG", "1"]), may_be_short=False) == (
        "it has 2 cells, expected 3."
    )
    assert not found.trouble(Row(5, ["MUG", "1"]), may_be_short=True)
    assert not found.trouble(Row(5, ["MUG", "1", "", " ", ""]), may_be_short=False)
    assert "5 cells" in found.trouble(
        Row(5, ["MUG", "1", "", "", "x"]), may_be_short=True
    )
    assert found.cells(Row(5, ["MUG", "1"])) == {
        "sku": "MUG",
        "on_hand": "1",
        "note": "",
    }


def test_columns_are_named_as_spreadsheets_do():
    assert [letters_of(n) for n in (0, 25, 26, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
    ]
