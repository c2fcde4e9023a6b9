"""A warehouse takes its work, picks, packs and sends it (73, 75)."""

import pytest

from fulfillment.models import FulfillmentOrder, Shipment
from oms.core.api import pages
from tests import shop
from tests.api.partner import Partner, new_order, order_line
from tests.api.warehouse import LABEL, hold, path_of, work_of

pytestmark = pytest.mark.django_db


def test_work_goes_from_the_list_to_the_door(acme, berlin):
    order = acme.create(lines=[order_line(quantity=2), order_line(sku="MUG")])

    [row] = berlin.get(f"fulfillment-orders/?order={order.number}").json()["results"]
    steps = [
        ("accept", {"reference": "WMS-7"}),
        ("start-picking", None),
        (
            "pick",
            {"lines": [{"id": i["id"], "picked": i["quantity"]} for i in row["lines"]]},
        ),
        ("pack", None),
        ("ship", LABEL),
    ]
    answers = [berlin.post(path_of(order, name), body) for name, body in steps]

    assert [a.status_code for a in answers] == [200] * 5, answers[-1].json()
    said = [a.json()["status"] for a in answers]
    assert said == ["released", "picking", "picking", "packed", "fulfilled"]
    assert answers[0].json()["reference"] == "WMS-7"
    assert row["allowed_actions"] == ["accept", "reject"]
    assert answers[-1].json()["allowed_actions"] == []
    [parcel] = answers[-1].json()["shipments"]
    order.refresh_from_db()
    assert (order.status, order.phase) == ("completed", "shipped")
    assert Shipment.objects.get(number=parcel).tracking_number == "T-1"


def test_released_work_is_sent_in_one_call(acme, berlin):
    order = acme.create()
    berlin.post(path_of(order, "accept"))

    answer = berlin.post(path_of(order, "ship"), LABEL)

    assert (answer.status_code, answer.json()["status"]) == (200, "fulfilled")
    assert order.lines.get().shipped_quantity == 1


def test_a_warehouse_sees_its_work_without_prices_and_addresses_of_mail(acme, berlin):
    order = acme.create(customer={"email": "erika@example.org"})

    said = berlin.get(path_of(order)).content.decode()

    assert "Lindenstraße 1" in said
    for secret in ("erika@example.org", "price", "amount", "10.00"):
        assert secret not in said
    assert berlin.get(f"orders/{order.number}/").status_code == 403


def test_a_warehouse_with_all_scopes_sees_no_order(acme):
    order = acme.create()

    assert (
        Partner(name="all", locations=["BER"])
        .get(f"orders/{order.number}/")
        .status_code
        == 404
    )


def test_73_the_work_of_another_location_does_not_exist(acme):
    order = acme.create()
    other = Partner(name="nyc", locations=["NYC"])

    assert other.get(path_of(order)).status_code == 404
    assert other.post(path_of(order, "ship"), LABEL).status_code == 404
    listed = other.get(f"fulfillment-orders/?order={order.number}").json()
    assert listed["results"] == []
    items = [{"fulfillment_order": work_of(order).number, **LABEL}]
    many = other.post(
        "fulfillment-orders/bulk-ship/", {"mode": "best_effort", "items": items}
    )
    assert many.json()["results"][0]["status"] == 404
    assert work_of(order).status == "assigned"


def test_a_list_is_narrowed_and_followed(acme, berlin, monkeypatch):
    monkeypatch.setattr(pages, "LATE", -pages.LATE)
    orders = [acme.create() for _ in range(3)]
    berlin.post(path_of(orders[0], "accept"))

    waiting = berlin.get("fulfillment-orders/?status=assigned&location=BER").json()
    first = berlin.get("fulfillment-orders/?limit=2").json()
    rest = berlin.client.get(first["next"]).json()

    assert len(waiting["results"]) == 2
    numbers = [r["order"] for r in [*first["results"], *rest["results"]]]
    assert numbers == [o.number for o in (*orders[1:], orders[0])]
    assert rest["next"] is None


def test_what_changes_of_an_order_changes_the_version_of_its_work(acme, berlin):
    order = acme.create()
    tag = berlin.get(path_of(order))["ETag"]

    same = berlin.get(path_of(order), If_None_Match=tag)
    hold(order)
    later = berlin.get(path_of(order), If_None_Match=tag)
    stale = berlin.post(path_of(order, "accept"), If_Match=tag)

    assert (same.status_code, later.status_code) == (304, 200)
    assert (stale.status_code, stale.json()["code"]) == (412, "changed")


def test_many_parcels_are_answered_one_by_one(acme, berlin):
    orders = [acme.create() for _ in range(3)]
    for order in orders:
        berlin.post(path_of(order, "accept"))
    hold(orders[1])
    names = [work_of(order).number for order in orders] + [
        "F0",
        work_of(orders[0]).number,
    ]
    items = [
        {"fulfillment_order": name, "tracking_number": f"B-{n}"}
        for n, name in enumerate(names)
    ]

    all_or_none = berlin.post("fulfillment-orders/bulk-ship/", {"items": items})
    answer = berlin.post(
        "fulfillment-orders/bulk-ship/", {"mode": "best_effort", "items": items}
    )

    assert all_or_none.status_code == 409
    said = answer.json()
    assert [row["status"] for row in said["results"]] == [200, 409, 200, 404, 409]
    assert (said["done"], said["refused"]) == (2, 3)
    assert "hold" in said["results"][1]["problem"]["detail"]
    assert said["results"][0]["data"]["tracking_number"] == "B-0"
    assert [work_of(order).status for order in orders] == [
        *("fulfilled", "released", "fulfilled")
    ]


def test_a_call_of_100_runs_as_many_statements_as_a_call_of_one(
    world, acme, statements
):
    shop.receive(world.ber, {"SHIRT": 1000})
    acme.post("orders/bulk/", {"items": [new_order() for _ in range(100)]})
    acme.post("orders/", new_order())
    works = list(FulfillmentOrder.objects.order_by("pk"))
    shop.advance([work.order for work in works], to="released")
    acme.get("fulfillment-orders/")

    def body(size: int) -> dict:
        some = [works.pop() for _ in range(size)]
        return {
            "items": [
                {"fulfillment_order": w.number, "tracking_number": f"S-{w.pk}"}
                for w in some
            ]
        }

    def ship(said: dict) -> None:
        answer = acme.post("fulfillment-orders/bulk-ship/", said)
        assert answer.status_code == 200, answer.json()

    counts = statements.by_size(body, ship)

    assert counts[1] == counts[100]
    assert Shipment.objects.filter(status="shipped").count() == 101


def test_a_page_of_many_costs_as_many_statements_as_a_page_of_one(
    acme, statements, monkeypatch
):
    monkeypatch.setattr(pages, "LATE", -pages.LATE)
    acme.post("orders/bulk/", {"items": [new_order() for _ in range(20)]})
    acme.get("fulfillment-orders/")

    counts = statements.by_size(
        lambda size: size,
        lambda size: acme.get(f"fulfillment-orders/?limit={size}"),
        (1, 20),
    )

    assert counts[1] == counts[20]
