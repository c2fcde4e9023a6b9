"""#89 and #91: what is refused is in the log, and what is elsewhere is not there."""

import logging

import pytest
from django.test import Client
from django.urls import reverse

from fulfillment.models import FulfillmentOrder, Label, Shipment
from inventory.models import Location, StockLevel
from oms.core.models import User
from orders.models import Order


def browser_of(role: str, *places: str) -> Client:
    user = User.objects.get(username=f"the {role}")
    user.locations.set(Location.objects.filter(code__in=places))
    client = Client()
    client.force_login(user)
    return client


def page(name: str, *args) -> str:
    return reverse(f"admin:{name}", args=args)


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("packer", "returns_refund_changelist"),
        ("packer", "orders_order_changelist"),
        ("finance", "fulfillment_pack_station"),
        ("finance", "fulfillment_wave_changelist"),
        ("support", "inventory_stocklevel_adjust"),
        ("returns", "orders_customer_changelist"),
    ],
)
def test_89_a_direct_address_is_refused_and_logged(people, caplog, role, name):
    caplog.set_level(logging.INFO, logger="oms.request")
    asked = browser_of(role)

    assert asked.get(page(name)).status_code == 403

    [line] = [record for record in caplog.records if record.name == "oms.request"]
    assert line.levelname == "WARNING"
    assert (line.user, line.path, line.status) == (f"the {role}", page(name), 403)


def elsewhere() -> list[str]:
    """Pages of things that are at BER."""
    work = FulfillmentOrder.objects.filter(location__code="BER").latest("pk")
    parcel = Shipment.objects.filter(fulfillment_order__location__code="BER").latest(
        "pk"
    )
    label = Label.objects.filter(
        shipment__fulfillment_order__location__code="BER"
    ).latest("pk")
    return [
        page("fulfillment_fulfillmentorder_change", work.pk),
        page("fulfillment_fulfillmentorder_tool", work.pk, "reject"),
        page("fulfillment_shipment_change", parcel.pk),
        page("fulfillment_shipment_slip", parcel.pk),
        page("fulfillment_label_change", label.pk),
        page("fulfillment_label_print", label.pk),
    ]


def kind(answer) -> str:
    """Stock pages lead away from what is not there, with a message."""
    if answer.status_code == 302 and answer.url == reverse("admin:index"):
        return "404"
    return str(answer.status_code)


def test_91_what_is_at_another_location_is_not_there(people):
    here, there = browser_of("packer", "BER"), None
    at_home = {path: kind(here.get(path)) for path in elsewhere()}
    there = browser_of("packer", "NYC")

    away = {path: kind(there.get(path)) for path in elsewhere()}

    assert set(at_home.values()) == {"200"}, at_home
    assert set(away.values()) == {"404"}, away


def test_91_stock_of_another_location_is_not_there(people):
    level = StockLevel.objects.filter(location__code="BER").latest("pk")
    path = page("inventory_stocklevel_change", level.pk)

    assert kind(browser_of("packer", "BER").get(path)) == "200"
    assert kind(browser_of("packer", "NYC").get(path)) == "404"


def test_90_an_order_is_not_deleted_by_whoever_asks(people):
    order = Order.objects.latest("pk")
    superuser = browser_of("superuser")

    answers = [
        superuser.post(page("orders_order_delete", order.pk), {"post": "yes"}),
        superuser.post(
            page("orders_order_changelist"),
            {"action": "delete_selected", "_selected_action": order.pk, "post": "yes"},
        ),
    ]

    assert answers[0].status_code == 403
    assert Order.objects.filter(pk=order.pk).exists()
