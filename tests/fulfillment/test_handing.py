"""Handing over: each parcel once, and none that must stay."""

import pytest

from fulfillment.models import Shipment
from fulfillment.services import handing, labels, shipping
from oms.core.models import Event
from oms.invariants import violations
from orders.services import holds
from tests import shop
from tests.factories.rates import make_service
from tests.snapshot import reasons, tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def parcels(world):
    """One shipped, one packed with a label, one packed without."""
    make_service("standard")
    orders = shop.place_orders(world.channel, 3)
    shop.advance(orders, to="packed")
    found = shop.parcels_of(orders)
    labels.request_labels(found[:2], actor="t")
    shipping.ship_labelled(found[:1], actor="t").one()
    return shop.parcels_of(orders)


def test_what_has_a_label_and_stands_here_is_listed(parcels, world):
    standing = handing.standing_here(None)

    assert set(standing) == set(parcels[:2])
    assert not handing.standing_here({world.nyc.pk})


def test_each_parcel_is_handed_over_once(parcels):
    out = handing.hand_over(parcels, actor="user:pat")

    assert {parcel.pk for parcel in out.done} == {each.pk for each in parcels[:2]}
    assert "it has no label" in out.refused[parcels[2].pk][0]
    shipped = Shipment.objects.filter(status="shipped", handed_over_at__isnull=False)
    assert shipped.count() == 2
    assert Event.objects.filter(action="shipment.handed_over").count() == 2
    before = tables()
    again = handing.hand_over(parcels, actor="user:kim")
    assert sum("handed over at" in text for text in reasons(again)) == 2
    assert tables() == before
    assert not handing.standing_here(None).exists()
    assert violations() == []


def test_a_packed_parcel_of_a_held_order_stays(parcels):
    order = parcels[1].order
    new = holds.NewHold(order.pk, "incorrect_address", ["ship"], "user:anna", "look")
    assert not holds.place_holds([new], actor="user:anna").refused

    out = handing.hand_over(parcels[1:2], actor="t")

    assert "it is on hold" in reasons(out)[0]
    assert handing.why_kept(Shipment.objects.get(pk=parcels[1].pk))
    assert Shipment.objects.get(pk=parcels[1].pk).status == "draft"


def test_handing_over_costs_the_same_for_one_and_for_ten(world, statements):
    make_service("standard")

    def prepare(size):
        orders = shop.place_orders(world.channel, size)
        shop.advance(orders, to="packed")
        labels.request_labels(shop.parcels_of(orders), actor="t")
        return shop.parcels_of(orders)

    counts = statements.by_size(
        prepare, lambda found: handing.hand_over(found, actor="t"), (1, 10)
    )

    assert counts[1] == counts[10], counts
