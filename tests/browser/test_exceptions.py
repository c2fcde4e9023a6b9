"""Journey 2, an operations lead: forty exceptions of four reasons, one at a time where
that is asked for, by reason where it is not."""

import dataclasses

import pytest
from django.urls import reverse

from inventory.models import Product
from oms.core import workitems
from oms.core.attention import PAGE
from oms.core.models import WorkItem
from orders.models import Order, RiskRule
from tests import shop
from tests.browser.pages import PAGES
from tests.factories import ChannelFactory

EACH = 10
MOST_CLICKS_A_REASON = 4
MOST_INPUTS = 20
RAIL = f"nav.rail a[href='{reverse(PAGE)}']"
# the way out of each reason, by its name in the page's buttons
WAYS_OUT = {
    "bad_address": "suggestion",
    "totals_differ": "accept",
    "price_differs": "accept",
    "high_risk": "release",
}
CONFIRM = "button[name=confirm]"


@pytest.fixture
def queue(goods) -> dict[str, list[Order]]:
    """{reason: the orders that wait for it}; nothing else waits."""
    old = WorkItem.objects.filter(status="open").values_list("pk", flat=True)
    workitems.close_items(list(old), note="before the test", actor="test")
    RiskRule.objects.update(is_active=False)
    facts = {"points": 60, "threshold": 0, "is_active": True}
    RiskRule.objects.update_or_create(signal="high_value", defaults=facts)
    Product.objects.filter(sku=goods[1]).update(list_price=20, list_currency="EUR")
    channel = ChannelFactory(address_checked=True, price_tolerance=5)
    wrong = dataclasses.replace(shop.BERLIN, postal_code="D-10969")
    plain, priced = [(goods[0], 1)], [(goods[1], 1)]
    Product.objects.filter(sku=goods[0]).update(list_price=None)
    return {
        "bad_address": shop.place_orders(channel, EACH, plain, ship_to=wrong),
        "totals_differ": shop.place_orders(channel, EACH, plain, total_amount=99),
        "price_differs": shop.place_orders(channel, EACH, priced),
        "high_risk": shop.place_orders(ChannelFactory(risk_limit=50), EACH, plain),
    }


def waiting() -> int:
    return WorkItem.objects.filter(status="open").count()


def in_group(kind: str, name: str) -> str:
    return f"main button[name=group][value='{name}:{kind}']"


def test_forty_of_four_reasons_are_cleared(visit, queue, drain_queue):
    lead = visit("operations-lead")
    lead.go(PAGES["today"]())
    assert waiting() == 4 * EACH

    for kind, name in WAYS_OUT.items():
        before = lead.inputs.clicks
        with lead.leaving():
            lead.click(RAIL)
        with lead.leaving():
            lead.click(in_group(kind, name))
        assert f"{EACH} can be done" in lead.text, lead.text
        with lead.leaving():
            lead.click(CONFIRM)
        assert f"{EACH} done" in lead.text, lead.text
        assert lead.inputs.clicks - before <= MOST_CLICKS_A_REASON

    assert waiting() == 0
    assert lead.inputs.all <= MOST_INPUTS, lead.inputs
    assert "Nothing waits for a person" in lead.text
    drain_queue()  # who was held is confirmed by a task
    orders = [order.pk for found in queue.values() for order in found]
    assert not Order.objects.filter(pk__in=orders, status="pending").exists()


def test_a_single_address_is_two_clicks_and_the_next_one_opens(visit, queue):
    first, second = queue["bad_address"][:2]
    lead = visit("operations-lead")
    lead.go(PAGES["today"]())

    with lead.leaving():
        lead.click(RAIL)
    seen = lead.above_fold
    for text in ("Suggested", "D-10969", first.number):
        assert text in seen, text
    with lead.leaving():
        lead.click("form.focus button[name=one]")

    first.refresh_from_db()
    assert (first.ship_to_postal_code, first.status) == ("10969", "confirmed")
    assert lead.inputs.all <= 2
    focus = lead.page.locator("form.focus")
    assert second.number in focus.inner_text()
    with lead.leaving():
        lead.press("1")
    second.refresh_from_db()
    assert second.ship_to_postal_code == "10969"
    assert waiting() == 4 * EACH - 2
