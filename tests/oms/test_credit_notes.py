"""Which sales a credit note takes back."""

from collections import Counter
from datetime import datetime
from decimal import Decimal

import pytest

from channels.connectors.invoice_cells import ZONE
from channels.connectors.invoice_file import Invoice, Line
from oms.replay.credit import Why, read_notes
from tests.oms.year import invoices_of_the_year


def invoice(number: str, *lines: tuple, customer: str = "7") -> Invoice:
    """lines: (code, pieces, price). Numbers rise with time."""
    made = [Line(code, "", pieces, Decimal(price)) for code, pieces, price in lines]
    at = datetime(2010, 1, 1, tzinfo=ZONE)
    return Invoice(number, at, customer, "United Kingdom", made)


def taken(note) -> list[list[tuple]]:
    return [[(t.sale, t.position, t.pieces) for t in line.taken] for line in note.lines]


def test_the_same_price_comes_before_the_older_sale():
    sales = [
        invoice("1", ("MUG", 5, "4.00")),
        invoice("2", ("MUG", 5, "5.00")),
        invoice("3", ("MUG", 5, "5.00")),
    ]
    [note] = read_notes([*sales, invoice("C4", ("MUG", -12, "5.00"))])
    assert taken(note) == [[("2", 1, 5), ("3", 1, 5), ("1", 1, 2)]]
    assert note.values == {"2": 25, "3": 25, "1": 10}  # at the note's price
    assert note.lines[0].rest == 0


def test_what_no_sale_is_left_for_is_the_rest():
    sale = invoice("1", ("MUG", 5, "4.00"))
    first, second, third = read_notes(
        [
            sale,
            invoice("C2", ("MUG", -3, "4.00")),
            invoice("C3", ("MUG", -3, "4.00")),
            invoice("C4", ("MUG", -1, "4.00")),
        ]
    )
    assert taken(first) == [[("1", 1, 3)]]
    assert taken(second) == [[("1", 1, 2)]]
    assert (second.lines[0].rest, second.lines[0].rest_value) == (1, 4)
    assert taken(third) == [[]]
    assert third.lines[0].why == Why.NO_SALE


def test_lines_of_one_note_share_positions_and_sales():
    sale = invoice("1", ("MUG", 5, "4.00"), ("CUP", 1, "1.00"), ("MUG", 5, "4.00"))
    note = invoice("C2", ("MUG", -4, "4.00"), ("CUP", -1, "1.00"), ("MUG", -4, "4.00"))
    [note] = read_notes([sale, note])
    assert note.parts == {"1": {1: 5, 2: 1, 3: 3}}
    assert note.values == {"1": 33}


def test_a_split_line_keeps_its_cents():
    sales = [invoice(str(n), ("MUG", 1, "2.105")) for n in range(1, 4)]
    [note] = read_notes([*sales, invoice("C4", ("MUG", -4, "2.105"))])
    [line] = note.lines
    values = [t.value for t in line.taken]
    assert line.line.amount == Decimal("-8.42")
    assert sum(values) + line.rest_value == Decimal("8.42")
    assert all(value == round(value, 2) for value in [*values, line.rest_value])


def test_only_earlier_sales_to_the_same_customer():
    notes = read_notes(
        [
            invoice("1", ("MUG", 5, "4.00"), customer="8"),
            invoice("2", ("MUG", 5, "4.00"), customer=""),
            invoice("C3", ("MUG", -1, "4.00")),
            invoice("C4", ("MUG", -1, "4.00"), customer=""),
            invoice("5", ("MUG", 5, "4.00")),
        ]
    )
    assert [note.parts for note in notes] == [{}, {}]
    assert [note.lines[0].why for note in notes] == [Why.NO_SALE, Why.NO_CUSTOMER]


@pytest.mark.parametrize(
    "line", [("POST", -1, "4.00"), ("MUG", 1, "4.00"), ("MUG", -1, "-4.00")]
)
def test_what_is_no_goods_that_come_back_is_money_only(line):
    sale = invoice("1", ("POST", 5, "4.00"), ("MUG", 5, "4.00"))
    [note] = read_notes([sale, invoice("C2", line)])
    assert note.parts == {}
    assert note.lines[0].why == Why.MONEY_ONLY


def test_what_cost_nothing_comes_back_for_nothing():
    [note] = read_notes(
        [invoice("1", ("MUG", 5, "4.00")), invoice("C2", ("MUG", -1, "0.00"))]
    )
    assert (note.parts, note.values) == ({"1": {1: 1}}, {"1": 0})


def test_a_real_year():
    """The counts of ../shared/data/README.md."""
    invoices = invoices_of_the_year()
    sales = {invoice.number: invoice for invoice in invoices}
    lines, units, values, back = Counter(), Counter(), Counter(), Counter()
    for note in read_notes(invoices):
        for line in note.lines:
            label = _label(line, sales)
            lines[label] += 1
            units[label] += -line.line.quantity
            values[label] += -line.line.amount
            units["not taken"] += line.rest if line.taken else 0
            for each in line.taken:
                back[each.sale, each.position] += each.pieces
                assert sales[each.sale].at <= note.invoice.at
                assert sales[each.sale].customer_id == note.invoice.customer_id
                sold = sales[each.sale].lines[each.position - 1]
                assert sold.sku == line.line.sku
                assert back[each.sale, each.position] <= sold.quantity
    assert lines == {
        "same price": 7_228,
        "another price": 378,
        "in part": 76,
        Why.NO_SALE: 1_420,
        Why.NO_CUSTOMER: 167,
        Why.MONEY_ONLY: 608,
    }
    assert units["not taken"] == 488
    assert units.total() - 488 == 201_389
    assert values.total() == Decimal("568491.17")
    assert (units[Why.NO_SALE], values[Why.NO_SALE]) == (10_495, Decimal("24549.80"))


def _label(line, sales) -> str:
    if not line.taken:
        return line.why
    if line.rest:
        return "in part"
    sold = {sales[t.sale].lines[t.position - 1].unit_price for t in line.taken}
    return "same price" if sold == {line.line.unit_price} else "another price"
