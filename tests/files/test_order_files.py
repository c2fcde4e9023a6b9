"""Orders in files: the only way in, and back out."""

import pytest

from orders.models import Order
from tests import shop
from tests.files.importing import apply, counts, errors, send, undo

pytestmark = pytest.mark.django_db
HEADER = (
    "external_id,placed_at,currency,email,ship_to_name,ship_to_street,ship_to_city,"
    "ship_to_postal_code,ship_to_country,sku,quantity,unit_price,shipping_amount,"
    "order_total\n"
)
WHO = "erika@example.org,Erika Muster,Lindenstraße 1,Berlin,10969,DE"


def row(number, sku="SHIRT", quantity="1", price="10.00", *, total="", currency="EUR"):
    return (
        f"{number},2026-03-01 10:00,{currency},{WHO},{sku},{quantity},{price},"
        f"4.90,{total}\n"
    )


def sent(*rows, name="orders.csv"):
    return send(HEADER + "".join(rows), name, channel="shop")


def test_rows_of_an_order_are_joined_wherever_they_stand(world):
    run = sent(row("A-1"), row("A-2"), row("A-1", "MUG", "2", "5.00", total="24.90"))
    assert counts(run) == {"new": 3}
    assert [text for text, _orders in run.consequences] == [
        "2 orders come in, are checked and routed."
    ]
    run = apply(run)
    assert (run.status, run.job.done_count) == ("applied", 3)
    first, second = Order.objects.order_by("external_id")
    assert (f"{first.total_amount:.2f}", first.lines.count()) == ("24.90", 2)
    assert (second.external_id, second.lines.count()) == ("A-2", 1)
    assert {first.status, second.status} <= {"confirmed", "processing"}


def test_an_order_that_is_here_is_skipped_and_another_content_is_a_conflict(world):
    apply(sent(row("A-1"), row("A-2")))
    run = sent(row("A-1"), row("A-2", price="11.00"), row("A-3"))
    assert counts(run) == {"new": 1, "unchanged": 1, "conflict": 1}
    assert "is here already" in run.rows.get(number=2).note
    assert "says otherwise (lines)" in run.rows.get(number=3).note
    apply(run)
    assert Order.objects.count() == 3


def test_totals_that_do_not_add_up_are_refused_with_both_numbers(world):
    run = sent(row("A-1", total="15.00"), row("A-2", currency="EURO"))
    assert errors(run) == {
        2: ["the parts of the order sum to 14.90, but the file says 15.00"],
        3: ["expected a currency such as EUR, found “EURO”"],
    }


def test_one_wrong_row_keeps_its_order_out_and_no_other(world):
    run = sent(row("A-1"), row("A-1", quantity="1.5"), row("A-2"))
    assert counts(run) == {"new": 1, "error": 2}
    assert errors(run)[2] == ["row 3 belongs to the same and is wrong"]
    apply(run)
    assert [order.external_id for order in Order.objects.all()] == ["A-2"]


def test_decimals_are_those_of_the_currency(world):
    run = sent(row("A-1", price="1.9995"), row("A-2", price="10.5", currency="JPY"))
    assert "at most 2 decimals for EUR" in errors(run)[2][0]
    assert "at most 0 decimals for JPY" in errors(run)[3][0]


def test_an_unknown_sku_is_taken_with_a_work_item_and_shown_before(world):
    run = sent(row("A-1", "NOWHERE"))
    assert run.rows.get().note == ("Unknown SKU NOWHERE: the order is taken and waits.")
    assert "1 order has an unknown SKU" in run.consequences[1][0]
    apply(run)
    assert Order.objects.get().status == "pending"


def test_rows_that_contradict_each_other_are_refused(world):
    run = sent(row("A-1"), row("A-1", currency="USD"))
    assert "row 2 of the same order says EUR, this USD" in errors(run)[3]


def test_undo_cancels_the_orders_and_names_what_has_shipped(world):
    run = apply(sent(row("A-1"), row("A-2")))
    first, second = Order.objects.order_by("external_id")
    shop.advance([second], to="shipped")
    run = undo(run)
    assert (run.status, run.undo_job.refused_count) == ("partially_undone", 1)
    first.refresh_from_db()
    assert first.status == "cancelled"
    assert second.number in run.rows.get(number=3).result
    assert "1 pieces have shipped" in run.rows.get(number=3).result


def test_a_row_keeps_what_became_of_it(world):
    run = apply(sent(row("A-1")))
    assert run.rows.get().result == Order.objects.get().number
