"""Orders of Shopify, with their traps."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from orders.models import Order
from tests.files import foreign
from tests.files.importing import apply, counts, errors, left, send, undo

pytestmark = pytest.mark.usefixtures("world")
ORDERS = foreign.SHOPIFY_ORDERS
WRITERS = [
    foreign.as_csv,
    foreign.as_excel_saves_it_in_germany,
    foreign.as_workbook,
]


def file_of(*orders, write=foreign.as_csv) -> bytes:
    return write(foreign.table(ORDERS, [row for order in orders for row in order]))


def send_orders(*orders, write=foreign.as_csv):
    name = "orders.xlsx" if write is foreign.as_workbook else "orders.csv"
    return send(file_of(*orders, write=write), name, channel="shop")


def two_lines(name="#1001", **said):
    said = {
        "subtotal": "27.00",
        "shipping": "4.90",
        "taxes": "5.09",
        "total": "31.90",
        "discount_amount": "3.00",
    } | said
    lines = [("SHIRT", 2, "10.00"), ("MUG", 1, "10.00")]
    return foreign.shopify_order(name, lines, **said)


@pytest.mark.parametrize("write", WRITERS, ids=lambda each: each.__name__)
def test_an_order_comes_in_as_it_was_placed_there(write):
    run = send_orders(two_lines(), write=write)
    assert run.profile == "shopify_orders"
    assert not errors(run), errors(run)
    assert counts(run) == {"new": 2}

    apply(run)

    order = Order.objects.get(external_id="1001")
    assert order.placed_at == datetime(2025, 10, 7, 7, 50, 26, tzinfo=UTC)
    assert (order.currency, order.total_amount) == ("EUR", Decimal("31.90"))
    assert order.payment_status == "paid"
    assert order.ship_to_postal_code == "75008"
    assert (order.ship_to_country, order.ship_to_city) == ("FR", "Paris")
    assert order.ship_to_phone == "+33 1 23 45 67 89"
    assert order.customer.email == "ann@example.com"
    lines = order.lines.order_by("position").values_list(
        "sku", "quantity", "unit_price", "discount_amount", "tax_amount"
    )
    assert list(lines) == [
        ("SHIRT", 2, 10, Decimal("2.00"), Decimal("3.39")),
        ("MUG", 1, 10, Decimal("1.00"), Decimal("1.70")),
    ]


def test_taxes_come_on_top_where_the_total_says_so():
    run = send_orders(two_lines(total="36.99"))
    assert not errors(run), errors(run)

    apply(run)

    order = Order.objects.get(external_id="1001")
    assert not order.prices_include_tax
    assert order.total_amount == Decimal("36.99")


def test_a_discount_of_a_line_is_not_taken_twice():
    order = two_lines()
    order[0]["Lineitem discount"] = "3.00"  # the three of “Discount Amount”

    run = send_orders(order)

    assert not errors(run), errors(run)


def test_later_rows_may_be_without_the_name():
    order = two_lines()
    order[1]["Name"] = ""

    run = send_orders(order, two_lines("1002"))

    assert not errors(run), errors(run)
    apply(run)
    assert Order.objects.get(external_id="1001").lines.count() == 2


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"cancelled_at": "2025-10-08 10:00:00 +0200"}, "it is cancelled"),
        ({"financial_status": "voided"}, "it is cancelled"),
        ({"financial_status": "refunded"}, "it is refunded"),
        ({"financial_status": "partially_refunded"}, "part of it is refunded"),
        ({"refunded_amount": "5.00"}, "part of it is refunded"),
        ({"fulfillment_status": "fulfilled"}, "it is fulfilled already"),
        ({"fulfillment_status": "partial"}, "part of it is fulfilled already"),
        ({"financial_status": "pending"}, "it is not paid yet (pending)"),
        ({"financial_status": "authorized"}, "it is not paid yet (authorized)"),
    ],
)
def test_what_is_not_to_be_sent_is_left_and_said(said, why):
    run = send_orders(two_lines(**said), two_lines("#1002"))

    assert counts(run) == {"new": 2, "unchanged": 2}
    assert [text[: len(why)] for text in left(run).values()] == [why, why]
    apply(run)
    assert not Order.objects.filter(external_id="1001").exists()


def test_a_line_that_was_taken_out_is_left_and_said():
    order = two_lines(total="20.00", subtotal="20.00", discount_amount="0.00")
    order[0] |= {"Shipping": "0.00", "Taxes": "0.00"}
    order[1]["Lineitem quantity"] = "0"

    run = send_orders(order)

    assert counts(run) == {"new": 1, "unchanged": 1}
    assert "taken out of the order" in left(run)[3]


@pytest.mark.parametrize(
    ("said", "terms"),
    [
        ({"payment_method": "Cash on Delivery (COD)"}, "cod"),
        ({"payment_terms_name": "Net 30"}, "invoice"),
    ],
)
def test_what_is_paid_later_is_taken_on_its_terms(said, terms):
    apply(send_orders(two_lines(financial_status="pending", **said)))

    assert Order.objects.get(external_id="1001").payment_terms == terms


def test_a_line_without_a_sku_goes_by_its_name_and_waits():
    order = two_lines()
    order[1]["Lineitem sku"] = ""

    run = send_orders(order)

    assert "Unknown SKU The mug" in run.rows.get(number=3).note
    assert any("unknown SKU" in text for text, _orders in run.consequences)


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("Lineitem quantity", "many", "Lineitem quantity: expected a number"),
        ("Lineitem price", "9.999", "Lineitem price: "),
        ("Total", "1.234,00", "Total: expected a number"),
        ("Currency", "EURO", "Currency: expected a currency such as EUR"),
    ],
)
def test_a_wrong_cell_is_named_as_the_file_calls_it(column, cell, words):
    order = two_lines()
    order[0][column] = cell

    run = send_orders(order, two_lines("#1002"))

    found = errors(run)
    assert found[2][0].startswith(words), found
    assert found[3] == ["Its order cannot be read: see row 2."]
    assert counts(run) == {"new": 2, "error": 2}


def test_a_total_that_does_not_add_up_is_refused():
    run = send_orders(two_lines(total="99.00"))

    [text] = errors(run)[2]
    assert "31.9" in text
    assert "99" in text


def test_rows_of_an_order_that_stand_apart_refuse_it():
    order = two_lines()

    run = send_orders(order[:1], two_lines("#1002"), order[1:])

    assert "More rows of order 1001 stand further up" in errors(run)[5][0]
    assert 2 in errors(run)
    assert counts(run) == {"new": 2, "error": 2}


def test_a_row_that_cannot_be_read_takes_its_order_with_it():
    lines = file_of(two_lines(), two_lines("#1002")).decode().split("\r\n")
    lines[2] = "#1001,,,"

    run = send("\r\n".join(lines), "orders.csv", channel="shop")

    assert "cells, expected 79" in errors(run)[3][0]
    assert errors(run)[2] == ["Its order cannot be read: see row 3."]
    assert counts(run) == {"new": 2, "error": 2}


def test_columns_may_be_cut():
    kept = ["Name", "Financial Status", "Fulfillment Status", "Currency", "Total"]
    kept += ["Created at", "Lineitem quantity", "Lineitem name", "Lineitem price"]
    rows = foreign.table(ORDERS, two_lines(total="30.00"))
    cut = foreign.without(rows, *(set(ORDERS) - set(kept)))

    run = send(foreign.as_csv(cut), "orders.csv", channel="shop")

    assert run.profile == "shopify_orders"
    assert counts(run) == {"new": 2}


def test_a_missing_column_is_named():
    rows = foreign.without(foreign.table(ORDERS, two_lines()), "Lineitem price")

    run = send(foreign.as_csv(rows), "orders.csv")

    assert run.status == "asking"
    assert "Lineitem price" in run.error


def test_a_shop_with_one_channel_is_not_asked_which():
    run = send(file_of(two_lines()), "orders.csv")

    assert (run.status, run.scope) == ("previewed", "shop")


def test_the_same_orders_again_are_there_already_and_the_undo_cancels_them():
    run = apply(send_orders(two_lines()))

    again = send_orders(two_lines(), two_lines("#1002"))
    assert counts(again) == {"new": 2, "unchanged": 2}
    undo(run)

    assert Order.objects.get(external_id="1001").status == "cancelled"
