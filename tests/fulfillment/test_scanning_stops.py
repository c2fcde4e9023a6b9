"""The packing station: what stops a box, and how it goes on."""

import pytest

from fulfillment.models import Label, PackScan, Shipment
from inventory.models import Location, Product
from oms.invariants import violations
from orders.services import cancellation, holds
from tests import shop
from tests.factories.rates import make_service
from tests.fulfillment.packer import Packer, equip, order_to_pack
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


def hold(order):
    new = holds.NewHold(order.pk, "incorrect_address", ["ship"], "user:anna", "look")
    assert not holds.place_holds([new], actor="user:anna").refused


def test_a_hold_stops_at_any_scan_and_the_next_order_goes_on(
    packer, world, order, number
):
    packer.scan(number, "SHIRT")
    hold(order)

    answer = packer.scan("SHIRT")

    assert packer.said.startswith(
        f"STOP: Fulfillment order {number}: STOP. Put the goods aside and send "
        "nothing: it is on hold: "
    )
    assert (answer.tone, answer.box) == ("bad", None)
    assert PackScan.objects.count() == 1
    packer.scan(number)
    assert packer.answer.title == "STOP"


def test_a_cancellation_by_force_stops_before_the_last_piece(packer, order, number):
    packer.scan(number, "SHIRT", "SHIRT")
    facts = {"reason": "changed", "actor": "anna", "force": True}
    assert not cancellation.cancel_orders([order], **facts).refused

    packer.scan("MUG")

    assert packer.said == (
        f"STOP: Fulfillment order {number}: STOP. Put the goods aside and send "
        "nothing: it is cancelled."
    )
    assert not Shipment.objects.exists()


def test_a_piece_that_is_cancelled_meanwhile_comes_out_of_the_box(
    packer, order, number
):
    packer.scan(number, "SHIRT", "SHIRT")
    line = order.lines.get(sku="SHIRT")
    facts = {"reason": "changed", "actor": "anna", "force": True}
    assert not cancellation.cancel_lines({line.pk: 1}, **facts).refused

    packer.scan("MUG")

    assert packer.said == (
        "STOP: too much in the box: The order was changed. Take out of the box: 1 × "
        "Product SHIRT (SHIRT). Then scan on."
    )
    assert packer.scan("MUG").title == "Shipped"
    assert violations() == []


def test_without_a_rate_the_parcel_waits_and_its_number_sends_it(packer, world):
    [order] = shop.place_orders(world.channel)
    shop.advance([order], to="released")
    [work] = shop.works_of([order])

    packer.scan(work.number, "SHIRT")

    assert packer.answer.title == "Packed, but no label"
    assert "NO_RATE" in packer.answer.text
    assert packer.answer.text.endswith(
        f"Put the box aside; scan {work.number} again when it is mended."
    )
    assert packer.scan("SHIRT").title == "STOP: one too many"
    make_service("standard")
    assert packer.scan(work.number).title == "Shipped"


def test_without_a_weight_the_label_says_what_is_missing(packer, world, number):
    Product.objects.update(weight_grams=0)

    packer.scan(number, "SHIRT", "SHIRT", "MUG")

    assert "its weight is not known" in packer.answer.text


def test_a_label_of_another_system_is_waited_for(packer, world, sandbox):
    make_service("standard", carrier="sandbox")
    [order] = shop.place_orders(world.channel)
    shop.advance([order], to="released")
    [work] = shop.works_of([order])

    packer.scan(work.number, "SHIRT")

    assert packer.said == (
        "Packed, the label is not here yet: The carrier is being asked. Put the box "
        f"aside and scan {work.number} again in a minute to send it."
    )
    assert packer.scan(work.number).title == "Packed, the label is not here yet"
    assert Label.objects.count() == 1


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (None, "Not yet: %s is assigned. It is packed once it is released."),
        (
            "packed",
            "Packed already: %s was packed without scans. Ship it in the list of "
            "shipments.",
        ),
        ("shipped", "Shipped already: %s has left as S"),
    ],
)
def test_work_that_is_not_packed_by_scans_now_says_why(packer, world, step, text):
    [order] = shop.place_orders(world.channel)
    if step:
        shop.advance([order], to=step)
    [work] = shop.works_of([order])
    before = tables()

    packer.scan(work.number)

    assert packer.said.startswith(text % work.number)
    assert packer.refused
    assert packer.answer.box is None
    assert tables() == before


def test_what_a_supplier_sends_is_not_packed_here(packer, world, order, number):
    Location.objects.filter(pk=world.ber.pk).update(kind="supplier")

    packer.scan(number)

    assert packer.said == (
        f"Not here: {number} is sent by its supplier BER. Nothing is packed here."
    )


def test_an_order_in_parts_asks_for_the_number_of_a_part(packer, world):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 150)])
    shop.advance([order], to="released")
    first, second = shop.works_of([order])

    packer.scan(order.number)

    assert packer.said == (
        f"Which part?: {order.number} has several parts: {first.number} "
        f"({first.location}), {second.number} ({second.location}). Scan the number of "
        "one."
    )
    assert packer.scan(second.number).box.work == second
    packer = Packer(places={first.location_id})
    assert packer.scan(order.number).box.work == first


def test_the_work_of_another_place_is_not_packed_here(packer, world, order, number):
    packer = Packer(places={world.nyc.pk})
    before = tables()

    packer.scan(number)

    assert packer.said == (
        f"Not here: {number} is packed at BER, not at your place. Take it there."
    )
    [mine] = shop.works_of([order])
    assert packer.scan("SHIRT", box=mine.pk, after=0).title == "No order is open"
    assert tables() == before
