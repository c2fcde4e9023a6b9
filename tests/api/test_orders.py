"""Orders through the API: created and found again (61, 76, 82)."""

import pytest

from channels.models import InboundMessage
from orders.models import Order
from tests import factories
from tests.api.partner import new_order, order_line, wrongs

pytestmark = pytest.mark.django_db


def test_an_order_is_taken_paid_routed_and_shown(acme):
    body = new_order(
        lines=[order_line(quantity=2), order_line(sku="MUG")],
        customer={"email": "Erika@example.org", "name": "Erika"},
        shipping_amount="4.90",
        total_amount="34.90",
    )

    answer = acme.post("orders/", body)

    said = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"].endswith(f"/api/v1/orders/{said['number']}/")
    assert (said["status"], said["phase"]) == ("confirmed", "in_fulfillment")
    assert (said["total_amount"], said["currency"]) == ("34.9000", "EUR")
    assert [row["allocated_quantity"] for row in said["lines"]] == [2, 1]
    assert said["ship_to"]["city"] == "Berlin"
    assert said["customer"]["name"] == "Erika"
    assert said["created_at"].endswith("Z")
    assert "cancel" in said["allowed_actions"]
    [refused] = [each for each in said["refusals"] if each["action"] == "confirm"]
    assert "Confirmed" in refused["reasons"][0] or "confirmed" in refused["reasons"][0]
    read = acme.get(f"orders/{said['number']}/")
    assert read.json() == said
    assert read.headers["ETag"] == answer.headers["ETag"]


def test_it_comes_the_way_of_all_orders_and_leaves_no_task_of_it(acme, drain_queue):
    order = acme.create()

    assert order.inbound_message.status == InboundMessage.Status.PROCESSED
    assert "take_in" not in drain_queue()


def test_the_same_order_again_is_the_one_that_is_there(acme):
    body = new_order()
    first = acme.post("orders/", body)

    second = acme.post("orders/", body)

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["number"] == first.json()["number"]
    assert Order.objects.count() == 1


def test_the_same_id_with_another_content_is_refused(acme):
    body = new_order()
    number = acme.post("orders/", body).json()["number"]

    answer = acme.post("orders/", body | {"lines": [order_line(quantity=2)]})

    assert (answer.status_code, answer.json()["code"]) == (409, "refused")
    assert number in answer.json()["detail"]
    assert "lines" in answer.json()["detail"]
    assert Order.objects.get().lines.get().quantity == 1


def test_60_an_unknown_sku_is_taken_and_waits(acme):
    answer = acme.post("orders/", new_order(lines=[order_line(sku="NEW")]))

    said = answer.json()
    assert (answer.status_code, said["status"]) == (201, "pending")
    [refused] = [each for each in said["refusals"] if each["action"] == "confirm"]
    assert "NEW" in refused["reasons"][0]


@pytest.mark.parametrize("quantity", [0, -1, 1.5, 1.0, "2", "two", 10**10, None, True])
def test_61_a_quantity_that_is_none_is_refused(acme, quantity):
    answer = acme.post("orders/", new_order(lines=[order_line(quantity=quantity)]))

    assert answer.status_code == 400
    assert [w[:2] for w in wrongs(answer)] == [("body", "/lines/0/quantity")]
    assert not InboundMessage.objects.exists()


@pytest.mark.parametrize("price", [10, 1.5, "-1", "1,00", "NaN", "1e3", "1.00001", ""])
def test_76_money_that_is_none_is_refused(acme, price):
    answer = acme.post("orders/", new_order(lines=[order_line(unit_price=price)]))

    assert [w[:2] for w in wrongs(answer)] == [("body", "/lines/0/unit_price")]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"lines": []}, "/lines"),
        ({"lines": [order_line()] * 10_001}, "/lines"),
        ({"lines": "x"}, "/lines"),
        ({"currency": "XXQ"}, "/currency"),
        ({"external_id": ""}, "/external_id"),
        ({"external_id": "x" * 129}, "/external_id"),
        ({"placed_at": "2026-02-31T00:00:00Z"}, "/placed_at"),
        ({"placed_at": "2026-02-01"}, "/placed_at"),
        ({"priority": 40_000}, "/priority"),
        ({"ship_to": {"country": "Germany"}}, "/ship_to/country"),
        ({"ship_to": {"lat": 91}}, "/ship_to/lat"),
        ({"ship_to": []}, "/ship_to"),
        ({"prices_include_tax": "yes"}, "/prices_include_tax"),
        ({"channel": "nowhere"}, "/channel"),
    ],
)
def test_82_what_is_wrong_is_named(acme, fields, pointer):
    answer = acme.post("orders/", new_order(**fields))

    assert answer.status_code == 400
    assert [w[:2] for w in wrongs(answer)] == [("body", pointer)]
    assert not Order.objects.exists()


def test_82_the_same_sku_in_two_lines_is_reserved_once_a_line(world, acme):
    order = acme.create(lines=[order_line(quantity=2), order_line(quantity=3)])

    lines = order.lines.order_by("position")
    assert [each.allocated_quantity for each in lines] == [2, 3]


def test_76_a_payment_with_too_many_digits_is_refused(acme):
    paid = {"gateway": "manual", "amount": "10.001", "status": "captured"}

    answer = acme.post("orders/", new_order(payments=[paid | {"reference": "r"}]))

    assert wrongs(answer)[0][1] == "/payments/0/amount"


def test_a_payment_pays_one_order_and_the_second_can_be_sent_corrected(acme):
    paid = {"gateway": "manual", "amount": "10", "status": "captured"}
    acme.create(payments=[paid | {"reference": "r"}])
    body = new_order(payments=[paid | {"reference": "r"}])

    refused = acme.post("orders/", body)

    assert (refused.status_code, refused.json()["code"]) == (409, "refused")
    corrected = body | {"payments": [paid | {"reference": "s"}]}
    assert acme.post("orders/", corrected).status_code == 201


def test_a_key_of_two_channels_names_one(world, acme):
    factories.ChannelFactory(code="second", name="Second")

    unsaid, said = acme.post("orders/", new_order()), new_order(channel="second")

    assert wrongs(unsaid) == [("body", "/channel", "required")]
    assert acme.post("orders/", said).json()["channel"] == "second"
