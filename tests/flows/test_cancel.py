"""Cancelling at every stage: what it frees, what it leaves, what it asks of people."""

from decimal import Decimal

import pytest

from fulfillment.services import shipping
from fulfillment.services.work import pack_work
from inventory.models import StockLevel, StockMovement
from oms.core.models import Event, WorkItem
from oms.invariants import violations
from orders.services import cancellation
from tests import shop
from tests.factories import ChannelFactory

pytestmark = pytest.mark.django_db


def cancel(orders, **options):
    given = {"reason": "changed mind", "actor": "test"} | options
    out = cancellation.cancel_orders(orders, **given)
    assert not out.refused, out.refused


def cut(pieces, **options):
    given = {"reason": "changed mind", "actor": "test"} | options
    return cancellation.cancel_lines(pieces, **given)


def levels() -> dict[tuple[str, str], list[int]]:
    """{(SKU, location): [on hand, allocated]}"""
    rows = StockLevel.objects.values_list(
        "product__sku", "location__code", "on_hand", "allocated"
    )
    return {(sku, place): counts for sku, place, *counts in rows}


def words(order) -> tuple[str, str, str, str]:
    order.refresh_from_db()
    return (
        order.status,
        order.phase,
        order.payment_status,
        order.fulfillment_status,
    )


def overpaid(order) -> list[str]:
    items = WorkItem.objects.filter(kind="overpaid", subject_id=order.pk)
    return list(items.order_by("pk").values_list("status", flat=True))


def test_before_confirmation_nothing_moves(world):
    [order] = shop.place_orders(world.channel, lines=[("NOBODY", 2), ("SHIRT", 1)])
    before, ledger = levels(), StockMovement.objects.count()

    cancel([order])

    assert words(order)[:2] == ("cancelled", "cancelled")
    assert (levels(), StockMovement.objects.count()) == (before, ledger)
    unknown = WorkItem.objects.get(kind="unknown_sku", subject_id=order.pk)
    assert unknown.status == "resolved"
    assert violations() == []


def test_before_allocation_nothing_moves(world):
    [order] = shop.place_orders(world.channel, lines=[("POSTER", 2)])
    before, ledger = levels(), StockMovement.objects.count()

    cancel([order])

    assert words(order)[:2] == ("cancelled", "cancelled")
    assert (levels(), StockMovement.objects.count()) == (before, ledger)
    assert violations() == []


def test_goods_that_come_later_do_not_go_to_a_cancelled_order(world, drain_queue):
    first, second = shop.place_orders(world.channel, 2, [("POSTER", 2)])
    cancel([first])

    shop.receive(world.ber, {"POSTER": 2})
    drain_queue()

    assert shop.works_of([first]) == []
    assert len(shop.works_of([second])) == 1
    assert violations() == []


@pytest.mark.parametrize("step", [None, "released"])
def test_after_allocation_the_stock_is_given_back_exactly(world, step):
    before = levels()
    lines = [("SHIRT", 120), ("MUG", 3), ("SHIRT", 5), ("POSTER", 1), ("GIFTCARD", 1)]
    gone, kept = shop.place_orders(world.channel, lines=lines) + shop.place_orders(
        world.channel
    )
    if step:
        shop.advance([gone], to=step)
    [work] = shop.works_of([kept])

    cancel([gone])

    before["SHIRT", work.location.code][1] += 1  # the piece of the other order
    assert levels() == before
    assert shop.works_of([gone]) == []
    assert words(gone)[:2] == ("cancelled", "cancelled")
    assert words(kept)[:2] == ("confirmed", "in_fulfillment")
    assert violations() == []


def test_given_back_stock_serves_who_waits(world, drain_queue):
    shop.receive(world.ber, {"POSTER": 2})
    [first] = shop.place_orders(world.channel, lines=[("POSTER", 2)])
    [second] = shop.place_orders(world.channel, lines=[("POSTER", 2)])
    drain_queue()
    assert shop.works_of([second]) == []

    cancel([first])
    drain_queue()

    assert words(second)[:2] == ("confirmed", "in_fulfillment")
    assert levels()["POSTER", "BER"] == [2, 2]
    assert violations() == []


def test_a_part_takes_waiting_pieces_first(world):
    shop.receive(world.ber, {"POSTER": 3})
    [order] = shop.place_orders(world.channel, lines=[("POSTER", 5)])
    line = order.lines.get()

    cut({line.pk: 1}).one()
    after_one = levels()["POSTER", "BER"]
    cut({line.pk: 2}).one()

    assert after_one == [3, 3]
    assert levels()["POSTER", "BER"] == [3, 2]
    line.refresh_from_db()
    assert (line.cancelled_quantity, line.allocated_quantity) == (3, 2)
    assert violations() == []


