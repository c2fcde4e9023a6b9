"""Journey 1, a support agent: somebody asks where an order is. Whatever they name it
by, the answer stands there after two keys, from any page."""

import pytest
from django.urls import reverse

from fulfillment.models import Shipment
from tests import shop
from tests.browser.checks import in_time
from tests.browser.pages import PAGES
from tests.factories import ChannelFactory

MOST_SECONDS = 1.5
PERMITTED = ["clipboard-read", "clipboard-write"]
FROM = ("today", "stock", "exceptions", "customers")


@pytest.fixture
def parcel(db) -> Shipment:
    """On its way to somebody who has ordered once."""
    rows = Shipment.objects.filter(status="shipped", order__phase="shipped")
    rows = rows.exclude(tracking_number="").exclude(last_event_at=None)
    rows = rows.exclude(promised_at=None).order_by("pk")
    return next(
        each
        for each in rows.select_related("order__customer")
        if each.order.customer.orders.count() == each.order.shipments.count() == 1
    )


@pytest.fixture
def by_dhl(goods) -> Shipment:
    channel = ChannelFactory()
    orders = shop.place_orders(channel, lines=[(goods[0], 1)])
    shop.advance(orders, to="shipped")
    [parcel] = shop.parcels_of(orders)
    return parcel


def page_of(order) -> str:
    return reverse("admin:orders_order_change", args=[order.pk])


def names_of(parcel, url: str) -> list[str]:
    order = parcel.order
    pasted = f"{url}{page_of(order)}"
    return [order.number, order.customer.email, parcel.tracking_number, pasted]


def test_any_name_from_any_page_leads_to_the_order(visit, parcel):
    agent, seconds = visit("support"), []

    for start, name in zip(FROM, names_of(parcel, agent.url), strict=True):
        agent.go(PAGES[start]())
        with agent.leaving() as timing:
            agent.press("Control+k")
            agent.type(name)
            agent.press("Enter")
        seconds.append(timing.seconds)
        assert agent.path.partition("?")[0] == page_of(parcel.order), name

    assert (agent.inputs.clicks, agent.inputs.keys) == (0, 2 * 4)
    assert in_time(seconds, MOST_SECONDS), seconds


def test_the_answer_stands_above_the_fold(visit, parcel):
    agent = visit("support")

    agent.go(page_of(parcel.order))

    seen = agent.above_fold.lower()
    for text in ("shipped.", parcel.tracking_number, "last scan", "promised for"):
        assert text.lower() in seen, text


def test_the_carrier_is_a_link_away(visit, by_dhl):
    agent = visit("support")

    agent.go(page_of(by_dhl.order))

    carrier = agent.page.get_by_role("link", name="Track parcel").first
    assert "dhl.com" in carrier.get_attribute("href")
    assert by_dhl.tracking_number in carrier.get_attribute("href")
    assert "Track parcel" in agent.above_fold


def test_one_key_copies_what_to_write(visit, parcel):
    agent = visit("support", permissions=PERMITTED)
    agent.go(page_of(parcel.order))

    agent.press("c")

    reply = agent.page.evaluate("navigator.clipboard.readText()")
    assert parcel.tracking_number in reply
    assert agent.inputs.all == 1
