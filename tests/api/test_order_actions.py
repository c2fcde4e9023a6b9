"""What is done with orders that are there (74, 75)."""

from decimal import Decimal

import pytest

from orders.models import Payment
from tests import factories, shop
from tests.api.partner import Partner, order_line, wrongs

pytestmark = pytest.mark.django_db


def test_what_may_change_is_changed_and_the_rest_stays(acme):
    order = acme.create()
    change = {
        "ship_to": {"street": "Lindenstraße 2"},
        "priority": 7,
        "tags": ["vip", "b2b"],
        "is_gift": True,
        "gift_message": "All the best",
    }

    answer = acme.patch(f"orders/{order.number}/", change, If_Match="*")

    said = answer.json()
    assert answer.status_code == 200, said
    assert (said["ship_to"]["street"], said["ship_to"]["city"]) == (
        "Lindenstraße 2",
        "Berlin",
    )
    assert (said["priority"], said["tags"]) == (7, ["vip", "b2b"])
    fewer = acme.patch(f"orders/{order.number}/", {"tags": ["b2b"]}, If_Match="*")
    assert (fewer.json()["tags"], fewer.json()["priority"]) == (["b2b"], 7)


def test_74_what_may_not_change_is_refused(acme):
    order = acme.create()

    answer = acme.patch(f"orders/{order.number}/", {"status": "x"}, If_Match="*")

    assert wrongs(answer) == [("body", "/status", "unknown_field")]


def test_a_change_that_is_refused_in_part_changes_nothing(acme):
    order = acme.create()
    acme.post(f"orders/{order.number}/cancel/", {"reason": "Twice"})
    change = {"priority": 7, "ship_to": {"city": "Hamburg"}}

    answer = acme.patch(f"orders/{order.number}/", change, If_Match="*")

    order.refresh_from_db()
    assert answer.status_code == 409
    assert (order.priority, order.ship_to_city) == (0, "Berlin")


def test_75_what_is_not_allowed_is_refused_with_what_is(acme):
    order = acme.create()
    shop.advance([order], to="shipped")

    answer = acme.post(f"orders/{order.number}/cancel/", {"reason": "Too late"})

    said = answer.json()
    assert (answer.status_code, said["code"]) == (409, "refused")
    assert "cancel" not in said["allowed_actions"]
    assert any(each["action"] == "cancel" for each in said["refusals"])


def test_an_order_or_pieces_of_it_are_cancelled(acme):
    order = acme.create(lines=[order_line(quantity=3), order_line(sku="MUG")])
    path = f"orders/{order.number}/cancel/"
    pieces = {"reason": "Fewer", "lines": [{"position": 1, "quantity": 2}]}

    some = acme.post(path, pieces).json()
    whole = acme.post(path, {"reason": "None"}).json()

    assert [row["cancelled_quantity"] for row in some["lines"]] == [2, 0]
    assert some["status"] == "confirmed"
    assert whole["status"] == "cancelled"


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ([{"position": 1, "quantity": 2}], 409),
        ([{"position": 9, "quantity": 1}], 409),
        ([{"position": 1, "quantity": 0}], 400),
        ([{"position": 1, "quantity": 1}] * 2, 400),
        ([], 400),
    ],
)
def test_pieces_that_are_not_there_are_not_cancelled(acme, lines, status):
    order = acme.create()

    answer = acme.post(
        f"orders/{order.number}/cancel/", {"reason": "x", "lines": lines}
    )

    assert answer.status_code == status
    assert order.lines.get().cancelled_quantity == 0


def test_a_partner_releases_its_own_holds_only(acme):
    order, other = acme.create(), Partner(name="other")
    hold = {"handle": "check", "reason": "customer_request", "blocks": ["ship"]}
    path = f"orders/{order.number}"
    held = acme.post(f"{path}/hold/", hold).json()
    again = acme.post(f"{path}/hold/", hold).json()

    strange = other.post(f"{path}/release/", {"handle": "check"})
    released = acme.post(f"{path}/release/", {"handle": "check"})

    assert [each["source"] for each in held["holds"]] == ["key:acme"]
    assert len(again["holds"]) == 1
    assert strange.status_code == 409
    assert released.json()["holds"] == []


def test_notes_of_a_partner_are_its_own(acme):
    order = acme.create()
    path = f"orders/{order.number}/notes/"
    acme.post(path, {"text": "Ring twice"})

    assert [n["text"] for n in acme.get(path).json()["results"]] == ["Ring twice"]
    assert Partner(name="other").get(path).json()["results"] == []
    assert acme.post(path, {"text": " "}).status_code == 400


def test_payments_are_read(acme):
    order = acme.create()

    [paid] = acme.get(f"orders/{order.number}/payments/").json()["results"]

    assert paid["captured_amount"] == "10.0000"
    assert Decimal(paid["captured_amount"]) == Payment.objects.get().captured_amount


def test_an_order_that_waited_is_confirmed(world, acme):
    order = acme.create(lines=[order_line(sku="LATER")])
    path = f"orders/{order.number}/confirm/"

    refused = acme.post(path)
    factories.ProductFactory(sku="LATER")
    confirmed = acme.post(path)

    assert (refused.status_code, confirmed.status_code) == (409, 200)
    assert "LATER" in refused.json()["detail"]
    assert confirmed.json()["status"] == "confirmed"


def test_customers_are_found_by_their_address(acme):
    acme.create(customer={"email": "Erika@Example.org", "name": "Erika"})

    [found] = acme.get("customers/?email=erika@example.ORG").json()["results"]

    assert found["name"] == "Erika"
    assert acme.get(f"customers/{found['id']}/").json() == found