def test_the_rest_of_an_order_part_of_which_shipped(world):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 110), ("POSTER", 1)])
    first, *others = shop.works_of([order])
    before = levels()
    shop.advance([order], to="packed")
    [parcel] = first.shipments.all()
    shipping.ship_shipments({parcel.pk: shipping.Label("T1")}, actor="test").one()
    left = {line.pk: n for line in order.lines.all() if (n := line.open_quantity)}

    whole = cancellation.cancel_orders([order], reason="no", actor="t", force=True)
    cut(left, force=True).one()

    assert others
    assert list(whole.refused) == [order.pk]
    assert words(order)[:2] == ("completed", "shipped")
    assert not StockLevel.objects.filter(allocated__gt=0).exists()
    shipped = sum(line.quantity for line in parcel.lines.all())
    before["SHIRT", first.location.code][0] -= shipped
    assert {k: n for k, (n, _a) in levels().items()} == {
        k: n for k, (n, _a) in before.items()
    }
    assert violations() == []


def test_a_packed_order_by_force(world):
    before = levels()
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 2), ("GIFTCARD", 1)])
    shop.advance([order], to="packed")
    [parcel], [work] = shop.parcels_of([order]), shop.works_of([order])

    cancel([order], force=True)

    parcel.refresh_from_db()
    work.refresh_from_db()
    assert (parcel.status, work.status) == ("voided", "cancelled")
    assert levels() == before
    late = shipping.ship_shipments({parcel.pk: shipping.Label("T1")}, actor="test")
    assert list(late.refused) == [parcel.pk]
    assert violations() == []


def test_a_part_of_a_packed_order_by_force_opens_the_box(world):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 3), ("MUG", 1)])
    shop.advance([order], to="packed")
    [parcel], [work] = shop.parcels_of([order]), shop.works_of([order])
    shirt, mug = order.lines.order_by("position")
    place = work.location.code

    refused = cut({shirt.pk: 1})
    cut({shirt.pk: 1, mug.pk: 1}, force=True).one()

    parcel.refresh_from_db()
    work.refresh_from_db()
    assert list(refused.refused) == [shirt.pk]
    assert (parcel.status, work.status, work.packed_at) == ("voided", "picking", None)
    assert levels()["SHIRT", place] == [100, 2]
    assert levels()["MUG", place] == [100, 0]
    assert violations() == []

    pack_work([work], actor="test").one()  # what stayed in the box is picked already
    [anew] = shop.parcels_of([order])
    assert list(anew.lines.values_list("order_line", "quantity")) == [(shirt.pk, 2)]
    shipping.ship_shipments({anew.pk: shipping.Label("T2")}, actor="test").one()
    assert words(order)[:2] == ("completed", "shipped")
    assert levels()["SHIRT", place] == [98, 0]
    assert violations() == []


def test_what_was_paid_too_much_is_asked_back_once(world):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 3)])
    line = order.lines.get()

    assert (words(order)[2], overpaid(order)) == ("paid", [])
    cut({line.pk: 1}).one()
    assert (words(order)[2], overpaid(order)) == ("overpaid", ["open"])
    cut({line.pk: 1}).one()
    assert (words(order)[2], overpaid(order)) == ("overpaid", ["open"])
    assert order.total_amount == Decimal("10.00")
    cut({line.pk: 1}).one()

    assert words(order)[:3] == ("cancelled", "cancelled", "overpaid")
    assert overpaid(order)[-1] == "open"
    assert overpaid(order).count("open") == 1
    assert violations() == []


def test_an_order_that_nobody_paid_is_not_overpaid(world):
    channel = ChannelFactory(code="later", payment="none")
    [order] = shop.place_orders(channel, lines=[("SHIRT", 2)])

    cancel([order])

    assert (words(order)[0], overpaid(order)) == ("cancelled", [])
    assert violations() == []


def test_the_timeline_says_what_why_and_by_whom(world):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 2), ("MUG", 1)])

    cancel([order], reason="fraud", actor="mia")

    cuts = Event.objects.filter(action="order.pieces_cancelled", root_id=order.pk)
    [event] = cuts
    assert event.actor == "mia"
    assert event.data["pieces"] == {"1": 2, "2": 1}
    assert (event.data["reason"], Decimal(event.data["total_before"])) == ("fraud", 30)
