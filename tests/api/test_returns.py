"""What comes back through the API (75)."""

import pytest

from returns.models import Refund, Return, ReturnPolicy
from tests.api.partner import Partner, wrongs
from tests.api.returning import delivered, received, wish

pytestmark = pytest.mark.django_db


def decide(partner: Partner, path: str, **fields):
    [line] = partner.get(path).json()["lines"]
    [item] = line["items"]
    said = {"id": item["id"], "disposition": "restock", "quantity": item["quantity"]}
    return partner.post(f"{path}inspect/", {"items": [said | fields]})


def test_goods_and_money_come_back(acme):
    order = delivered(acme)
    asked = acme.post("returns/", wish(order, external_id="RMA-1"))
    path = f"returns/{asked.json()['number']}/"
    steps = [
        ("approve", None),
        ("receive", {"items": [{"sku": "SHIRT", "quantity": 2}], "location": "BER"}),
    ]
    answers = [acme.post(f"{path}{name}/", body) for name, body in steps]
    answers.append(decide(acme, path))
    answers.append(acme.post(f"{path}refund/"))
    answers.append(acme.post(f"{path}close/"))

    assert asked.status_code == 201
    assert asked["Location"].endswith(path)
    assert asked.json()["allowed_actions"] == ["approve", "decline", "cancel"]
    assert [a.status_code for a in answers] == [200] * 5, answers[-1].json()
    said = [a.json()["status"] for a in answers]
    assert said == ["approved", "received", "inspected", "inspected", "closed"]
    assert answers[-1].json()["money"] == "refunded"
    number = asked.json()["number"]
    [refund] = acme.get(f"refunds/?return_number={number}").json()["results"]
    assert (refund["amount"], refund["kind"]) == ("20.0000", "return")
    assert refund == acme.get(f"refunds/{refund['number']}/").json()
    found = acme.get("returns/?external_id=RMA-1").json()["results"]
    assert found == [acme.get(path).json()]


def test_a_return_is_asked_for_once_and_for_what_has_shipped(acme):
    order, fresh = delivered(acme), acme.create()
    acme.post("returns/", wish(order, 1, external_id="RMA-1"))

    answers = [
        acme.post("returns/", wish(order, 1, external_id="RMA-1")),
        acme.post("returns/", wish(order, 3)),
        acme.post("returns/", wish(fresh, 1)),
        acme.post("returns/", wish(order, lines=[{"position": 9, "quantity": 1}])),
    ]

    assert [a.status_code for a in answers] == [409] * 4
    assert Return.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"order": "999999"}, "/order"),
        ({"lines": []}, "/lines"),
        ({"lines": [{"position": 1, "quantity": 0}]}, "/lines/0/quantity"),
        ({"lines": [{"position": 1, "quantity": 1}] * 2}, "/lines"),
        ({"reason": "bored"}, "/reason"),
        ({"location": "MOON"}, "/location"),
        ({"money": "now"}, "/money"),
    ],
)
def test_a_wish_that_cannot_be_read_opens_nothing(acme, fields, pointer):
    order = delivered(acme)

    answer = acme.post("returns/", wish(order) | fields)

    assert answer.status_code == 400
    assert [w[1] for w in wrongs(answer)] == [pointer]
    assert not Return.objects.exists()


def test_the_policy_binds_customers(acme):
    order = delivered(acme)
    policy = ReturnPolicy.objects.create()
    policy.final_sale.add(order.lines.get().product)

    answer = acme.post("returns/", wish(order))

    assert answer.status_code == 409
    assert "final sale" in answer.json()["detail"]


def test_a_return_is_declined_or_cancelled_with_a_reason(acme):
    order = delivered(acme)
    paths = [
        f"returns/{acme.post('returns/', wish(order, 1)).json()['number']}/"
        for _ in range(2)
    ]

    blank = acme.post(f"{paths[0]}decline/", {"reason": ""})
    declined = acme.post(f"{paths[0]}decline/", {"reason": "Worn"})
    cancelled = acme.post(f"{paths[1]}cancel/", {"reason": "Keeps it"})
    again = acme.post(f"{paths[1]}approve/")

    assert blank.status_code == 400
    assert declined.json()["status"] == "declined"
    assert cancelled.json()["status"] == "cancelled"
    assert (again.status_code, again.json()["allowed_actions"]) == (409, [])


@pytest.mark.parametrize("action", ["inspect", "refund", "close"])
def test_75_steps_of_a_return_are_not_skipped(acme, action):
    order = delivered(acme)
    path = received(acme, order)
    fresh = acme.post("returns/", wish(order, 1)).json()
    [line] = acme.get(path).json()["lines"]
    item = {"id": line["items"][0]["id"], "disposition": "restock", "quantity": 1}
    body = {"items": [item]} if action == "inspect" else None

    answer = acme.post(f"returns/{fresh['number']}/{action}/", body)

    assert answer.status_code == 409
    assert Return.objects.get(number=fresh["number"]).status == "requested"


def test_what_was_not_agreed_is_kept_and_unknown_goods_are_not_guessed(acme):
    order = delivered(acme)
    number = acme.post("returns/", wish(order, 1)).json()["number"]
    acme.post(f"returns/{number}/approve/")
    path = f"returns/{number}/receive/"

    unknown = acme.post(path, {"items": [{"sku": "NOPE", "quantity": 1}]})
    nowhere = acme.post(path, {"items": [{"sku": "SHIRT", "quantity": 1}]})
    more = acme.post(
        path, {"items": [{"sku": "SHIRT", "quantity": 2}], "location": "BER"}
    )

    assert wrongs(unknown) == [("body", "/items/0/sku", "unknown_sku")]
    assert nowhere.status_code == 409
    said = [(r["position"], r["received_quantity"]) for r in more.json()["lines"]]
    assert said == [(1, 1), (None, 1)]


def test_more_than_lies_there_is_not_decided_on(acme):
    path = received(acme, delivered(acme))

    too_many = decide(acme, path, quantity=3)
    strange = decide(acme, path, disposition="eaten")
    elsewhere = decide(acme, path, location="MOON")

    assert [a.status_code for a in (too_many, strange, elsewhere)] == [409, 400, 400]


def test_a_warehouse_counts_returns_and_gives_no_money(acme):
    order = delivered(acme)
    number = acme.post("returns/", wish(order, location="BER")).json()["number"]
    path = f"returns/{number}/"
    acme.post(f"{path}approve/")
    berlin = Partner(name="berlin", locations=["BER"])
    other = Partner(name="nyc", locations=["NYC"])
    arrived = {"items": [{"sku": "SHIRT", "quantity": 2}]}

    elsewhere = berlin.post(f"{path}receive/", {**arrived, "location": "NYC"})
    counted = berlin.post(f"{path}receive/", arrived)
    refused = berlin.post(f"{path}refund/")
    acme.post(f"{path}refund/")

    assert (elsewhere.status_code, counted.status_code) == (400, 200)
    assert refused.status_code == 409
    assert "amount" not in counted.content.decode()
    assert other.get(path).status_code == 404
    assert other.post(f"{path}receive/", arrived).status_code == 404
    assert Refund.objects.count() == 1
    assert berlin.get(f"refunds/?order={order.number}").json()["results"] == []
    assert berlin.post("returns/", wish(order, 1)).status_code == 400
