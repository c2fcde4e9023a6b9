"""The keys of the packing station over HTTP: each is a button of a form."""

import pytest
from django.urls import reverse

from fulfillment.models import Label, Package, PackScan, Shipment
from fulfillment.services import labels, waves
from fulfillment.services import work as floor
from inventory.models import Product
from oms.core.models import Event
from oms.invariants import violations
from tests import shop
from tests.admin.test_station import Station, goods, packer_of, released, station
from tests.snapshot import tables

__all__ = ["goods", "packer_of", "station"]  # fixtures


@pytest.fixture
def boxes(db):
    for number in range(1, 7):
        Package.objects.create(
            code=f"b{number}", name=f"Box {number}", position=number, weight_grams=10
        )


def press(station, **fields):
    """A key; its answer is the page."""
    station.read(station.browser.post(station.url, station.form | fields))
    return station.title


def test_four_boxes_have_a_key_and_one_is_chosen(station, world, boxes):
    _order, work = released(world)
    station.send(work.number)
    assert 'data-key="4"' in station.html
    assert "Box 5" not in station.html

    assert press(station, package="b2") == "Box chosen"

    work.refresh_from_db()
    assert work.package.code == "b2"
    assert 'value="b2" data-key="2" aria-pressed="true"' in station.html


def test_the_weight_key_sends_what_had_no_weight(station, world):
    Product.objects.update(weight_grams=0)
    _order, work = released(world, [("MUG", 1)])
    station.send(work.number)
    assert station.send("MUG") == "Packed, but no label"

    assert press(station, grams="x") == "No weight"
    assert press(station, grams="450") == "Shipped"
    assert Shipment.objects.get().weight_grams == 450


def test_a_missing_piece_is_told_and_the_box_goes_on(station, world):
    _order, work = released(world)
    station.send(work.number)
    station.send("MUG")
    assert "short=1" in station.html
    station.read(station.browser.get(station.url, {"work": work.number, "short": "1"}))
    assert "What is missing" in station.html
    shirt = work.lines.get(order_line__sku="SHIRT")

    assert press(station, short="not_in_stock", line=str(shirt.pk)) == "Shipped"
    assert [line.quantity for line in Shipment.objects.get().lines.all()] == [1]
    assert violations() == []


@pytest.mark.parametrize(
    "bad",
    [
        {"short": "x", "line": "1"},
        {"short": "damaged", "line": "9" * 18},
        {"short": "damaged", "line": "x"},
        {"package": "\x00"},
        {"grams": "9" * 30},
        {"void": "1"},
    ],
)
def test_a_key_that_nobody_has_is_answered_in_words(station, world, bad):
    _order, work = released(world)
    station.send(work.number)
    before = tables()

    press(station, **bad)

    assert station.text
    assert tables() == before


def test_keys_need_their_permissions(packer_of, world, sandbox):
    station = Station(packer_of("pack_fulfillmentorder"))
    _order, work = released(world)
    station.send(work.number)
    assert "A piece is missing" not in station.html

    for body in ({"short": "damaged"}, {"void": "1"}):
        answer = station.browser.post(station.url, station.form | body)
        assert answer.status_code == 403


def test_slots_are_opened_by_their_letter(station, world):
    shop.place_orders(world.channel, lines=[("MUG", 1)])
    shop.place_orders(world.channel, lines=[("SHIRT", 1)])
    wave = waves.make_wave(waves.NewWave(world.ber.pk), actor="t").one()

    assert station.send(wave.number) == str(wave)
    assert "0 of 2 packed" in station.html
    number = {"wave": wave.number}
    assert station.send("b", **number) == "1 piece to go"
    assert station.send("SHIRT", **number) == "Shipped"
    assert "1 of 2 packed" in station.html
    assert "Slot A" in station.html
    assert violations() == []


def test_the_label_prints_at_once_and_again_by_a_key(station, world):
    _order, work = released(world, [("MUG", 1)])
    station.send(work.number)
    station.send("MUG")
    assert 'data-print="auto"' in station.html
    url = reverse("admin:fulfillment_label_print", args=[Label.objects.get().pk])

    papers = [station.browser.post(url) for _ in range(2)]

    assert {paper["X-Frame-Options"] for paper in papers} == {"SAMEORIGIN"}
    station.open(work.number)
    assert 'data-print="auto"' not in station.html
    actions = ("shipment.label_printed", "shipment.label_reprinted")
    assert [Event.objects.filter(action=each).count() for each in actions] == [1, 1]


def test_a_label_is_voided_on_the_page_of_its_parcel(office, world, goods):
    order, _work = released(world, [("MUG", 1)])
    works = shop.works_of([order])
    floor.start_picking(works, actor="t")
    floor.pick(works, actor="t")
    floor.pack_work(works, actor="t")
    [parcel] = shop.parcels_of([order])
    labels.request_labels([parcel], actor="t").one()
    url = reverse("admin:fulfillment_shipment_tool", args=[parcel.pk, "void-label"])
    page = reverse("admin:fulfillment_shipment_change", args=[parcel.pk])
    assert url in office.get(page).content.decode()

    office.post(url, {"sure": "yes"})

    assert Label.objects.get().status == "voided"
    assert office.get(url).status_code == 404


def test_a_scan_with_boxes_and_a_wave_takes_few_statements(
    packer_of, world, boxes, statements
):
    shop.place_orders(world.channel, 20, lines=[("SHIRT", 2), ("MUG", 1)])
    wave = waves.make_wave(waves.NewWave(world.ber.pk), actor="t").one()
    station = Station(packer_of("pack_fulfillmentorder", places=[world.ber]))
    station.send(f"{wave.number}-C", wave=wave.number)

    count = statements(station.send, "SHIRT", wave=wave.number)[1]

    assert count <= 20, count
    assert PackScan.objects.count() == 1
