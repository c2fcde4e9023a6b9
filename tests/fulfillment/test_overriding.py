"""Work moved by hand: with a reason, named objections, and nothing corrupted."""

import pytest

from fulfillment.models import RoutingDecision
from fulfillment.routing import explain
from fulfillment.services import overriding
from inventory.models import StockLevel
from oms.core.models import Event
from oms.invariants import violations
from tests import factories, shop
from tests.snapshot import tables

pytestmark = pytest.mark.django_db


def move(works, to, reason="The customer collects it there", **said):
    return overriding.override(
        {work.pk: to.pk for work in works}, reason=reason, actor="user:mia", **said
    )


def numbers(place, product):
    row = StockLevel.objects.get(location=place, product=product, condition="sellable")
    return row.on_hand, row.allocated


def test_moving_takes_the_promise_along(world):
    """Defect 6 and 11: the old place is freed, the new one promises and sends."""
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 2), ("GIFTCARD", 1)])
    shop.advance([order], to="released")

    move(shop.works_of([order]), world.nyc).one()

    [work] = shop.works_of([order])
    assert (work.location, work.status) == (world.nyc, "assigned")
    assert numbers(world.ber, world.shirt) == (100, 0)
    assert numbers(world.nyc, world.shirt) == (100, 2)
    shop.advance([order], to="shipped")
    assert numbers(world.ber, world.shirt) == (100, 0)
    assert numbers(world.nyc, world.shirt) == (98, 0)
    assert violations() == []


def test_the_reason_stands_in_the_decision_and_on_the_timeline(world):
    [order] = shop.place_orders(world.channel)

    move(shop.works_of([order]), world.nyc).one()

    decision = order.routing_decisions.latest("id")
    assert decision.kind == RoutingDecision.Kind.OVERRIDE
    assert decision.actor == "user:mia"
    assert explain.why(decision) == (
        "NYC: chosen by hand. Reason: The customer collects it there."
    )
    event = Event.objects.get(action="fulfillmentorder.moved")
    assert event.data == {
        "location": "BER",
        "to": "NYC",
        "reason": "The customer collects it there",
    }


def test_an_objection_is_named_and_force_overrules_it(world):
    pool = factories.LocationGroupFactory(locations=[world.ber])
    world.channel.pool = pool
    world.channel.save()
    [order] = shop.place_orders(world.channel)
    works = shop.works_of([order])

    out = move(works, world.nyc)
    assert out.refused[works[0].pk] == [
        f"{works[0]}: against NYC: it does not serve this channel; move it by force, "
        "or to another location."
    ]

    move(works, world.nyc, force=True).one()
    assert [work.location for work in shop.works_of([order])] == [world.nyc]


def test_a_full_day_is_an_objection(world):
    world.nyc.daily_capacity = 1
    world.nyc.save()
    orders = shop.place_orders(world.channel, 2)

    out = move(shop.works_of(orders), world.nyc)

    assert len(out.done) == 1
    [reasons] = out.refused.values()
    assert "its capacity of that day is used up" in reasons[0]


def test_what_is_not_there_cannot_be_sent_from_there_even_by_force(world):
    orders = shop.place_orders(world.channel, 2, [("SHIRT", 6)])
    works = shop.works_of(orders)

    out = move(works, world.store, force=True)

    assert out.done == works[:1]
    assert "HAM has 4 of the 6 pieces of SHIRT free" in out.refused[works[1].pk][0]
    assert numbers(world.store, world.shirt) == (10, 6)
    assert violations() == []


@pytest.mark.parametrize("reason", ["", "   ", None, 7, "x" * 201, "a\0b"])
def test_a_move_needs_a_reason(world, reason):
    [order] = shop.place_orders(world.channel)
    works = shop.works_of([order])

    out = move(works, world.nyc, reason)

    assert "a move needs a reason" in out.refused[works[0].pk][0]
    assert shop.works_of([order]) == works


def test_bad_moves_are_refused_and_change_nothing(world):
    [order, begun] = shop.place_orders(world.channel, 2)
    shop.advance([begun], to="picking")
    [work], [picking] = shop.works_of([order]), shop.works_of([begun])
    before = tables()

    def refused(moves):
        out = overriding.override(moves, reason="r", actor="t")
        assert out.done == []
        return out.refused

    assert "at BER already" in refused({work.pk: world.ber.pk})[work.pk][0]
    assert "it is picking" in refused({picking.pk: world.nyc.pk})[picking.pk][0]
    for to in (999_999, None, True, "NYC", 1.0):
        assert "does not exist" in refused({work.pk: to})[work.pk][0]
    assert set(refused({999_999: 1, "x": 1, None: 1})) == {999_999, "x", None}
    assert tables() == before
