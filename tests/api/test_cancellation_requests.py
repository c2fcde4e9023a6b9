"""A shop asks a 3PL to cancel what it was sent; the 3PL answers."""

from datetime import timedelta

import pytest

from fulfillment.models import FulfillmentOrder
from oms.core.webhooks import feed
from tests.api.partner import Partner, order_line, wrongs
from tests.api.warehouse import LABEL, path_of, work_of
from tests.fulfillment.thirdparty import become_partner

pytestmark = pytest.mark.django_db
ASK = {"reason": "The customer has changed her mind"}
OURS = {"request_cancellation", "withdraw_cancellation"}
THEIRS = {"accept_cancellation", "reject_cancellation"}


@pytest.fixture
def shop_key(acme) -> Partner:
    return Partner(
        name="shop", scopes=["orders:read", "orders:write"], channels=["shop"]
    )


@pytest.fixture
def taken(world, acme, berlin):
    """An order of which the 3PL has accepted the work."""
    become_partner(world.ber)
    order = acme.create(lines=[order_line(quantity=2)])
    assert berlin.post(path_of(order, "accept")).status_code == 200
    return order


def request_path(order, answer: str = "") -> str:
    path = path_of(order, "cancellation-request")
    return f"{path}{answer}/" if answer else path


def test_cancelling_the_order_is_a_request_that_the_3pl_grants(acme, berlin, taken):
    asked = acme.post(f"orders/{taken.number}/cancel/", {"reason": "Twice"})

    said = asked.json()
    assert (asked.status_code, said["status"]) == (202, "processing")
    [request] = said["cancellation_requests"]
    assert request["fulfillment_order"] == work_of(taken).number
    assert (request["status"], request["reason"]) == ("requested", "Twice")
    seen = berlin.get(
        "fulfillment-orders/?cancellation=requested&order=" + taken.number
    )
    [row] = seen.json()["results"]
    assert row["cancellation"]["reason"] == "Twice"
    assert set(row["allowed_actions"]) > THEIRS

    answer = berlin.post(request_path(taken, "accept"))

    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    order = acme.get(f"orders/{taken.number}/").json()
    assert (order["status"], order["phase"]) == ("cancelled", "cancelled")
    assert order["cancellation_requests"][0]["status"] == "accepted"


def test_a_refusal_is_read_by_who_asked(acme, berlin, taken):
    acme.post(request_path(taken), ASK)

    bare = berlin.post(request_path(taken, "reject"))
    answer = berlin.post(request_path(taken, "reject"), {"reason": "In the van"})

    assert wrongs(bare) == [("body", "/reason", "required")]
    assert answer.json()["cancellation"]["answer"] == "In the van"
    [request] = acme.get(f"orders/{taken.number}/").json()["cancellation_requests"]
    assert (request["status"], request["answer"]) == ("rejected", "In the van")
    assert "ship" in answer.json()["allowed_actions"]


def test_what_is_shipped_meanwhile_refuses_the_request(acme, berlin, taken):
    acme.post(request_path(taken), ASK)

    shipped = berlin.post(path_of(taken, "ship"), LABEL)
    late = berlin.post(request_path(taken, "accept"))

    assert shipped.json()["cancellation"]["status"] == "rejected"
    assert "left already" in shipped.json()["cancellation"]["answer"]
    assert (late.status_code, late.json()["code"]) == (409, "refused")


def test_pieces_are_sent_from_elsewhere_where_that_is_asked(acme, berlin, taken):
    first = work_of(taken)
    acme.post(request_path(taken), ASK | {"send_from_elsewhere": True})

    berlin.post(f"fulfillment-orders/{first.number}/cancellation-request/accept/")

    assert work_of(taken).location != first.location
    taken.refresh_from_db()
    assert taken.status == "processing"


def test_the_3pl_hears_of_the_request_and_the_shop_of_the_answer(
    acme, taken, monkeypatch
):
    monkeypatch.setattr(feed, "MARGIN", timedelta(seconds=-60))
    wms = Partner(name="wms", locations=["BER"])

    acme.post(request_path(taken), ASK)
    wms.post(request_path(taken, "reject"), {"reason": "In the van"})

    for partner in (acme, wms):
        heard = partner.get("events/?after=0&limit=200").json()["results"]
        kinds = [each["type"] for each in heard]
        assert kinds[-2:] == [
            "fulfillmentorder.cancellation_requested",
            "fulfillmentorder.cancellation_rejected",
        ]
        assert heard[-1]["data"]["object"] == "fulfillment_order"


def test_a_request_is_withdrawn(acme, berlin, taken):
    acme.post(request_path(taken), ASK)

    answer = acme.post(request_path(taken, "withdraw"))

    assert answer.json()["cancellation"]["status"] == "withdrawn"
    assert berlin.post(request_path(taken, "accept")).status_code == 409
    assert "ship" in berlin.get(path_of(taken)).json()["allowed_actions"]


def test_each_side_is_offered_what_it_may_do(acme, berlin, taken):
    before = acme.get(path_of(taken)).json(), berlin.get(path_of(taken)).json()
    acme.post(request_path(taken), ASK)
    after = acme.get(path_of(taken)).json(), berlin.get(path_of(taken)).json()

    offered = [set(said["allowed_actions"]) for said in (*before, *after)]
    assert [each & OURS for each in offered] == [
        *({"request_cancellation"}, set(), {"withdraw_cancellation"}, set())
    ]
    assert [each & THEIRS for each in offered] == [set(), set(), THEIRS, THEIRS]
    assert {"accept", "reject"}.isdisjoint(offered[3])


def test_a_3pl_does_not_ask_itself(berlin, taken):
    all_may = Partner(name="wms", locations=["BER"])

    for action, body in (("", ASK), ("withdraw", {})):
        own = all_may.post(request_path(taken, action), body)
        bare = berlin.post(request_path(taken, action), body)
        assert (own.status_code, own.json()["code"]) == (403, "scope_missing")
        assert "orders:write" in bare.json()["detail"]
    assert work_of(taken).cancellation == ""


def test_a_shop_asks_with_the_scope_of_orders(shop_key, acme, taken):
    asked = shop_key.post(request_path(taken), ASK)

    assert asked.status_code == 200, asked.json()
    assert asked.json()["allowed_actions"] == ["withdraw_cancellation"]
    refusals = {each["action"]: each for each in asked.json()["refusals"]}
    assert refusals["ship"]["missing_scope"] == "shipments:write"
    assert "shipments:write" in refusals["ship"]["reasons"][0]
    assert refusals["request_cancellation"]["missing_scope"] is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"reason": ""},
        {"reason": "x" * 201},
        {"reason": "x", "send_from_elsewhere": "yes"},
        {"reason": "x", "why": "y"},
    ],
)
def test_a_request_that_cannot_be_read_changes_nothing(acme, taken, body):
    assert acme.post(request_path(taken), body).status_code == 400
    assert work_of(taken).cancellation == ""


def test_own_work_is_not_asked_for(acme, berlin, world):
    order = acme.create()
    berlin.post(path_of(order, "accept"))

    asked = acme.post(request_path(order), ASK)
    cancelled = acme.post(f"orders/{order.number}/cancel/", {"reason": "Twice"})

    assert (asked.status_code, cancelled.status_code) == (409, 200)
    assert "no partner was sent it" in asked.json()["detail"]
    assert FulfillmentOrder.objects.get(order=order).status == "cancelled"
