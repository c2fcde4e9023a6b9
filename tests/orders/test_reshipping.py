"""Sending again what has left: an order of its own, free, that goes its usual way."""

import pytest

from oms.core.models import Event, WorkItem
from orders.services.reshipping import Reship, reship_orders
from tests import shop

LOST = "The parcel was lost."


@pytest.fixture
def delivered(world):
    orders = shop.place_orders(world.channel, 1, [("SHIRT", 2), ("MUG", 1)])
    shop.advance(orders)
    return orders[0]


def wish(order, number=1, reason=LOST):
    line = order.lines.get(sku="SHIRT")
    return Reship(order.pk, {line.pk: number}, reason)


def test_the_pieces_go_out_again_for_nothing_to_the_same_person(delivered):
    new = reship_orders([wish(delivered, 2)], actor="user:ann").one()

    new.refresh_from_db()
    assert (new.phase, new.total_amount) == ("in_fulfillment", 0)
    assert [(x.sku, x.quantity) for x in new.lines.all()] == [("SHIRT", 2)]
    assert new.external_id == f"{delivered.number}-R1"
    assert new.customer_id == delivered.customer_id
    assert new.ship_to_street == delivered.ship_to_street
    said = Event.objects.filter(action__in=["order.reshipped", "order.reships"])
    assert {(e.subject_id, e.data["order"]) for e in said} == {
        (delivered.pk, new.number),
        (new.pk, delivered.number),
    }


def test_a_second_time_makes_a_second_order(delivered):
    reship_orders([wish(delivered)], actor="user:ann").one()
    again = reship_orders([wish(delivered)], actor="user:ann").one()

    assert again.external_id == f"{delivered.number}-R2"


def test_that_it_is_free_and_the_same_again_holds_nothing_up(world):
    world.channel.price_tolerance, world.channel.duplicate_hours = 5, 12
    world.channel.save()
    [order] = shop.place_orders(world.channel, 1, [("SHIRT", 1)])
    shop.advance([order])

    new = reship_orders([wish(order)], actor="user:ann").one()

    new.refresh_from_db()
    assert new.status == "confirmed"
    assert not WorkItem.objects.filter(subject_id=new.pk, status="open").exists()


def test_no_more_than_has_left_is_sent_again(delivered):
    out = reship_orders([wish(delivered, 3)], actor="user:ann")

    [[reason]] = out.refused.values()
    assert "left 2 times" in reason
    assert not Event.objects.filter(action="order.reshipped").exists()


def test_it_needs_a_reason(delivered):
    out = reship_orders([wish(delivered, reason=" ")], actor="user:ann")

    [[text]] = out.refused.values()
    assert "why it is sent again" in text


def test_many_take_as_many_statements_as_one(world, statements):
    def delivered(number):
        orders = shop.place_orders(world.channel, number, [("SHIRT", 1)])
        shop.advance(orders)
        return [wish(order) for order in orders]

    counts = statements.by_size(
        delivered, lambda wishes: reship_orders(wishes, actor="user:ann"), (2, 20)
    )

    assert counts[2] == counts[20]
