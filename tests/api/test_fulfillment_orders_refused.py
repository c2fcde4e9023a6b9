"""What is not to be sent is not sent; what is missing comes from elsewhere (75)."""

import pytest

from fulfillment.models import Shipment
from tests.api.partner import order_line, wrongs
from tests.api.warehouse import LABEL, hold, path_of, work_of

pytestmark = pytest.mark.django_db


def test_75_a_hold_between_pick_and_ship_stops_it(acme, berlin):
    order = acme.create()
    for name in ("accept", "start-picking", "pick", "pack"):
        assert berlin.post(path_of(order, name)).status_code == 200
    hold(order)

    answer = berlin.post(path_of(order, "ship"), LABEL)

    said = answer.json()
    assert (answer.status_code, said["code"]) == (409, "refused")
    assert "hold" in said["detail"]
    assert "ship" not in said["allowed_actions"]
    assert work_of(order).status == "packed"
    assert order.lines.get().shipped_quantity == 0


def test_75_work_of_a_cancelled_order_is_not_sent(acme, berlin):
    order = acme.create()
    berlin.post(path_of(order, "accept"))
    acme.post(f"orders/{order.number}/cancel/", {"reason": "Twice"})

    answer = berlin.post(path_of(order, "ship"), LABEL)

    said = answer.json()
    assert (answer.status_code, said["allowed_actions"]) == (409, [])
    assert {each["action"] for each in said["refusals"]} >= {
        *("accept", "reject", "start_picking", "pick", "pack", "ship")
    }
    assert not Shipment.objects.exists()


@pytest.mark.parametrize("action", ["start-picking", "pick", "pack", "ship"])
def test_75_steps_are_not_skipped_before_work_is_accepted(acme, berlin, action):
    order = acme.create()

    answer = berlin.post(path_of(order, action), LABEL if action == "ship" else None)

    assert answer.status_code == 409
    assert answer.json()["allowed_actions"] == ["accept", "reject"]


def test_accepting_twice_and_rejecting_what_has_left_is_refused(acme, berlin):
    order = acme.create()
    berlin.post(path_of(order, "accept"))
    again = berlin.post(path_of(order, "accept"))
    berlin.post(path_of(order, "ship"), LABEL)
    rejected = berlin.post(path_of(order, "reject"), {"code": "other"})

    assert (again.status_code, rejected.status_code) == (409, 409)


def test_rejected_work_is_sent_from_elsewhere(acme, berlin):
    order = acme.create()
    path = path_of(order)

    answer = berlin.post(f"{path}reject/", {"code": "no_capacity", "reason": "Ill"})

    said = answer.json()
    assert (said["status"], said["reject_code"]) == ("cancelled", "no_capacity")
    assert work_of(order).location.code != "BER"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"code": "lazy"},
        {"code": "other", "lines": []},
        {"code": "other", "lines": ["1"]},
        {"code": "other", "why": "x"},
        {"code": "other", "reason": "x" * 151},
    ],
)
def test_a_rejection_that_cannot_be_read_changes_nothing(acme, berlin, body):
    order = acme.create()

    assert berlin.post(path_of(order, "reject"), body).status_code == 400
    assert work_of(order).status == "assigned"


def test_pieces_that_are_missing_are_sent_from_elsewhere(acme, berlin):
    order = acme.create(lines=[order_line(quantity=3)])
    berlin.post(path_of(order, "accept"))
    started = berlin.post(path_of(order, "start-picking")).json()
    [line], path = started["lines"], path_of(order)
    missing = {"pieces": 1, "code": "not_in_stock", "shelf_is_empty": True}
    body = {"lines": [{"id": line["id"], "picked": 2, "missing": missing}]}

    answer = berlin.post(f"{path}pick/", body)

    [line] = answer.json()["lines"]
    assert (line["picked_quantity"], line["cancelled_quantity"]) == (2, 1)
    assert "pack" in answer.json()["allowed_actions"]
    assert work_of(order).location.code != "BER"


def test_work_of_which_everything_is_missing_ends(acme, berlin):
    order = acme.create()
    path = path_of(order)
    berlin.post(f"{path}accept/")
    [line] = berlin.post(f"{path}start-picking/").json()["lines"]
    missing = {"pieces": 1, "code": "damaged"}
    body = {"lines": [{"id": line["id"], "picked": 0, "missing": missing}]}

    answer = berlin.post(f"{path}pick/", body)

    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")


def test_lines_of_other_work_are_neither_counted_nor_missing(acme, berlin):
    mine, other = acme.create(), acme.create()
    for name in ("accept", "start-picking"):
        berlin.post(path_of(mine, name))
        berlin.post(path_of(other, name))
    strange = work_of(other).lines.get().pk
    missing = {"pieces": 1, "code": "not_in_stock"}
    body = {"lines": [{"id": strange, "picked": 0, "missing": missing}]}

    answer = berlin.post(path_of(mine, "pick"), body)

    assert answer.status_code == 409
    assert work_of(other).lines.get().released_quantity == 0


def test_more_than_is_wanted_is_not_picked(acme, berlin):
    order = acme.create()
    for name in ("accept", "start-picking"):
        berlin.post(path_of(order, name))
    pk = work_of(order).lines.get().pk

    too_many = berlin.post(path_of(order, "pick"), {"lines": [{"id": pk, "picked": 2}]})
    twice = berlin.post(
        path_of(order, "pick"), {"lines": [{"id": pk, "picked": 1}] * 2}
    )

    assert (too_many.status_code, twice.status_code) == (409, 400)
    assert work_of(order).lines.get().picked_quantity == 0


def test_a_number_of_another_parcel_is_refused(acme, berlin):
    first, second = acme.create(), acme.create()
    for order in (first, second):
        berlin.post(path_of(order, "accept"))
    berlin.post(path_of(first, "ship"), LABEL)

    answer = berlin.post(path_of(second, "ship"), LABEL)
    blank = berlin.post(path_of(second, "ship"), {"tracking_number": ""})

    assert (answer.status_code, blank.status_code) == (409, 400)
    assert wrongs(blank) == [("body", "/tracking_number", "blank")]
    assert work_of(second).status == "released"
