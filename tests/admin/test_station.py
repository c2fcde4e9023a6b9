"""The packing station over HTTP, as a browser without scripts uses it: one form, and
nothing but scans."""

import re
from collections import Counter

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from fulfillment.models import PackScan, Shipment
from inventory.models import Barcode
from oms.invariants import violations
from orders.services import holds
from tests import factories, shop
from tests.factories.rates import make_service
from tests.snapshot import tables

HIDDEN = re.compile(r'<input type="hidden" name="(box|after)" value="(\d+)">')
SHOUT = re.compile(r'station-shout (\w+)" role="(\w+)"><b>(.*?)</b> <span>(.*?)</span>')
WISHES = [[("SHIRT", 2), ("MUG", 1)], [("MUG", 1)], [("SHIRT", 3)]]
CODES = {"SHIRT": "4006381333931", "MUG": "4006381333948"}


class Station:
    """A page with one form: `send` fills in its field and presses Enter."""

    def __init__(self, browser):
        self.browser = browser
        self.url = reverse("admin:fulfillment_pack_station")
        self.inputs = 0
        self.open()

    def open(self, work=""):
        self.read(self.browser.get(self.url, {"work": work} if work else {}))

    def send(self, code="", **more):
        self.inputs += 1
        page = {} if "again" in more else {"code": code}
        self.read(self.browser.post(self.url, self.form | page | more))
        return self.title

    def read(self, answer):
        assert answer.status_code == 200
        self.html = answer.content.decode()
        scanning = self.html.partition('class="station-scan"')[2].partition("</form>")
        self.form = dict(HIDDEN.findall(scanning[0]))
        [(self.tone, self.role, self.title, self.text)] = SHOUT.findall(self.html)


@pytest.fixture
def goods(world):
    make_service("standard")
    for sku, code in CODES.items():
        Barcode.objects.create(code=code, product=world.products[sku])


@pytest.fixture
def station(office, goods):
    return Station(office)


@pytest.fixture
def packer_of(client, goods):
    """Log in somebody with these permissions only."""

    def log_in(*codes, places=()):
        user = factories.UserFactory(username="pat")
        user.user_permissions.set(Permission.objects.filter(codename__in=codes))
        user.locations.set(places)
        client.force_login(user)
        return client

    return log_in


def released(world, lines=(("SHIRT", 2), ("MUG", 1))):
    [order] = shop.place_orders(world.channel, lines=lines)
    shop.advance([order], to="released")
    [work] = shop.works_of([order])
    return order, work


def test_thirty_orders_are_packed_by_scans_alone(station, world):
    works = [released(world, WISHES[n % 3])[1] for n in range(30)]
    units, titles = 0, Counter()

    for work in works:
        titles[station.send(work.number)] += 1
        for line in work.lines.select_related("order_line"):
            for _piece in range(line.quantity):
                titles[station.send(CODES[line.order_line.sku])] += 1
                units += 1

    assert (units, station.inputs) == (70, 30 + 70)
    assert titles == {
        "3 pieces to go": 20,
        "2 pieces to go": 20,
        "1 piece to go": 30,
        "Shipped": 30,
    }
    assert Shipment.objects.filter(status="shipped").count() == 30
    assert violations() == []


def test_the_page_shows_the_box_and_the_next_scan(station, world):
    order, work = released(world)

    station.send(work.number)
    station.send(CODES["SHIRT"])

    assert (station.tone, station.role) == ("calm", "status")
    assert station.text == (
        "Product SHIRT: 1 of 2. Wanted: 1 × Product SHIRT (SHIRT), 1 × Product MUG "
        "(MUG)."
    )
    for text in (
        f"{work.number}, order {order.number}, BER",
        "Goes to Erika Muster, Berlin DE",
        '<span class="count">1 / 2</span>',
        '<span class="count">0 / 1</span>',
        "Scan an item",
        "Put aside",
        "Start again",
    ):
        assert text in station.html


def test_what_was_sent_has_its_label_and_its_slip_at_hand(station, world):
    _order, work = released(world, [("MUG", 1)])

    station.send(work.number)
    station.send("MUG")

    assert (station.tone, station.title) == ("good", "Shipped")
    parcel = Shipment.objects.get()
    for url in (
        reverse("admin:fulfillment_label_print", args=[parcel.labels.get().pk]),
        reverse("admin:fulfillment_shipment_slip", args=[parcel.pk]),
    ):
        assert url in station.html
    assert station.form == {}


