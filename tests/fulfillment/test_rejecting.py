"""Rejected work: the reason decides the stock effect, the order goes elsewhere."""

import pytest

from fulfillment.models import FulfillmentOrder, RoutingDecision
from fulfillment.routing import explain
from fulfillment.services import rejecting, rerouting
from fulfillment.services.rejecting import Rejection
from inventory.models import StockLevel
from oms.core.models import Event
from oms.invariants import violations
from tests import shop
from tests.snapshot import tables

pytestmark = pytest.mark.django_db


def work_at(order):
    """{location code: its work that is not cancelled}."""
    return {work.location.code: work for work in shop.works_of([order])}


def reject(works, code="no_capacity", **said):
    return rejecting.reject(
        {work.pk: Rejection(code, **said) for work in works}, actor="user:walter"
    )


def level(world, place, product, condition="sellable"):
    return StockLevel.objects.get(location=place, product=product, condition=condition)


def test_rejected_not_in_stock_empties_the_shelf_and_all_orders_go_elsewhere(world):
    shop.receive(world.ber, {"POSTER": 4})
    shop.receive(world.nyc, {"POSTER": 10})
    orders = shop.place_orders(world.channel, 4, [("POSTER", 1)])
    [first] = work_at(orders[0]).values()

    reject([first], "not_in_stock", reason="shelf is empty", all_orders=True).one()

    at_ber = level(world, world.ber, world.poster)
    assert (at_ber.on_hand, at_ber.allocated) == (0, 0)
    assert [list(work_at(order)) for order in orders] == [["NYC"]] * 4
    newest = [order.routing_decisions.latest("id") for order in orders]
    words = "BER: not in stock, shelf is empty"
    assert {decision.reason for decision in newest} == {words}
    assert words in explain.why(newest[0])
    assert "BER: it has rejected this order." in explain.why_not(newest[0])
    assert violations() == []


def test_without_the_sweep_other_orders_keep_what_they_hold(world):
    shop.receive(world.ber, {"POSTER": 5})
    orders = shop.place_orders(world.channel, 2, [("POSTER", 2)])
    [first] = work_at(orders[0]).values()

    reject([first], "not_in_stock").one()

    at_ber = level(world, world.ber, world.poster)
    assert (at_ber.on_hand, at_ber.allocated) == (2, 2)
    assert list(work_at(orders[1])) == ["BER"]
    assert orders[0].lines.get().waiting_quantity == 2


def test_only_the_lines_that_are_named_lose_their_stock(world):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 1), ("MUG", 1)])
    [work] = work_at(order).values()
    mug = work.lines.get(order_line__sku="MUG")

    reject([work], "not_in_stock", lines=frozenset([mug.pk])).one()

    assert level(world, world.ber, world.mug).on_hand == 0
    assert level(world, world.ber, world.shirt).on_hand == 100
    assert list(work_at(order)) == ["NYC"]


def test_damaged_pieces_become_damaged_stock(world):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 3)])
    [work] = work_at(order).values()

    reject([work], "damaged").one()

    assert level(world, world.ber, world.shirt).on_hand == 97
    assert level(world, world.ber, world.shirt, "damaged").on_hand == 3
    assert list(work_at(order)) == ["HAM"]
    assert violations() == []


def test_no_capacity_leaves_the_stock_as_it_is(world):
    [order] = shop.place_orders(world.channel)
    shop.advance([order], to="picking")
    [work] = work_at(order).values()

    reject([work]).one()

    work.refresh_from_db()
    assert (work.status, work.reject_code) == ("cancelled", "no_capacity")
    assert level(world, world.ber, world.shirt).available == 100
    assert list(work_at(order)) == ["HAM"]


def test_a_rejected_order_does_not_come_back_until_somebody_lets_it_in(
    world, drain_queue
):
    world.nyc.is_active = world.store.is_active = False
    world.nyc.save(), world.store.save()
    [order] = shop.place_orders(world.channel)
    [work] = work_at(order).values()
    reject([work]).one()
    assert rerouting.reroute_orders([order.pk], actor="t").refused
    assert work_at(order) == {}

    rejecting.lift_exclusion([work.pk], actor="user:mia").one()
    drain_queue()

    assert list(work_at(order)) == ["BER"]


def test_every_event_of_a_rejection_tells_the_place_and_the_reason(world):
    """Defect 27."""
    [order] = shop.place_orders(world.channel)
    [work] = work_at(order).values()

    reject([work], "cannot_ship", reason="no carrier today").one()

    events = Event.objects.filter(root_type="order", root_id=order.pk)
    data = {e.action: e.data for e in events if e.subject_type == "fulfillmentorder"}
    assert data["fulfillmentorder.rejected"] == {
        "code": "cannot_ship",
        "location": "BER",
        "reason": "no carrier today",
    }
    assert data["fulfillmentorder.assigned"] == {"location": "HAM"}


def test_bad_rejections_are_refused_and_change_nothing(world):
    [order, packed] = shop.place_orders(world.channel, 2)
    shop.advance([packed], to="packed")
    [work], [done] = work_at(order).values(), work_at(packed).values()
    before = tables()

    out = rejecting.reject(
        {
            work.pk: Rejection("mood"),
            done.pk: Rejection("damaged"),
            999_999: Rejection("damaged"),
            "1": Rejection("damaged"),
            None: Rejection("damaged"),
        },
        actor="t",
    )
    for bad in (
        "damaged",
        None,
        Rejection("other", "x" * 151),
        Rejection("other", "\0"),
    ):
        out.refused |= {len(out.refused): 1}
        assert rejecting.reject({work.pk: bad}, actor="t").refused[work.pk]
    strange = Rejection("other", lines=frozenset([999_999]))
    assert rejecting.reject({work.pk: strange}, actor="t").refused[work.pk]

    assert out.done == []
    assert "choose among not_in_stock" in out.refused[work.pk][0]
    assert "it is packed" in out.refused[done.pk][0]
    assert {999_999, "1", None} <= set(out.refused)
    assert tables() == before


def test_lifting_what_is_not_left_out_is_refused(world):
    [order] = shop.place_orders(world.channel)
    [work] = work_at(order).values()

    out = rejecting.lift_exclusion([work.pk, 999_999], actor="t")

    assert "there is nothing to lift" in out.refused[work.pk][0]
    assert 999_999 in out.refused


def test_a_parcel_never_comes_from_another_place_than_its_allocation(world):
    """Defect 6 and 11: shipping takes the pieces where they are allocated."""
    [order] = shop.place_orders(world.channel)
    reject(shop.works_of([order])).one()

    shop.advance([order], to="shipped")

    assert level(world, world.ber, world.shirt).on_hand == 100
    assert level(world, world.store, world.shirt).on_hand == 9
    assert FulfillmentOrder.objects.filter(status="fulfilled").count() == 1
    assert RoutingDecision.objects.filter(order=order).count() == 2
    assert violations() == []
