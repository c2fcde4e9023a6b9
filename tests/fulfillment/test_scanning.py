"""The packing station: what each scan counts and says."""

import pytest

from fulfillment.models import Label, PackScan, Shipment
from oms.invariants import violations
from orders.services import cancellation
from tests import shop
from tests.factories.rates import make_service
from tests.fulfillment.packer import equip, order_to_pack
from tests.snapshot import tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def packer(world):
    return equip(world)


@pytest.fixture
def order(world):
    return order_to_pack(world)


@pytest.fixture
def number(order):
    [work] = shop.works_of([order])
    return work.number


def test_each_barcode_and_the_sku_count_one_piece_and_the_last_one_ships(
    packer, order, number
):
    assert packer.scan(number).title == "3 pieces to go"
    packer.scan("4006381333931")
    assert packer.said == (
        "2 pieces to go: Product SHIRT: 1 of 2. Wanted: 1 × Product SHIRT (SHIRT), "
        "1 × Product MUG (MUG)."
    )
    assert packer.scan("4006381333932").title == "1 piece to go"

    answer = packer.scan("MUG")

    parcel = Shipment.objects.get()
    assert parcel.status == "shipped"
    assert packer.said == (
        f"Shipped: {parcel.number} of {number}, tracking {parcel.tracking_number}. Put "
        "the label on and scan the next order."
    )
    assert (answer.parcel, answer.label) == (parcel, Label.objects.get())
    order.refresh_from_db()
    assert order.phase == "shipped"
    assert violations() == []


def test_the_number_of_the_order_opens_its_box_too(packer, order):
    assert packer.scan(f"#{order.number}").box.work.order == order


def test_opening_a_box_tells_that_picking_has_begun(packer, order, number):
    packer.scan(number.lower())

    out = cancellation.cancel_orders([order], reason="changed", actor="anna")

    assert "picking has begun" in out.refused[order.pk][0]


def test_a_wrong_item_says_what_it_is_and_what_is_wanted(packer, world, number):
    packer.scan(number, "MUG")
    before = tables()

    packer.scan("POSTER")

    assert packer.refused
    assert packer.said == (
        f"STOP: wrong item: This is Product POSTER (POSTER), which {number} does not "
        "take. Put it back. Wanted: 2 × Product SHIRT (SHIRT)."
    )
    assert tables() == before


def test_one_too_many_is_put_back(packer, number):
    packer.scan(number, "MUG")
    before = tables()

    packer.scan("4006381333948")

    assert packer.said == (
        "STOP: one too many: All of Product MUG (MUG) is in the box. Put this one "
        "back. Wanted: 2 × Product SHIRT (SHIRT)."
    )
    assert tables() == before


@pytest.mark.parametrize("code", ["4711", "F999999999", "999999999999999999999", "ß"])
def test_an_unknown_code_explains_itself(packer, number, code):
    packer.scan(number)
    before = tables()

    answer = packer.scan(code)

    assert packer.said == (
        f"Unknown code: {code} is no order, barcode or SKU that is known here. Put the "
        "item aside and tell who keeps the products."
    )
    assert answer.box.work.number == number
    assert tables() == before


@pytest.mark.parametrize("code", ["", "  ", "a\x00b", "x" * 65, "\ud800", None, 7])
def test_what_is_no_code_is_said(packer, number, code):
    packer.scan(number)
    before = tables()

    packer.scan(code)

    assert packer.said == (
        "Nothing was read: A code has 1 to 64 characters. Scan it again."
    )
    assert packer.answer.box
    assert tables() == before


def test_goods_without_an_order_wait_for_one(packer, world):
    packer.scan("4006381333931")

    assert packer.said == (
        "No order is open: This is Product SHIRT (SHIRT). Scan the order that it goes "
        "to first."
    )


def test_a_second_order_waits_until_the_first_is_done_or_put_aside(
    packer, world, number
):
    [other] = shop.place_orders(world.channel)
    shop.advance([other], to="released")
    packer.scan(number, "SHIRT")

    packer.scan(other.number)

    assert packer.said == (
        f"STOP: not finished: {number} lacks: 1 × Product SHIRT (SHIRT), 1 × Product "
        f"MUG (MUG). Scan them, or put it aside (Esc) before {other.number}."
    )
    packer.answer = None  # put aside
    assert packer.scan(other.number).box.work.order == other
    packer.answer = None
    assert packer.scan(number).box.counted == 1


def test_a_box_that_holds_nothing_yet_is_left_for_another_order(packer, world, number):
    [other] = shop.place_orders(world.channel)
    shop.advance([other], to="released")

    assert packer.scan(number, other.number).box.work.order == other


def test_a_scan_that_comes_twice_counts_once(packer, number):
    packer.scan(number)
    page = packer.page
    packer.scan("SHIRT")
    before = tables()

    packer.scan("SHIRT", **page)

    assert packer.said == (
        "This scan was counted already: These are the counts now. Scan again if your "
        "piece is not among them. Wanted: 1 × Product SHIRT (SHIRT), 1 × Product MUG "
        "(MUG)."
    )
    assert tables() == before


def test_the_last_scan_that_comes_twice_ships_once(packer, number):
    packer.scan(number, "SHIRT", "SHIRT")
    page = packer.page
    packer.scan("MUG")
    before = tables()

    answer = packer.scan("MUG", **page)

    assert answer.title == "This scan was counted already"
    assert answer.parcel == Shipment.objects.get()
    assert answer.box is None
    assert tables() == before


def test_start_again_empties_the_count_and_old_pages_stay_old(packer, number):
    packer.scan(number)
    first = packer.page
    packer.scan("SHIRT", "MUG")

    packer.start_again()

    assert packer.said == (
        "Start again: Take everything out of the box, then scan: 2 × Product SHIRT "
        "(SHIRT), 1 × Product MUG (MUG)."
    )
    assert packer.scan("MUG", **first).title == "This scan was counted already"
    assert packer.scan("SHIRT", "SHIRT", "MUG").title == "Shipped"
    assert PackScan.objects.filter(taken_out_at=None).count() == 3


def test_two_lines_of_one_product_fill_one_after_the_other(packer, world):
    make_service("standard")
    lines = [("SHIRT", 1), ("SHIRT", 2, "9.00")]
    [order] = shop.place_orders(world.channel, lines=lines)
    shop.advance([order], to="released")
    [work] = shop.works_of([order])

    packer.scan(work.number, "SHIRT", "SHIRT", "SHIRT")

    assert packer.answer.title == "Shipped"
    assert {line.quantity for line in Shipment.objects.get().lines.all()} == {1, 2}


def test_a_scan_takes_as_many_statements_in_a_big_box(packer, world, statements):
    make_service("standard")
    orders = [
        shop.place_orders(world.channel, lines=[("SHIRT", n), ("MUG", n)])[0]
        for n in (2, 40)
    ]
    shop.advance(orders, to="released")
    counts = []
    for each in shop.works_of(orders):
        packer.answer = None
        packer.scan(each.number, "MUG")
        counts.append(statements(packer.scan, "4006381333931")[1])
        packer.scan("MUG")

    assert counts == [9, 9]
