"""Labels take the same number of statements for 1 parcel and for 100."""

from datetime import UTC, datetime

import pytest

from fulfillment.models import Label, Shipment
from fulfillment.services import (
    label_voiding,
    labels,
    notices,
    printing,
    settling,
    shipping,
)
from tests import shop
from tests.factories.rates import make_service

pytestmark = pytest.mark.django_db
LINES = [("SHIRT", 1), ("MUG", 2), ("SHIRT", 2), ("GIFTCARD", 1)]
MISSING = 999_999_999
MUCH_LATER = datetime(2099, 1, 1, tzinfo=UTC)


@pytest.fixture
def stocked(world):
    for place in (world.ber, world.nyc, world.store):
        shop.receive(place, {"SHIRT": 5000, "MUG": 5000})
    return world


def packed(world, count, carrier="rate_table"):
    make_service(f"standard {count}", carrier=carrier)
    orders = shop.place_orders(world.channel, count + 2, LINES)
    shop.advance(orders, to="packed")
    parcels = shop.parcels_of(orders)
    typed = {p.pk: shipping.Label(p.number) for p in parcels[-2:]}
    shipping.ship_shipments(typed, actor="t")
    return [*parcels, Shipment(pk=MISSING)]


def bought(world, count):
    out = labels.request_labels(packed(world, count), actor="t")
    assert len(out.done) == count
    assert len(out.refused) == 3
    return out.done


@pytest.mark.parametrize(("carrier", "number"), [("rate_table", 17), ("sandbox", 18)])
def test_asking_for_labels(stocked, statements, carrier, number):
    counts = statements.by_size(
        lambda count: packed(stocked, count, carrier),
        lambda parcels: labels.request_labels(parcels, actor="t"),
    )

    assert counts == {1: number, 100: number}


def test_shipping_with_labels(stocked, statements):
    counts = statements.by_size(
        lambda count: [label.shipment for label in bought(stocked, count)],
        lambda parcels: shipping.ship_labelled(parcels, actor="t"),
    )

    assert counts == {1: 22, 100: 22}


def test_voiding_labels(stocked, statements):
    counts = statements.by_size(
        lambda count: [*bought(stocked, count), Label(pk=MISSING)],
        lambda found: label_voiding.void_labels(found, actor="t"),
    )

    assert counts == {1: 12, 100: 12}


def test_printing_labels(stocked, statements):
    def prepare(count):
        found = bought(stocked, count)
        Label.objects.update(document=b"%PDF")
        return [*found, Label(pk=MISSING)]

    counts = statements.by_size(
        prepare, lambda found: printing.print_labels(found, actor="t")
    )

    assert counts == {1: 11, 100: 11}


def test_noticing_silence(stocked, statements):
    def prepare(count):
        found = bought(stocked, count)
        parcels = [label.shipment for label in found]
        out = shipping.ship_labelled(parcels, actor="t")
        return [shipment.pk for shipment in out.done]

    counts = statements.by_size(
        prepare, lambda pks: notices.tell_of_silence(pks, at=MUCH_LATER)
    )

    assert counts == {1: 6, 100: 6}


def test_settling_takes_as_many_statements_for_each_label(stocked, statements, sandbox):
    def prepare(count):
        out = labels.request_labels(packed(stocked, count, "sandbox"), actor="t")
        return [label.pk for label in out.done]

    counts = statements.by_size(
        prepare, lambda pks: settling.settle_labels(pks, actor="t"), sizes=(1, 5)
    )

    each = 16
    assert counts == {1: 1 + each, 5: 1 + 5 * each}
