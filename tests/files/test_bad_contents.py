"""Files whose rows are in the way of what the shop has, or of each other, by number of
the bad files; each as CSV and as XLSX."""

import csv
import io

import pytest

from oms.core.exceptions import BusinessRuleError
from oms.core.files import runs
from orders.models import Order
from tests import shop
from tests.factories.inventory import LocationFactory, LocationGroupFactory
from tests.files import writing
from tests.files.importing import ACTOR, apply, counts, errors

pytestmark = pytest.mark.django_db
STOCK = ["sku", "location", "on_hand"]
ORDERS = "external_id,placed_at,currency,email,ship_to_country,sku,quantity,unit_price"
ORDERS = [*ORDERS.split(","), "order_total"]


@pytest.fixture(params=["csv", "xlsx"])
def send(request, tmp_path):
    """Rows as a file of either kind, with a preview."""

    def sent(*rows, **options):
        if request.param == "csv":
            text = io.StringIO()
            csv.writer(text).writerows(rows)
            path = writing.csv_file(tmp_path, text.getvalue())
        else:
            path = writing.workbook(tmp_path, rows)
        data = path.read_bytes()
        return runs.upload([data], path.name, actor=ACTOR, options=options)

    return sent


def line(number, sku="SHIRT", price="10.00", total="", currency="EUR"):
    who = "erika@example.org", "DE"
    return [number, "2026-03-01 10:00", currency, *who, sku, "1", price, total]


def test_24_the_same_file_again_says_who_applied_it_and_when(world, send):
    first, again = (send(STOCK, ["SHIRT", "BER", "90"]) for _n in range(2))
    if first.sha256 != again.sha256:  # a workbook says when it was saved
        type(again).objects.filter(pk=again.pk).update(sha256=first.sha256)
    apply(first)
    with pytest.raises(BusinessRuleError) as refused:
        apply(again)
    said = str(refused.value)
    assert "This file was applied on" in said
    assert said.endswith("by ann; nothing to do.")


def test_26_a_number_below_what_is_promised_names_the_orders(world, send):
    place = LocationFactory(code="MUC", name="Munich")
    world.channel.pool = LocationGroupFactory(locations=[place])
    world.channel.save()
    shop.receive(place, {"SHIRT": 5})
    orders = shop.place_orders(world.channel, 2, [("SHIRT", 2)])
    run = send(STOCK, ["SHIRT", "MUC", "3"])
    assert run.rows.get().note == "1 piece is promised to orders and taken from them."
    [[text, concerned]] = run.consequences
    assert text == "1 order loses its stock and waits again."
    assert concerned == [["order", orders[1].pk, orders[1].number]]


def test_27_an_order_that_is_here_is_skipped_and_another_is_a_conflict(world, send):
    apply(send(ORDERS, line("A-1"), line("A-2"), channel="shop"))
    changed = line("A-2", price="11.00")
    run = send(ORDERS, line("A-1"), changed, line("A-3"), channel="shop")
    assert counts(run) == {"new": 1, "unchanged": 1, "conflict": 1}
    assert "is here already" in run.rows.get(number=2).note
    assert "says otherwise (lines)" in run.rows.get(number=3).note


def test_28_lines_of_an_order_that_stand_apart_are_one_order(world, send):
    total = {"total": "15.00"}
    rows = line("A-1", **total), line("A-2"), line("A-1", "MUG", "5.00", **total)
    run = send(ORDERS, *rows, channel="shop")
    assert counts(run) == {"new": 3}
    assert run.rows.get(number=2).unit == run.rows.get(number=4).unit == 1
    apply(run)
    assert Order.objects.count() == 2
    assert Order.objects.get(external_id="A-1").total_amount == 15


def test_28_and_29_their_total_is_that_of_all_of_them(world, send):
    rows = line("A-1", total="9.00"), line("A-2"), line("A-1", "MUG", "5.00")
    run = send(ORDERS, *rows, channel="shop")
    assert counts(run) == {"new": 1, "error": 2}
    assert "sum to 15.00, but the file says 9.00" in errors(run)[2][0]
    assert errors(run)[4] == ["row 2 belongs to the same and is wrong"]


def test_29_totals_and_currencies_that_cannot_be(world, send):
    rows = line("A-1", total="15.00"), line("A-2", currency="EURO")
    assert errors(send(ORDERS, *rows, channel="shop")) == {
        2: ["the parts of the order sum to 10.00, but the file says 15.00"],
        3: ["expected a currency such as EUR, found “EURO”"],
    }
