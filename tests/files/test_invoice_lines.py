"""The invoice file as orders, by the parser of the replay."""

import csv
import gzip
import io
from itertools import islice

import pytest

from channels.connectors.invoice_file import Kind, read_invoices
from orders.models import Order
from tests.files import foreign
from tests.files.foreign import applied, send_rows
from tests.files.importing import apply, counts, errors, left, send
from tests.oms.year import YEAR

LINES = 3_000


def row(invoice, code="MUG", quantity="1", price="6.95", customer="13085.0"):
    return {
        "invoice": invoice,
        "stock_code": code,
        "description": "WHITE MUG",
        "quantity": quantity,
        "invoice_date": "2010-07-01 07:45:00",
        "unit_price": price,
        "customer_id": customer,
        "country": "EIRE",
    }


def test_rows_that_stand_apart_are_one_order(world):
    rows = [row("489434"), row("489435"), row("489434", "SHIRT", "2", "0.001")]

    run = applied(foreign.INVOICES, rows)

    assert run.profile == "invoices"
    order = Order.objects.get(external_id="489434")
    assert str(order.placed_at) == "2010-07-01 06:45:00+00:00"  # London's summer
    assert (order.currency, order.ship_to_country) == ("GBP", "IE")
    assert f"{order.total_amount:.2f}" == "6.95"
    assert order.lines.count() == 2
    assert order.customer.key.endswith(":13085")


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([row("C1", quantity="-1")], "It is a credit note"),
        ([row("7", quantity="-9", price="0.0", customer="")], "It takes goods out"),
        ([row("7", quantity="9", price="0.0", customer="")], "It puts goods into"),
        ([row("A7", "B", price="-5.5", customer="")], "It writes off a debt"),
    ],
)
def test_what_is_no_order_is_left_and_said(world, rows, why):
    run = send_rows(foreign.INVOICES, rows, channel="shop")

    assert left(run)[2].startswith(why)


def test_a_row_that_cannot_be_read_takes_its_order_with_it(world):
    rows = [row("1"), row("2"), row("1", quantity="a dozen"), row("3", "", "1")]

    run = send_rows(foreign.INVOICES, rows, channel="shop")

    found = errors(run)
    assert "column quantity: 'a dozen'; expected a whole number" in found[4][0]
    assert found[2] == ["Its order cannot be read: see row 4."]
    assert "stock_code" in found[5][0]
    assert counts(run) == {"new": 1, "error": 3}


def test_what_is_sold_and_taken_back_at_once_is_wrong(world):
    rows = [row("1"), row("1", quantity="-1")]

    run = send_rows(foreign.INVOICES, rows, channel="shop")

    assert "sells and takes back at once" in errors(run)[2][0]


@pytest.mark.skipif(not YEAR.exists(), reason="needs the sample data of ../shared")
def test_every_line_of_a_real_file_is_accounted_for(world, tmp_path, drain_queue):
    with gzip.open(YEAR, "rt", newline="") as file:
        rows = list(islice(csv.reader(file), LINES + 1))
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path = tmp_path / "part.csv"
    path.write_text(text.getvalue())
    invoices = read_invoices(path)
    sold = [i for i in invoices if i.kind in (Kind.SALE, Kind.FREE_GOODS)]

    run = send(text.getvalue(), "part.csv", channel="shop")
    drain_queue()  # it is long: the worker reads it
    run.refresh_from_db()
    assert not errors(run), errors(run)
    apply(run)
    drain_queue()
    run.refresh_from_db()

    assert run.row_count == LINES == sum(counts(run).values())
    assert run.new_count == sum(len(invoice.lines) for invoice in sold)
    assert not run.rows.exclude(effect="new").filter(note="").exists()
    assert not run.rows.filter(effect="new").exclude(status="done").exists()
    orders = Order.objects.all()
    assert len(orders) == len(sold)
    assert sum(order.total_amount for order in orders) == sum(i.value for i in sold)