def test_a_wrong_item_is_red_in_words_and_ships_nothing(station, world):
    _order, work = released(world)
    station.send(work.number)
    before = tables()

    station.send("POSTER")

    assert (station.tone, station.role) == ("bad", "alert")
    assert station.title == "STOP: wrong item"
    assert tables() == before


def test_a_new_page_shows_the_same_state(station, world):
    _order, work = released(world)
    station.send(work.number)
    station.send("MUG")
    form = station.form

    station.open(work.number)

    assert station.form == form
    assert station.title == "2 pieces to go"


def test_looking_changes_nothing(station, world):
    order, work = released(world)
    before = tables()

    for number in (work.number, order.number, "F0", "\x00", "F" * 500):
        station.open(number)

    assert tables() == before


def test_a_hold_is_red_also_when_the_page_is_opened_anew(station, world):
    order, work = released(world)
    station.send(work.number)
    new = holds.NewHold(order.pk, "incorrect_address", ["ship"], "user:anna", "look")
    assert not holds.place_holds([new], actor="user:anna").refused

    station.open(work.number)
    assert (station.tone, station.title, station.form) == ("bad", "STOP", {})


def test_the_same_form_sent_twice_counts_once(station, world):
    _order, work = released(world)
    station.send(work.number)
    form = station.form
    station.send("MUG")

    station.form = form
    assert station.send("MUG") == "This scan was counted already"
    assert PackScan.objects.count() == 1


def test_start_again_is_a_button(station, world):
    _order, work = released(world)
    station.send(work.number)
    station.send("MUG")

    assert station.send(again="1") == "Start again"
    assert not PackScan.objects.filter(taken_out_at=None).exists()


@pytest.mark.parametrize(
    "bad",
    [
        {"box": "x"},
        {"box": "9" * 30},
        {"box": "-1"},
        {"box": "²"},
        {"after": "x"},
        {"after": "9" * 18},
        {"code": "\x00"},
        {"code": "x" * 5000},
        {"again": "1", "box": "0"},
    ],
)
def test_a_form_that_nobody_sends_is_answered_in_words(station, world, bad):
    _order, work = released(world)
    station.send(work.number)
    before = tables()

    station.send(**{"code": "NO-SUCH"} | bad)

    assert station.text
    assert tables() == before


def test_text_from_products_and_scanners_is_no_markup(station, world):
    station.send("<script>x</script>")

    assert "<script>x" not in station.html


def test_other_methods_are_refused(office, goods):
    url = reverse("admin:fulfillment_pack_station")

    assert [office.put(url).status_code, office.delete(url).status_code] == [405, 405]


def test_who_may_not_change_work_sees_no_station(packer_of):
    browser = packer_of("view_fulfillmentorder", "view_packscan")
    url = reverse("admin:fulfillment_pack_station")

    assert browser.get(url).status_code == 403
    assert browser.post(url, {"code": "1"}).status_code == 403


def test_a_packer_needs_one_permission_and_sees_only_what_works(packer_of, world):
    station = Station(packer_of("pack_fulfillmentorder", places=[world.ber]))
    _order, work = released(world, [("MUG", 1)])

    station.send(work.number)
    assert "A piece is missing" not in station.html
    station.send("MUG")

    assert station.title == "Shipped"
    assert "Print label" not in station.html
    assert PackScan.objects.get().actor == "user:pat"


def test_a_packer_packs_at_the_places_that_name_them(packer_of, world):
    station = Station(packer_of("pack_fulfillmentorder", places=[world.nyc]))
    _order, work = released(world)

    assert station.send(work.number) == "Not here"
    station.open(work.number)
    assert station.form == {}


def test_a_scan_takes_few_statements(packer_of, world, statements):
    packer = packer_of("pack_fulfillmentorder", places=[world.ber])
    station, counts = Station(packer), []
    for pieces in (2, 40):
        _order, work = released(world, [("SHIRT", pieces), ("MUG", pieces)])
        station.open()
        station.send(work.number)
        counts.append(statements(station.send, CODES["SHIRT"])[1])

    assert counts[0] == counts[1] <= 15, counts
