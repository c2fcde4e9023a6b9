"""Journey 3, the first half: a wave is made, and picked by scans; a page that is opened
anew goes on where it was, and a wrong barcode changes nothing."""

import pytest
from django.urls import reverse

from fulfillment.models import FulfillmentOrder, FulfillmentOrderLine, Wave
from fulfillment.services import waves
from fulfillment.services.picking import walk_of
from inventory.models import Barcode, Location, Product
from tests import shop
from tests.browser.checks import in_time
from tests.browser.pages import PAGES
from tests.browser.station import SHOUT, Station
from tests.factories import ChannelFactory

ORDERS = 30
STOPS = 25
MOST_CLICKS = 3
MOST_MILLISECONDS = 400
ALL = "a"  # the key for "the others of this stop too"
STRANGER = "2000000000008"  # a barcode of nothing here


@pytest.fixture
def place(goods) -> Location:
    """A warehouse in which nothing waits to be picked."""
    place = Location.objects.filter(country="DE", kind="warehouse").earliest("pk")
    while waves.make_wave(waves.NewWave(place.pk, orders=100), actor="test").done:
        pass
    return place


@pytest.fixture
def skus(place) -> list[str]:
    """Each of them lies in one bin of that warehouse, and nowhere else is so much."""
    plain = Product.objects.filter(is_bundle=False, stock_levels__location=place)
    found = plain.filter(barcodes__isnull=False).order_by("pk").distinct()
    skus = list(found.values_list("sku", flat=True)[:STOPS])
    assert len(skus) == STOPS
    shop.receive(place, dict.fromkeys(skus, 200))
    return skus


@pytest.fixture
def orders(place, skus) -> list:
    """Thirty that are sent from there, of two kinds of goods each; each of the stops is
    wanted by at least one."""
    channel, made = ChannelFactory(), []
    for number in range(ORDERS):
        lines = [
            (skus[number % STOPS], 1 + number % 3),
            (skus[(number + 7) % STOPS], 1),
        ]
        made += shop.place_orders(channel, lines=lines)
    at = {work.location_id for work in shop.works_of(made)}
    assert at == {place.pk}, "the orders of this test are to leave from one warehouse"
    return made


@pytest.fixture
def wave(place, orders) -> Wave:
    return waves.make_wave(waves.NewWave(place.pk), actor="test").done[0]


def code_of(sku: str) -> str:
    return Barcode.objects.filter(product__sku=sku).earliest("pk").code


def picked(wave: Wave) -> dict[int, int]:
    """{line of work: pieces that lie in its slot}."""
    lines = FulfillmentOrderLine.objects.filter(fulfillment_order__wave=wave)
    return dict(lines.values_list("pk", "picked_quantity"))


def at_station(visitor) -> Station:
    return Station(visitor, reverse("admin:fulfillment_pick_waves"))


def current(station: Station) -> tuple[str, int]:
    """The SKU of the stop that the page shows, and how many pieces it wants."""
    page = station.visitor.page
    sku = page.locator("[aria-labelledby=station-stop] header code").inner_text()
    counts = page.locator("[aria-labelledby=station-stop] .count").all_inner_texts()
    shares = [text.split("/") for text in counts if "/" in text]
    return sku, sum(int(wanted) - int(had) for had, wanted in shares)


def test_a_wave_is_made_in_three_clicks(visit, place, orders):
    lead = visit("operations-lead")
    lead.go(PAGES["today"]())

    with lead.leaving():
        lead.click(f"nav.rail a[href='{PAGES['waves']()}']")
    assert f"{ORDERS} orders are next" in lead.text
    with lead.leaving():
        lead.click("main form[method=post] button.primary")
    with lead.leaving():
        lead.click("main a.primary")

    made = Wave.objects.latest("pk")
    assert lead.inputs.clicks <= MOST_CLICKS
    assert (lead.inputs.keys, lead.inputs.texts) == (0, 0)
    assert made.fulfillment_orders.count() == ORDERS
    assert made.number in lead.text
    assert lead.page.evaluate("document.activeElement.id") == "scan"


def test_each_stop_is_one_scan_and_a_key(visit, wave):
    walk = at_station(visit("packer"))
    bins = [stop.product.sku for stop in walk_of(wave).stops]

    walk.scan(wave.number)
    seen, keys = [], 0
    for _stop in range(len(bins)):
        sku, wanted = current(walk)
        seen.append(sku)
        walk.scan(code_of(sku))
        if wanted > 1:
            walk.press(ALL)
            keys += 1

    inputs = walk.visitor.inputs
    assert "All is picked" in walk.shout
    assert (len(seen), seen) == (STOPS, bins)
    assert inputs.clicks == 0
    assert inputs.scans == 1 + STOPS
    assert inputs.keys == keys <= STOPS
    lines = FulfillmentOrderLine.objects.filter(fulfillment_order__wave=wave)
    assert all(line.picked_quantity == line.held_quantity for line in lines)
    wave.refresh_from_db()
    assert wave.finished_at is not None
    assert in_time(walk.milliseconds, MOST_MILLISECONDS), walk.milliseconds


def test_a_page_that_is_opened_anew_in_the_middle_goes_on(visit, wave):
    walk = at_station(visit("packer"))
    walk.scan(wave.number)
    for _stop in range(3):
        sku, wanted = current(walk)
        walk.scan(code_of(sku))
        if wanted > 1:
            walk.press(ALL)
    left, stood, lies = walk.shout, current(walk), picked(wave)

    walk.visitor.page.reload()

    assert current(walk) == stood
    assert "to go" in walk.shout, left
    assert picked(wave) == lies
    walk.scan(code_of(stood[0]))
    assert sum(picked(wave).values()) == sum(lies.values()) + 1


def test_a_wrong_barcode_never_changes_a_quantity(visit, wave):
    walk = at_station(visit("packer"))
    walk.scan(wave.number)
    inside = {line.sku for line in _lines(wave)}
    other = Product.objects.filter(barcodes__isnull=False).exclude(sku__in=inside)
    before = picked(wave)

    for code in (code_of(other.earliest("pk").sku), STRANGER, "NO-SUCH"):
        said = walk.scan(code)
        assert "bad" in walk.visitor.page.locator(SHOUT).get_attribute("class"), said
        assert picked(wave) == before
    assert FulfillmentOrder.objects.filter(wave=wave, status="packed").count() == 0


def _lines(wave: Wave):
    lines = FulfillmentOrderLine.objects.filter(fulfillment_order__wave=wave)
    return [line.order_line for line in lines.select_related("order_line")]
