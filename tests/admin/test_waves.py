"""Waves, picking and handing over in the back office, as who works there uses them."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from fulfillment.models import Shipment, Wave
from fulfillment.services import labels, waves
from inventory.models import Barcode
from oms import roles
from oms.invariants import violations
from orders.services import holds
from tests import factories, shop
from tests.factories.rates import make_service
from tests.snapshot import tables

HIDDEN = re.compile(r'<input type="hidden" name="(wave|after|stop)" value="(\d+)">')
SHOUT = re.compile(r'station-shout (\w+)" role="(\w+)"><b>(.*?)</b> <span>(.*?)</span>')
LIST = "/admin/fulfillment/wave/"
HAND_OVER = "/admin/fulfillment/shipment/hand-over/"


class Page:
    def __init__(self, browser):
        self.browser, self.url = browser, reverse("admin:fulfillment_pick_waves")
        self.open()

    def open(self, query=""):
        self.read(self.browser.get(f"{self.url}?{query}"))

    def send(self, code="", **more):
        body = more or {"code": code}
        self.read(self.browser.post(self.url, self.form | body))
        return self.title

    def read(self, answer):
        assert answer.status_code == 200
        self.html = answer.content.decode()
        scanning = self.html.partition('class="station-scan"')[2].partition("</form>")
        self.form = dict(HIDDEN.findall(scanning[0]))
        [(self.tone, self.role, self.title, self.text)] = SHOUT.findall(self.html)


@pytest.fixture
def orders(world):
    make_service("standard")
    Barcode.objects.create(code="4006381333948", product=world.mug)
    wishes = [[("SHIRT", 2), ("MUG", 1)], [("MUG", 2)]]
    return [shop.place_orders(world.channel, lines=lines)[0] for lines in wishes]


@pytest.fixture
def login(client, world):
    """Log in somebody with these permissions, at these places."""

    def log_in(*codes, places=(), role=""):
        user = factories.UserFactory(username="pat")
        if role:
            roles.sync()
            user.groups.add(roles.Group.objects.get(name=role))
        user.user_permissions.set(Permission.objects.filter(codename__in=codes))
        user.locations.set(places)
        client.force_login(user)
        return client

    return log_in


def said(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def make(browser, world, **more):
    body = {"location": world.ber.pk, "orders": "30", "units": "500", "cut_off": ""}
    return browser.post(f"{LIST}make/", body | more, follow=True)


def test_the_page_shows_the_next_wave_and_one_button_makes_it(office, world, orders):
    new = holds.NewHold(orders[0].pk, "incorrect_address", ["ship"], "user:a", "x")
    holds.place_holds([new], actor="user:a")
    page = office.get(LIST).content.decode()
    assert "1 order is next" in page
    assert "Stays out" in page

    answer = make(office, world)

    wave = Wave.objects.get()
    assert answer.redirect_chain[-1][0] == f"{LIST}{wave.pk}/change/"
    assert said(answer) == [f"Wave {wave.number}: 1 order is in it."]
    assert wave.number in office.get(LIST).content.decode()


@pytest.mark.parametrize(
    "bad",
    [
        {"orders": "0"},
        {"orders": "x"},
        {"units": "9" * 30},
        {"cut_off": "soon"},
        {"cut_off": "2026-99-99T10:00"},
        {"orders": "\x00"},
    ],
)
def test_a_bad_wish_is_told_and_makes_nothing(office, world, orders, bad):
    before = tables()

    assert said(make(office, world, **bad))
    assert office.get(LIST, bad).status_code == 200
    assert tables() == before


def test_a_wave_is_made_at_ones_own_places_only(login, world, orders):
    browser = login("view_wave", "release_fulfillmentorder", places=[world.nyc])

    assert make(browser, world).status_code == 404
    wave = waves.make_wave(waves.NewWave(world.ber.pk), actor="t").one()
    for part in ("change", "list", "cancel"):
        url = f"{LIST}{wave.pk}/{part}/"
        browse = browser.post if part == "cancel" else browser.get
        assert browse(url).status_code == 404
    assert wave.number not in browser.get(LIST).content.decode()


def test_get_changes_nothing(office, world, orders):
    wave = waves.make_wave(waves.NewWave(world.ber.pk), actor="t").one()
    before = tables()

    urls = [f"{LIST}make/", f"{LIST}{wave.pk}/cancel/"]
    assert [office.get(url).status_code for url in urls] == [405, 405]
    for url in (LIST, f"{LIST}{wave.pk}/change/", f"{LIST}{wave.pk}/list/"):
        assert office.get(url).status_code == 200
    assert tables() == before


def test_who_may_only_look_makes_and_cancels_nothing(login, world, orders):
    wave = waves.make_wave(waves.NewWave(world.ber.pk), actor="t").one()
    browser = login("view_wave")

    assert make(browser, world).status_code == 403
    assert browser.post(f"{LIST}{wave.pk}/cancel/").status_code == 403
    assert browser.get(f"{LIST}pick/").status_code == 403
    assert browser.get(HAND_OVER).status_code == 403
    page = browser.get(f"{LIST}{wave.pk}/change/").content.decode()
    assert "Take the wave apart" not in page
    assert "Pick by scan" not in page


def test_a_wave_is_taken_apart_until_somebody_begins(office, world, orders):
    make(office, world)
    wave = Wave.objects.get()
    answer = office.post(f"{LIST}{wave.pk}/cancel/", follow=True)
    assert "is cancelled" in said(answer)[0]
    answer = office.post(f"{LIST}{wave.pk}/cancel/", follow=True)
    assert "is cancelled already" in said(answer)[0]


def test_a_picker_needs_no_click(login, world, orders):
    wave = waves.make_wave(waves.NewWave(world.ber.pk), actor="t").one()
    page = Page(login(role="packer", places=[world.ber]))
    assert wave.number in page.html

    assert page.send(wave.number) == "5 pieces to go"
    assert page.send("4006381333948") == "1 into slot A"
    assert page.send(all="1") == "2 into slot B"
    assert page.send("POSTER") == "STOP: wrong item"
    assert (page.tone, page.role) == ("bad", "alert")
    assert page.send("SHIRT") == "1 into slot A"
    form = page.form
    page.open(f"wave={wave.number}")
    assert page.form["after"] == form["after"]
    assert page.send(pieces="2") == "All is picked"
    assert violations() == []


def test_short_is_a_page_with_reasons(office, world, orders):
    wave = waves.make_wave(waves.NewWave(world.ber.pk), actor="t").one()
    page = Page(office)
    page.send(wave.number)
    page.open(f"wave={wave.number}&stop={page.form['stop']}&short=1")

    assert "Not in stock" in page.html
    assert page.send(short="not_in_stock") == "Told as missing"
    assert violations() == []


def test_short_needs_its_permission(login, world, orders):
    wave = waves.make_wave(waves.NewWave(world.ber.pk), actor="t").one()
    page = Page(login("pick_fulfillmentorder"))
    page.send(wave.number)
    before = tables()

    answer = page.browser.post(page.url, page.form | {"short": "damaged"})

    assert answer.status_code == 403
    assert "Short" not in page.html
    assert tables() == before


@pytest.mark.parametrize(
    "bad",
    [
        {"wave": "x"},
        {"wave": "9" * 30},
        {"after": "9" * 18},
        {"stop": "²"},
        {"code": "\x00"},
        {"pieces": "x"},
        {"pieces": "9" * 30},
        {"all": "1"},
        {"short": "x" * 999, "stop": "0"},
    ],
)
def test_a_form_that_nobody_sends_is_answered_in_words(office, world, orders, bad):
    wave = waves.make_wave(waves.NewWave(world.ber.pk), actor="t").one()
    page = Page(office)
    page.send(wave.number)
    before = tables()

    page.send(**{"code": "NO-SUCH"} | bad)

    assert page.text
    assert tables() == before


def test_a_pick_takes_few_statements_and_a_small_page(login, world, statements):
    shop.place_orders(world.channel, 30, [("SHIRT", 2), ("MUG", 1)])
    wave = waves.make_wave(waves.NewWave(world.ber.pk), actor="t").one()
    page = Page(login(role="packer", places=[world.ber]))
    page.send(wave.number)

    count = statements(page.send, "SHIRT")[1]

    assert count <= 26, count
    assert len(page.html) < 100_000
    for url in (LIST, f"{LIST}{wave.pk}/change/"):
        answer, count = statements(page.browser.get, url)
        assert count <= 15, (url, count)
        assert len(answer.content) < 100_000


# --- Handing over ---------------------------------------------------------------------


@pytest.fixture
def parcels(world, orders):
    shop.advance(orders, to="packed")
    labels.request_labels(shop.parcels_of(orders), actor="t")
    return shop.parcels_of(orders)


def test_what_stands_here_is_handed_over_once(login, world, parcels):
    browser = login("ship_shipment", places=[world.ber])
    page = browser.get(HAND_OVER).content.decode()
    assert all(parcel.tracking_number in page for parcel in parcels)
    body = {"parcel": [parcel.pk for parcel in parcels]}

    first = browser.post(HAND_OVER, body, follow=True)
    second = browser.post(HAND_OVER, body, follow=True)

    assert said(first) == ["2 parcels handed over."]
    assert all("handed over at" in text for text in said(second))
    assert "No parcel stands here" in second.content.decode()
    assert Shipment.objects.filter(handed_over_at__isnull=False).count() == 2


def test_parcels_of_other_places_are_not_mine(login, world, parcels):
    browser = login("ship_shipment", places=[world.nyc])
    before = tables()["Shipment"]

    assert parcels[0].number not in browser.get(HAND_OVER).content.decode()
    body = {"parcel": [parcels[0].pk, "x", "9" * 30, ""]}
    assert "No parcel was chosen" in said(browser.post(HAND_OVER, body, follow=True))[0]
    assert tables()["Shipment"] == before
    label = parcels[0].labels.get()
    for name, pk in (("label_print", label.pk), ("shipment_slip", parcels[0].pk)):
        url = reverse(f"admin:fulfillment_{name}", args=[pk])
        assert browser.get(url).status_code in (403, 404)


def test_handing_over_lists_in_few_statements(login, world, statements):
    make_service("standard")
    browser = login("ship_shipment")
    counts = []
    for size in (1, 10):
        orders = shop.place_orders(world.channel, size)
        shop.advance(orders, to="packed")
        labels.request_labels(shop.parcels_of(orders), actor="t")
        browser.get(HAND_OVER)
        counts.append(statements(browser.get, HAND_OVER)[1])

    assert counts[0] == counts[1] <= 12, counts
