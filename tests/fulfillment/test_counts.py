"""What is counted is true: promises that the shelf cannot keep go back to waiting."""

import pytest

from fulfillment.models import Shipment
from fulfillment.services import shortage
from fulfillment.services.shortage import Count
from inventory.models import StockLevel, StockMovement
from oms.core.models import WorkItem
from oms.invariants import violations
from orders.models import Order
from orders.services import cancellation
from tests import factories, shop
from tests.snapshot import reasons, tables

pytestmark = pytest.mark.django_db


def count(product, place, pieces, reason="cycle count"):
    out = shortage.count_stock(
        [Count(product.pk, place.pk, pieces, reason)], actor="walter"
    )
    assert not out.refused, out.refused
    return out.done[0]


def numbers(product, place) -> tuple[int, int]:
    level = StockLevel.objects.get(product=product, location=place)
    return level.on_hand, level.allocated


def held(*orders) -> list[int]:
    """Pieces that stand at a location for each order."""
    return [
        sum(line.allocated_quantity for line in order.lines.all()) for order in orders
    ]


def worklist() -> list[int]:
    rows = WorkItem.objects.filter(kind="shortage", status="open")
    return sorted(rows.values_list("subject_id", flat=True))


def test_f27_a_count_below_what_is_promised_opens_the_worklist(world):
    """8 of 10 counted, 9 of them promised."""
    shop.receive(world.ber, {"POSTER": 10})
    old, new = (
        shop.place_orders(world.channel, lines=[("POSTER", pieces)])[0]
        for pieces in (5, 4)
    )

    booked = count(world.poster, world.ber, 8)

    assert (booked.on_hand_delta, dict(booked.lost)) == (-2, {new.pk: 1})
    assert numbers(world.poster, world.ber) == (8, 8)
    assert held(old, new) == [5, 3]
    assert worklist() == [new.pk]
    new.refresh_from_db()
    assert new.phase == "awaiting_stock"
    item = WorkItem.objects.get(kind="shortage")
    assert "a count took back 1 piece that was promised to it" in item.title
    assert violations() == []


def test_defect_13_a_count_is_not_refused_because_stock_is_reserved(world):
    """A cycle count was refused as long as orders held the stock."""
    shop.receive(world.ber, {"POSTER": 3})
    [order] = shop.place_orders(world.channel, lines=[("POSTER", 3)])

    count(world.poster, world.ber, 0)

    assert numbers(world.poster, world.ber) == (0, 0)
    assert shop.works_of([order]) == []
    assert worklist() == [order.pk]
    assert violations() == []


def test_lost_pieces_are_found_elsewhere_at_once(world):
    shop.receive(world.ber, {"POSTER": 2})
    [order] = shop.place_orders(world.channel, lines=[("POSTER", 2)])
    shop.receive(world.nyc, {"POSTER": 5})

    count(world.poster, world.ber, 1)

    places = {work.location.code for work in shop.works_of([order])}
    assert places == {"BER", "NYC"}
    assert held(order) == [2]
    assert worklist() == []
    assert violations() == []


def test_the_worklist_is_worked_off_by_goods_that_arrive(world, drain_queue):
    shop.receive(world.ber, {"POSTER": 2})
    [order] = shop.place_orders(world.channel, lines=[("POSTER", 2)])
    count(world.poster, world.ber, 0)
    assert worklist() == [order.pk]

    shop.receive(world.nyc, {"POSTER": 2})
    drain_queue()

    assert worklist() == []


def test_the_worklist_is_worked_off_by_cancelling(world):
    shop.receive(world.ber, {"POSTER": 2})
    [order] = shop.place_orders(world.channel, lines=[("POSTER", 2)])
    count(world.poster, world.ber, 0)

    cancellation.cancel_orders([order], reason="gone", actor="t").one()

    assert worklist() == []


def test_work_not_begun_goes_first_then_the_lower_priority_then_the_newer(world):
    shop.receive(world.ber, {"POSTER": 5})
    picking, packed, first, second, urgent = (
        shop.place_orders(world.channel, lines=[("POSTER", 1)], priority=priority)[0]
        for priority in (9, 0, 0, 0, 5)
    )
    shop.advance([packed], to="packed")
    shop.advance([picking], to="picking")
    gone = []

    for left in (4, 3, 2, 1, 0):
        gone += count(world.poster, world.ber, left).lost

    assert gone == [order.pk for order in (second, first, urgent, picking, packed)]
    assert violations() == []


