"""Routing over the tables: the decision is kept and can be read as sentences."""

import pytest

from fulfillment.models import RoutingDecision
from fulfillment.routing import explain
from inventory.models import StockLevel
from tests import factories, shop

pytestmark = pytest.mark.django_db


def decision_of(order):
    return RoutingDecision.objects.get(order=order)


def sending(order):
    """{location code: {SKU: pieces}} of the work of an order."""
    return {
        work.location.code: {
            line.order_line.sku: line.quantity for line in work.lines.all()
        }
        for work in shop.works_of([order])
    }


def test_the_decision_is_kept_as_it_was_made(world):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 2), ("POSTER", 1)])

    decision = decision_of(order)

    assert decision.candidates == [
        {"code": "BER", "distance_km": 0.0},
        {"code": "HAM", "distance_km": 255.6, "outranked": ["nearest", 255.6]},
        {"code": "NYC", "distance_km": 6386.3, "outranked": ["nearest", 6386.3]},
    ]
    assert decision.lines == [
        {
            "position": 1,
            "wanted": 2,
            "available": {"BER": 100, "HAM": 10, "NYC": 100},
            "granted": {"BER": 2},
        },
        {"position": 2, "wanted": 1, "available": {}, "granted": {}},
    ]
    assert (decision.mode, decision.splits) == ("ranked", 1)


def test_the_nearest_location_is_explained(world):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 2)])

    decision = decision_of(order)

    assert explain.why(decision) == ("BER: the nearest that has everything, 0 km away.")
    assert explain.why_not(decision) == [
        "HAM: it is 255.6 km farther away.",
        "NYC: it is 6386.3 km farther away.",
    ]
    assert explain.why_line(decision, 1) == (
        "Line 1: 2 wanted; free: BER 100, HAM 10, NYC 100; sent by: BER 2."
    )


def test_a_split_is_explained(world):
    shop.receive(world.nyc, {"POSTER": 3})
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 101), ("POSTER", 5)])

    decision = decision_of(order)

    assert sending(order) == {"BER": {"SHIRT": 100}, "NYC": {"SHIRT": 1, "POSTER": 3}}
    assert explain.why(decision) == (
        "BER + NYC: no single location holds it; these are the fewest that do; "
        "2 pieces wait for stock."
    )
    assert explain.why_line(decision, 2) == (
        "Line 2: 5 wanted; free: NYC 3; sent by: NYC 3."
    )


def test_what_waits_is_explained(world):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 1), ("POSTER", 1)])

    decision = decision_of(order)

    assert explain.why(decision) == (
        "BER: it has the most of it, 0 km away; 1 piece waits for stock."
    )
    assert explain.why_line(decision, 2) == (
        "Line 2: 1 wanted; free: nowhere; sent by: nobody yet."
    )


def test_an_order_that_nobody_can_send_is_explained(world):
    shop.receive(world.ber, {"POSTER": 1})
    shop.place_orders(world.channel, lines=[("POSTER", 1)])
    [order] = shop.place_orders(world.channel, lines=[("POSTER", 1)])

    decision = decision_of(order)

    assert sending(order) == {}
    assert explain.why(decision) == "Waits: no location has any of it free."
    assert explain.why_not(decision) == [
        "BER: it has none of this free.",
        "HAM: it never had any of this.",
        "NYC: it never had any of this.",
    ]


def test_only_the_pool_of_the_channel_sends(world):
    pool = factories.LocationGroupFactory(locations=[world.nyc])
    channel = factories.ChannelFactory(code="us", pool=pool)

    [order] = shop.place_orders(channel, lines=[("SHIRT", 101)])

    assert sending(order) == {"NYC": {"SHIRT": 100}}
    assert explain.why_not(decision_of(order)) == [
        "BER: it does not serve this channel.",
        "HAM: it does not serve this channel.",
    ]


def test_channels_of_one_batch_keep_their_own_pools(world):
    pool = factories.LocationGroupFactory(locations=[world.nyc])
    other = factories.ChannelFactory(code="us", pool=pool)
    keys = shop.send(world.channel, [shop.incoming()])
    keys += shop.send(other, [shop.incoming()])

    orders = shop.intake.take_in(keys, actor="test").done

    assert {order.channel.code: sending(order) for order in orders} == {
        "shop": {"BER": {"SHIRT": 1}},
        "us": {"NYC": {"SHIRT": 1}},
    }


def test_an_empty_pool_sends_nothing(world):
    channel = factories.ChannelFactory(
        code="none", pool=factories.LocationGroupFactory()
    )

    [order] = shop.place_orders(channel)

    assert (sending(order), order.phase) == ({}, "awaiting_stock")


def test_an_inactive_location_is_left_out(world):
    world.ber.is_active = False
    world.ber.save()

    [order] = shop.place_orders(world.channel)

    decision = decision_of(order)
    assert sending(order) == {"HAM": {"SHIRT": 1}}
    assert explain.why_not(decision)[0] == "BER: it is switched off."
    assert decision.lines[0]["available"] == {"HAM": 10, "NYC": 100}


def test_without_an_address_the_priority_decides(world):
    world.channel.address_required = False
    world.channel.save()

    [order] = shop.place_orders(world.channel, ship_to=shop.IncomingAddress())

    decision = decision_of(order)
    assert decision.candidates == [
        {"code": "BER"},
        {"code": "NYC", "outranked": ["code", None]},
        {"code": "HAM", "outranked": ["preferred", 100]},
    ]
    assert explain.why(decision) == ("BER: the nearest that has everything.")


def test_orders_of_one_batch_share_what_is_free_by_priority(world):
    shop.receive(world.ber, {"POSTER": 1})
    low, high = (shop.incoming([("POSTER", 1)], priority=n) for n in (0, 5))

    shop.intake.take_in(shop.send(world.channel, [low, high]), actor="test")

    level = StockLevel.objects.get(product=world.poster)
    decisions = RoutingDecision.objects.select_related("order")
    assert {d.order.external_id: d.lines[0]["granted"] for d in decisions} == {
        low.external_id: {},
        high.external_id: {"BER": 1},
    }
    assert (level.on_hand, level.allocated) == (1, 1)


def test_what_keeps_no_stock_goes_along_without_a_level(world):
    [order] = shop.place_orders(world.channel, lines=[("GIFTCARD", 2), ("SHIRT", 1)])

    [work] = shop.works_of([order])

    levels = {line.order_line.sku: line.stock_level for line in work.lines.all()}
    assert sending(order) == {"BER": {"GIFTCARD": 2, "SHIRT": 1}}
    assert levels["GIFTCARD"] is None
    assert levels["SHIRT"].location == world.ber
