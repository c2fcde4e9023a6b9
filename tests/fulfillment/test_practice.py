"""Practice and earnest are apart: an order of practice never takes, ships or brings
back what is real, nor a real one what is not there."""

import pytest

from channels.models import Listing
from channels.selectors import channel_atp, listing_quantities
from channels.services.inbox import RawMessage, store_messages
from fulfillment.models import FulfillmentOrder
from fulfillment.services import overriding, waiting
from inventory.models import Product, StockLevel
from orders.models import Order
from orders.services import intake
from returns.models import Return
from returns.services import blind, receiving, requesting
from tests import factories, shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice(world):
    return factories.ChannelFactory(code="try", is_sandbox=True)


@pytest.fixture
def place(world):
    """Nearer than any other, and with more of all."""
    facts = {"priority": 0, "lat": 52.5, "lon": 13.4, "is_sandbox": True}
    found = factories.LocationFactory(code="TRY", **facts)
    shop.receive(found, {"SHIRT": 500, "MUG": 500})
    return found


def where(*orders: Order) -> list[str]:
    works = FulfillmentOrder.objects.filter(order__in=orders).exclude(
        status="cancelled"
    )
    return list(works.order_by("order").values_list("location__code", flat=True))


def real_pieces() -> list[tuple]:
    levels = StockLevel.objects.filter(location__is_sandbox=False).order_by("pk")
    return list(levels.values_list("pk", "on_hand", "allocated"))


def test_without_a_place_of_practice_an_order_waits(practice, world):
    before = real_pieces()

    [order] = shop.place_orders(practice)
    waiting.allocate_waiting([world.shirt.pk], actor="t")

    order.refresh_from_db()
    assert (order.status, order.phase) == ("confirmed", "awaiting_stock")
    assert (where(order), real_pieces()) == ([], before)


def test_a_pool_with_real_places_opens_none_of_them(practice, place, world):
    practice.pool = factories.LocationGroupFactory(locations=[world.ber, place])
    practice.save()
    before = real_pieces()

    [order] = shop.place_orders(practice, lines=[("SHIRT", 2), ("MUG", 1)])
    shop.advance([order])

    assert (where(order), real_pieces()) == (["TRY"], before)


def test_a_real_order_is_not_served_by_what_is_not_there(place, world):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 120)])

    order.refresh_from_db()
    assert "TRY" not in where(order)
    assert StockLevel.objects.get(location=place, product=world.shirt).allocated == 0


def test_orders_of_both_kinds_in_one_batch_go_their_own_ways(practice, place, world):
    keys = []
    for channel in (world.channel, practice):
        said = shop.incoming()
        message = RawMessage(said.external_id, said.to_payload())
        keys += [m.pk for m in store_messages(channel, [message], actor="t").done]

    intake.take_in(keys, actor="t")

    real, tried = Order.objects.order_by("channel__is_sandbox")
    assert (where(real), where(tried)) == (["BER"], ["TRY"])


def test_nobody_moves_work_across_by_force(practice, place, world):
    [real] = shop.place_orders(world.channel)
    [tried] = shop.place_orders(practice)
    moves = {
        FulfillmentOrder.objects.get(order=real).pk: place.pk,
        FulfillmentOrder.objects.get(order=tried).pk: world.ber.pk,
    }

    out = overriding.override(moves, reason="Why not", actor="t", force=True)

    assert out.refused.keys() == moves.keys()
    assert (where(real), where(tried)) == (["BER"], ["TRY"])


def test_channels_show_the_pieces_of_their_own_kind(practice, place, world):
    for channel in (world.channel, practice):
        Listing.objects.create(channel=channel, sku="S", product=world.shirt)

    shown = [
        [q.shown for q in listing_quantities(channel).values()]
        for channel in (world.channel, practice)
    ]
    found = channel_atp([world.channel, practice], [world.shirt.pk])

    assert shown == [[210], [500]]
    assert found[world.channel.pk, world.shirt.pk] == 210
    assert found[practice.pk, world.shirt.pk] == 500


def test_what_waits_for_practice_takes_no_room_of_what_is_real(practice, world):
    Product.objects.filter(sku="POSTER").update(backorder_limit=2)

    [tried] = shop.place_orders(practice, lines=[("POSTER", 2)])
    [real] = shop.place_orders(world.channel, lines=[("POSTER", 2)])
    [late] = shop.place_orders(world.channel, lines=[("POSTER", 1)])

    statuses = [order.status for order in (tried, real, late)]
    assert statuses == ["confirmed", "confirmed", "pending"]


def test_what_was_practised_comes_back_to_no_real_shelf(practice, place, world):
    [order] = shop.place_orders(practice)
    shop.advance([order])
    line = order.lines.get()
    before = real_pieces()

    there = requesting.NewReturn(order.pk, {line.pk: 1}, location_id=world.ber.pk)
    refused = requesting.request_returns([there], actor="t")
    ret = requesting.request_returns(
        [requesting.NewReturn(order.pk, {line.pk: 1})], actor="t"
    ).one()
    requesting.approve_returns([ret], actor="t")
    arrivals = [
        receiving.Arrival(ret.pk, world.shirt.pk, 1, location.pk)
        for location in (world.ber, place)
    ]
    out = receiving.receive_returns(arrivals, actor="t")

    assert "is real" in refused.refused[0][0]
    assert out.refused.keys() == {0}
    assert (real_pieces(), Return.objects.get().location) == (before, place)


def test_a_parcel_on_a_real_table_is_none_of_practice(practice, place, world):
    [order] = shop.place_orders(practice)
    shop.advance([order])
    parcel = blind.Parcel(world.ber.pk, world.shirt.pk, 1)
    ret = blind.receive_blind([parcel], actor="t").one()

    out = blind.match_returns({ret.pk: order.pk}, actor="t")

    assert "is real" in out.refused[ret.pk][0]
