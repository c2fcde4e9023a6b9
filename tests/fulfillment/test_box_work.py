"""The packing station beside scanning: box, weight, missing pieces, void labels."""

import pytest

from fulfillment.models import Label, Package, Shipment
from fulfillment.services import box_work
from inventory.models import Product
from oms.core.models import WorkItem
from oms.invariants import violations
from orders.models import Order
from orders.services import holds
from tests import shop
from tests.factories.rates import make_service
from tests.fulfillment.packer import equip, order_to_pack
from tests.snapshot import tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def packer(world):
    Package.objects.create(code="m", name="Medium", weight_grams=120, position=1)
    Package.objects.create(code="old", name="Old", is_active=False)
    Product.objects.update(weight_grams=250)
    return equip(world)


@pytest.fixture
def order(world, packer):
    return order_to_pack(world)


@pytest.fixture
def work(order):
    [work] = shop.works_of([order])
    return work


def call(act, packer, *args, **more):
    facts = {"box": packer.page["box"], "places": packer.places, "actor": "user:pat"}
    packer.answer = act(*args, **facts, **more)
    return packer.answer


def short(packer, *lines, code="not_in_stock"):
    after = packer.page["after"]
    pks = {line.pk for line in lines}
    return call(box_work.tell_short, packer, code, lines=pks, after=after)


def test_the_box_counts_with_its_own_weight(packer, work):
    packer.scan(work.number, "SHIRT", "SHIRT")

    assert call(box_work.choose_package, packer, "m").title == "Box chosen"
    packer.scan("MUG")

    assert packer.answer.title == "Shipped"
    assert Shipment.objects.get().weight_grams == 3 * 250 + 120
    work.refresh_from_db()
    assert work.package.code == "m"


def test_the_scale_says_more_than_the_products(packer, work):
    packer.scan(work.number)
    assert call(box_work.weigh, packer, 1234).title == "Weighed"

    packer.scan("SHIRT", "SHIRT", "MUG")

    assert Shipment.objects.get().weight_grams == 1234


def test_without_weights_the_scale_sends_it(packer, work):
    Product.objects.update(weight_grams=0)
    packer.scan(work.number, "SHIRT", "SHIRT", "MUG")
    assert packer.answer.title == "Packed, but no label"

    assert call(box_work.weigh, packer, 800).title == "Shipped"
    assert violations() == []


@pytest.mark.parametrize("grams", [0, -1, 10_000_001, None, "5", True, 1.5])
def test_a_weight_that_is_none_changes_nothing(packer, work, grams):
    packer.scan(work.number)
    before = tables()

    assert call(box_work.weigh, packer, grams).title == "No weight"
    assert tables() == before


@pytest.mark.parametrize("code", ["old", "x", "", "\ud800".encode("utf-8", "ignore")])
def test_a_box_that_is_not_in_use_is_refused(packer, work, code):
    packer.scan(work.number)
    before = tables()

    assert call(box_work.choose_package, packer, code).title == "No such box"
    assert tables() == before


def test_a_piece_that_is_missing_goes_elsewhere_and_the_box_goes_on(
    packer, order, work, world
):
    packer.scan(work.number, "SHIRT", "SHIRT")
    mug = work.lines.get(order_line__sku="MUG")

    assert short(packer, mug).title == "Shipped"

    parcel = Shipment.objects.get()
    assert [line.quantity for line in parcel.lines.all()] == [2]
    level = world.mug.stock_levels.get(location=world.ber)
    assert level.on_hand == 99
    [other] = [w for w in shop.works_of([order]) if w.pk != work.pk]
    assert [line.quantity for line in other.lines.all()] == [1]
    assert violations() == []


def test_some_of_a_line_is_missing_and_the_rest_is_scanned_on(packer, work):
    packer.scan(work.number, "SHIRT")
    shirt = work.lines.get(order_line__sku="SHIRT")

    answer = short(packer, shirt, code="damaged")

    assert (answer.title, answer.box.lacking) == ("Told as missing", 1)
    assert packer.scan("MUG").title == "Shipped"
    assert violations() == []


def test_where_all_is_missing_nothing_is_packed(packer, order, work, world):
    world.mug.stock_levels.exclude(location=world.ber).update(on_hand=0)
    packer.scan(work.number)

    answer = short(packer, *work.lines.all())

    assert "Nothing is left for this box" in answer.text
    work.refresh_from_db()
    assert work.status == "cancelled"
    assert not Shipment.objects.exists()


def test_an_order_that_goes_in_one_delivery_is_put_aside(packer, order, work):
    Order.objects.filter(pk=order.pk).update(ship_complete=True)
    packer.scan(work.number, "SHIRT", "SHIRT")

    answer = short(packer, work.lines.get(order_line__sku="MUG"))

    assert (answer.tone, answer.title) == ("bad", "Told as missing")
    assert not Shipment.objects.exists()


def test_what_waits_has_a_work_item(packer, order, work, world):
    world.mug.stock_levels.update(safety_stock=1000)
    packer.scan(work.number, "SHIRT", "SHIRT")

    short(packer, work.lines.get(order_line__sku="MUG"))

    item = WorkItem.objects.get(kind="shortage")
    assert item.title == (
        f"Order {order.number}: 1 piece was missing at the shelf. Find it elsewhere, "
        "wait for goods or cancel it."
    )
    assert violations() == []


def test_an_old_page_or_a_wrong_line_tells_nothing(packer, work):
    packer.scan(work.number, "SHIRT", "SHIRT")
    shirt = work.lines.get(order_line__sku="SHIRT")
    before = tables()

    assert short(packer, shirt).title == "Nothing was told"
    assert short(packer).title == "Nothing was told"
    packer.answer = packer.answer._replace(box=packer.answer.box._replace(scans=1))
    mug = work.lines.get(order_line__sku="MUG")
    assert short(packer, mug).title == "This scan was counted already"
    packer.scan(work.number)
    assert short(packer, mug, code="other").title == "Nothing was told"
    assert tables() == before


def test_the_label_of_a_parcel_that_has_left_is_not_taken_back(packer, work):
    packer.scan(work.number, "SHIRT", "SHIRT", "MUG")
    assert Shipment.objects.get().status == "shipped"

    answer = box_work.void_label(box=work.pk, places=None, actor="t")

    assert answer.title == "No label was voided"
    assert Label.objects.get().status == "purchased"


def test_a_void_label_leaves_room_for_another(packer, world, sandbox):
    make_service("standard", carrier="sandbox")
    [order] = shop.place_orders(world.channel)
    shop.advance([order], to="released")
    [work] = shop.works_of([order])
    packer.scan(work.number, "SHIRT")
    assert call(box_work.weigh, packer, 900).title == "It has a label"
    assert call(box_work.choose_package, packer, "m").title == "It has a label"

    answer = box_work.void_label(box=work.pk, places=None, actor="t")

    assert answer.title == "Label voided"
    assert Label.objects.get().status in ("voided", "voiding")


def test_a_hold_stops_every_key(packer, order, work):
    packer.scan(work.number)
    page = packer.answer
    new = holds.NewHold(order.pk, "incorrect_address", ["ship"], "user:anna", "look")
    assert not holds.place_holds([new], actor="user:anna").refused

    for act, value in (
        (box_work.weigh, 5),
        (box_work.choose_package, "m"),
    ):
        packer.answer = page
        assert call(act, packer, value).title == "STOP"


def test_a_box_of_another_place_is_not_touched(packer, work, world):
    packer.scan(work.number)
    packer.places = {world.nyc.pk}
    before = tables()

    assert call(box_work.weigh, packer, 500).title == "Scan an order"
    assert tables() == before
