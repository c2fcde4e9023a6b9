"""#85: what is sent twice is done once, and the second is told what became of it."""

import pytest
from django.urls import reverse

from fulfillment.models import Label, Shipment
from oms.core.models import Event
from orders.models import Order
from tests import shop
from tests.factories.rates import make_service

pytestmark = pytest.mark.django_db


@pytest.fixture
def parcel(world) -> Shipment:
    """Packed, without a label yet."""
    make_service("standard")
    orders = shop.place_orders(world.channel)
    shop.advance(orders, to="packed")
    return shop.parcels_of(orders)[0]


def press(office, action: str, parcel: Shipment) -> str:
    """A button of the list of parcels; what it answers."""
    facts = {"action": action, "_selected_action": [parcel.pk]}
    url = reverse("admin:fulfillment_shipment_changelist")
    answer = office.post(url, facts, follow=True)
    return " ".join(str(each) for each in answer.context["messages"])


def test_85_a_label_is_bought_once(office, parcel, drain_queue):
    assert "1 label bought" in press(office, "buy_labels", parcel)
    again = press(office, "buy_labels", parcel)
    drain_queue()

    assert "it has one, which is purchased" in again
    assert Label.objects.count() == 1


def test_85_a_parcel_ships_once(office, parcel, drain_queue):
    press(office, "buy_labels", parcel)
    drain_queue()
    stock = parcel.fulfillment_order.location.stock_levels.get(product__sku="SHIRT")
    before = stock.on_hand

    press(office, "ship_with_label", parcel)
    again = press(office, "ship_with_label", parcel)

    assert "shipped" in again
    assert Event.objects.filter(action="shipment.shipped").count() == 1
    stock.refresh_from_db()
    assert stock.on_hand == before - 1
    assert Order.objects.get(pk=parcel.order_id).status == "completed"


def test_85_a_scan_that_is_sent_twice_counts_once(office, world):
    orders = shop.place_orders(world.channel, lines=[("SHIRT", 3)])
    shop.advance(orders, to="picking")
    [work] = shop.works_of(orders)
    station = reverse("admin:fulfillment_pack_station")
    scan = {"box": work.pk, "after": 0, "code": "SHIRT"}

    office.post(station, scan)
    again = office.post(station, scan).content.decode()

    assert "This scan was counted already" in again
    assert work.pack_scans.count() == 1
