"""The answer on top of the order page, for staff and for the customer."""

from datetime import date

import pytest
from django.utils import timezone

from fulfillment.services import shipping, tracking
from orders.models import Order
from orders.services import cancellation, notes
from orders.services.holds import NewHold, place_holds
from tests import factories, shop
from tests.admin.order_page import answer_of, buttons_of, reply_of, shown

pytestmark = pytest.mark.django_db


def unpaid(world, **fields):
    channel = factories.ChannelFactory(code="later", payment="later")
    return shop.place_orders(channel, **fields)[0]


def held(world):
    [order] = shop.place_orders(world.channel)
    new = NewHold(order.pk, "customer_request", ["ship"], "user:anna", "x", "away")
    place_holds([new], actor="user:anna").one()
    return order


def at_step(step):
    def make(world):
        orders = shop.place_orders(world.channel, lines=[("SHIRT", 2)])
        if step:
            shop.advance(orders, to=step)
        return orders[0]

    return make


def waiting(world):
    return shop.place_orders(world.channel, lines=[("SHIRT", 1), ("POSTER", 2)])[0]


def unknown(world):
    return shop.place_orders(world.channel, lines=[("NO-SUCH", 1)])[0]


def cancelled(world):
    [order] = shop.place_orders(world.channel)
    cancellation.cancel_orders([order], reason="found cheaper", actor="user:mia")
    return order


def scanned(world):
    """On its way, with a scan of the carrier and a promise."""
    order = at_step("packed")(world)
    Order.objects.filter(pk=order.pk).update(promised_at=date(2999, 9, 26))
    [parcel] = shop.parcels_of([order])
    label = {parcel.pk: shipping.Label("00340434161094042557", "dhl")}
    shipping.ship_shipments(label, actor="test")
    report = tracking.Report(parcel.pk, "in_transit", timezone.now(), "Hamburg hub")
    tracking.record_tracking([report], actor="carrier")
    return order


PHASES = {
    unknown: (
        ["New.", "Placed today", "Shop", "unknown SKU NO-SUCH", "Next: see what its"],
        "checking it",
        "",
    ),
    held: (
        ["On hold.", "Customer request, since today", "by anna: “away”", "BER"],
        "on hold as you have asked",
        "Release hold… 1",
    ),
    waiting: (
        ["Awaiting stock.", "2 pieces wait for stock", "1 piece, to be released"],
        "2 items are out of stock",
        "Release",
    ),
    at_step(""): (
        ["In fulfillment.", "BER: 2 pieces, to be released since today"],
        "being prepared",
        "Release",
    ),
    at_step("released"): (
        ["In fulfillment.", "2 pieces, on its list since today", "the floor picks it"],
        "being prepared",
        "",
    ),
    at_step("picking"): (
        ["In fulfillment.", "being picked since today", "the station packs it"],
        "being packed",
        "",
    ),
    at_step("packed"): (
        ["In fulfillment.", "packed since today", "Next: buy its label"],
        "being packed",
        "",
    ),
    scanned: (
        [
            "Shipped. 2 pieces left",
            "today",
            "by DHL 00340434161094042557, last scan Hamburg hub, today",
            "Promised for Thu 26 Sep 2999.",
        ],
        "by DHL 00340434161094042557. It should be with you by Thu 26 Sep 2999.",
        "Track parcel 1",
    ),
    at_step("delivered"): (
        ["Delivered. 2 pieces from", "arrived today", "nothing is left to do"],
        "delivered on",
        "",
    ),
    cancelled: (
        ["Cancelled. Since today", "Reason: found cheaper.", "Next: refund the rest"],
        "cancelled",
        "",
    ),
}


@pytest.mark.parametrize(
    ("make", "said"), PHASES.items(), ids=lambda value: getattr(value, "__name__", "")
)
def test_the_answer_names_phase_place_time_and_next_step(office, world, make, said):
    world.ber.name = "BER"
    world.ber.save()
    order = make(world)

    html = shown(office, order)

    texts, reply, primary = said
    for text in texts:
        assert text in answer_of(html)
    assert reply in reply_of(html)
    assert buttons_of(html)[0].startswith(primary or "Copy reply")


def test_an_order_without_money_says_what_is_missing(office, world):
    order = unpaid(world, lines=[("SHIRT", 2)])

    html = shown(office, order)

    assert "Awaiting payment. 0.00 EUR of 20.00 EUR are secured" in answer_of(html)
    assert "Next: wait for the payment, or record it." in answer_of(html)
    assert "your payment of 20.00\xa0EUR" in reply_of(html)


def test_the_customer_reads_nothing_of_the_inside(office, world):
    [order] = shop.place_orders(world.channel)
    new = NewHold(order.pk, "high_risk_of_fraud", ["ship"], "risk", "x", "a thief?")
    place_holds([new], actor="task:risk")
    notes.add_notes({order.pk: "smells of fraud"}, actor="user:anna")

    reply = reply_of(shown(office, order))

    assert order.external_id in reply
    for inside in ("fraud", "thief", "BER", "risk"):
        assert inside not in reply


def test_tracking_numbers_lead_to_the_carrier(office, world):
    html = shown(office, scanned(world))

    assert "https://www.dhl.com/global-en/home/tracking.html?tracking-id=0034" in html
    assert 'data-copy="00340434161094042557"' in html