@pytest.mark.parametrize("left", [0, 1])
def test_a_packed_parcel_that_loses_pieces_is_void(world, left):
    shop.receive(world.ber, {"POSTER": 2})
    [order] = shop.place_orders(world.channel, lines=[("POSTER", 2)])
    shop.advance([order], to="packed")

    count(world.poster, world.ber, left)

    assert Shipment.objects.get(order=order).status == "voided"
    works = [work.status for work in shop.works_of([order])]
    assert works == (["picking"] if left else [])
    assert violations() == []


def test_a_bundle_loses_with_its_component(world):
    kit = factories.ProductFactory(sku="KIT", is_bundle=True, tracks_stock=False)
    kit.components.create(component=world.poster, quantity=2)
    shop.receive(world.ber, {"POSTER": 4})
    [order] = shop.place_orders(world.channel, lines=[("KIT", 2)])

    count(world.poster, world.ber, 3)

    lines = order.lines.order_by("position")
    assert [line.allocated_quantity for line in lines] == [1, 3]
    assert violations() == []


def test_an_order_that_is_only_reserved_loses_first_of_its_priority(world):
    world.channel.payment = "later"
    world.channel.save()
    shop.receive(world.ber, {"POSTER": 1})
    [order] = shop.place_orders(world.channel, lines=[("POSTER", 1)])
    assert order.status == "pending"
    assert held(order) == [1]

    count(world.poster, world.ber, 0)

    assert held(order) == [0]
    assert worklist() == [order.pk]
    assert violations() == []


def test_a_count_above_is_a_plain_correction_and_serves_who_waits(world, drain_queue):
    [order] = shop.place_orders(world.channel, lines=[("POSTER", 2)])

    booked = count(world.poster, world.ber, 3)
    drain_queue()

    assert (booked.on_hand_delta, dict(booked.lost)) == (3, {})
    assert held(order) == [2]
    movement = StockMovement.objects.filter(kind="adjusted").get()
    assert (movement.on_hand_delta, movement.reason) == (3, "cycle count")


def test_a_count_that_agrees_moves_nothing(world):
    before = StockMovement.objects.count()

    booked = count(world.shirt, world.ber, 100)

    assert booked.on_hand_delta == 0
    assert StockMovement.objects.count() == before


def bad_counts(world):
    good = Count(world.mug.pk, world.ber.pk, 5, "count")
    for counted in (-1, 1.0, True, None, "3", float("nan"), 2**31, 10**30):
        yield good._replace(counted=counted)
    for key in (999_999_999, 2**70, None, "x", True, 1.0, [1]):
        yield good._replace(product_id=key)
        yield good._replace(location_id=key)
    for reason in ("", "  ", None, 5, "a\x00b", "x" * 201, "\ud800"):
        yield good._replace(reason=reason)
    yield good._replace(product_id=world.giftcard.pk)


def test_bad_counts_are_refused_and_change_nothing(world):
    shop.place_orders(world.channel, lines=[("MUG", 50)])
    bad = list(bad_counts(world))
    before = tables()

    out = shortage.count_stock(bad, actor="t")

    assert sorted(out.refused) == list(range(len(bad)))
    assert out.done == []
    assert all(len(text) > 20 for text in reasons(out))
    assert tables() == before


def test_a_place_that_is_counted_twice_is_refused_and_the_others_are_booked(world):
    mug, shirt = (
        Count(product.pk, world.ber.pk, 5, "count")
        for product in (world.mug, world.shirt)
    )

    out = shortage.count_stock([mug, shirt, mug._replace(counted=6)], actor="t")

    assert sorted(out.refused) == [0, 2]
    assert "counted 2 times in one list" in reasons(out)[0]
    assert [booked.count for booked in out.done] == [shirt]


def test_counting_costs_the_same_for_one_and_for_a_hundred(world, statements):
    def prepare(size):
        products = [factories.ProductFactory() for _ in range(size)]
        counts = []
        for product in products:
            shop.receive(world.ber, {product.sku: 5})
            shop.receive(world.nyc, {product.sku: 1})
            shop.place_orders(world.channel, lines=[(product.sku, 5)])
            counts.append(Count(product.pk, world.ber.pk, 3, "count"))
        return [*counts, Count(world.mug.pk, world.ber.pk, -1, "bad")]

    counts = statements.by_size(
        prepare, lambda c: shortage.count_stock(c, actor="t"), sizes=(1, 30)
    )

    assert counts == {1: 39, 30: 39}
    assert Order.objects.exclude(status="confirmed").count() == 0
    assert violations() == []
