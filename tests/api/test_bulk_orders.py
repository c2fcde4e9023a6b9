"""A hundred orders in one call, each with its own answer."""

import pytest

from channels.models import InboundMessage
from orders.models import Order
from tests import shop
from tests.api.partner import new_order, order_line, wrongs

pytestmark = pytest.mark.django_db


def test_each_order_of_a_call_is_answered(acme):
    known = new_order()
    acme.post("orders/", known)
    items = [new_order(), new_order(lines=[]), known, known | {"currency": "USD"}]

    answer = acme.post("orders/bulk/", {"mode": "best_effort", "items": items})

    said = answer.json()
    assert [row["status"] for row in said["results"]] == [201, 400, 200, 409]
    assert (said["done"], said["refused"]) == (2, 2)
    assert said["results"][0]["data"]["status"] == "confirmed"
    assert said["results"][1]["problem"]["errors"][0]["pointer"] == "/lines"
    assert Order.objects.count() == 2


def test_one_spoils_all_where_all_or_nothing_is_asked_for(acme):
    known = new_order()
    acme.post("orders/", known)
    items = [new_order(), known | {"currency": "USD"}]

    answer = acme.post("orders/bulk/", {"items": items})

    said = answer.json()
    assert (answer.status_code, said["code"]) == (409, "refused")
    assert [row["problem"] is None for row in said["results"]] == [True, False]
    assert Order.objects.count() == 1
    assert InboundMessage.objects.count() == 1


def test_what_is_not_valid_spoils_all_too(acme):
    items = [new_order(), new_order(lines=[order_line(quantity=0)])]

    answer = acme.post("orders/bulk/", {"items": items})

    assert wrongs(answer) == [("body", "/items/1/lines/0/quantity", "min_value")]
    assert not Order.objects.exists()


def test_a_channel_that_is_none_is_not_valid_either(acme):
    items = [new_order(channel="shop"), new_order(channel="moon")]

    whole = acme.post("orders/bulk/", {"items": items}, key="k")
    some = acme.post("orders/bulk/", {"mode": "best_effort", "items": items})
    mended = acme.post("orders/bulk/", {"items": items[:1]}, key="k")

    assert (whole.status_code, wrongs(whole)) == (
        *(400, [("body", "/items/1/channel", "unknown_channel")]),
    )
    assert [row["status"] for row in some.json()["results"]] == [201, 400]
    assert mended.status_code == 200


@pytest.mark.parametrize("items", [[], [{}] * 101, {}, None, "x"])
def test_a_call_without_a_list_of_1_to_100_is_refused(acme, items):
    answer = acme.post("orders/bulk/", {"mode": "best_effort", "items": items})

    assert answer.status_code == 400
    assert [w[1] for w in wrongs(answer)] == ["/items"]


def test_the_same_order_twice_in_a_call_is_refused_once(acme):
    body = new_order()

    answer = acme.post("orders/bulk/", {"mode": "best_effort", "items": [body, body]})

    assert [row["status"] for row in answer.json()["results"]] == [201, 409]


def test_a_call_of_100_runs_as_many_statements_as_a_call_of_one(
    world, acme, statements
):
    for place in (world.ber, world.nyc):
        shop.receive(place, {"SHIRT": 1000})
    acme.get("orders/")

    def body(number: int) -> dict:
        customers = [{"email": f"c{number}-{n}@example.org"} for n in range(number)]
        return {"items": [new_order(customer=each) for each in customers]}

    counts = statements.by_size(body, lambda said: acme.post("orders/bulk/", said))

    assert counts[1] == counts[100]
    assert Order.objects.count() == 101
