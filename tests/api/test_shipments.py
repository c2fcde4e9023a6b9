"""Parcels are read, and carriers tell where they are."""

import base64

import pytest

from fulfillment.models import Shipment, TrackingEvent
from orders.models import Order
from tests import shop
from tests.api.partner import Partner, new_order, wrongs
from tests.api.table import give_label

pytestmark = pytest.mark.django_db
AT = "2026-01-31T12:00:00Z"


def parcel_of(order, to: str = "shipped") -> Shipment:
    shop.advance([order], to=to)
    return Shipment.objects.get(order=order)


def report(**fields) -> dict:
    return {"status": "in_transit", "at": AT} | fields


def tell(partner: Partner, *items: dict, mode: str = "best_effort"):
    body = {"mode": mode, "items": list(items)}
    return partner.post("tracking-events/", body)


def test_a_parcel_is_found_by_its_tracking_number_and_by_its_order(acme):
    order = acme.create()
    parcel = parcel_of(order)
    parcel_of(acme.create())

    by_code = acme.get(f"shipments/?tracking_number={parcel.tracking_number}").json()
    by_order = acme.get(f"shipments/?order={order.number}").json()

    assert by_code == by_order
    [said] = by_code["results"]
    assert said == acme.get(f"shipments/{parcel.number}/").json()
    assert (said["number"], said["status"]) == (parcel.number, "shipped")
    assert [line["quantity"] for line in said["lines"]] == [1]
    assert said["has_label"] is False


def test_a_parcel_without_a_label_has_no_paper(acme):
    parcel = parcel_of(acme.create(), to="packed")

    assert acme.get(f"shipments/{parcel.number}/label/").status_code == 404


def test_a_bought_label_is_read(acme):
    parcel = parcel_of(acme.create(), to="packed")
    give_label(parcel, tracking_number="L-1")

    said = acme.get(f"shipments/{parcel.number}/label/").json()

    assert acme.get(f"shipments/{parcel.number}/").json()["has_label"] is True
    assert (said["tracking_number"], said["carrier"]) == ("L-1", "dhl")
    assert base64.b64decode(said["content"]) == b"%PDF-1.7"
    assert set(said) == {"carrier", "tracking_number", "media_type", "content"}


def test_73_the_parcels_of_another_location_do_not_exist(acme):
    parcel = parcel_of(acme.create())
    other = Partner(name="nyc", locations=["NYC"])

    assert other.get(f"shipments/{parcel.number}/").status_code == 404
    said = tell(other, report(shipment=parcel.number)).json()
    assert said["results"][0]["status"] == 404
    assert not TrackingEvent.objects.exists()


def test_what_a_carrier_tells_is_shown_once(acme):
    order = acme.create()
    parcel = parcel_of(order)
    known = report(tracking_number=parcel.tracking_number, description="Depot")
    end = report(shipment=parcel.number, status="delivered", at="2026-02-01T12:00:00Z")

    answer = tell(acme, known, known, end)
    again = tell(acme, known)

    said = answer.json()
    assert (said["done"], again.json()["done"]) == (3, 1)
    assert said["results"][0]["data"] == {
        "shipment": parcel.number,
        "status": "delivered",
        "tracking_status": "delivered",
    }
    events = acme.get(f"shipments/{parcel.number}/tracking-events/").json()["results"]
    assert [e["status"] for e in events] == ["delivered", "in_transit"]
    order.refresh_from_db()
    assert order.phase == "delivered"


def test_each_report_that_means_nothing_says_so(acme):
    parcel = parcel_of(acme.create())
    packed = parcel_of(acme.create(), to="packed")
    good = report(shipment=parcel.number)

    said = tell(
        acme,
        good,
        report(tracking_number="nobody's"),
        report(shipment=packed.number),
        report(shipment=parcel.number, status="lost"),
        report(shipment=parcel.number, tracking_number="x"),
        report(),
        report(shipment=parcel.number, at="2026-01-31T12:00:00"),
    ).json()

    statuses = [row["status"] for row in said["results"]]
    assert statuses == [200, 404, 409, 400, 400, 400, 400]
    assert TrackingEvent.objects.count() == 1


def test_one_spoils_all_unless_best_effort_is_asked_for(acme):
    parcel = parcel_of(acme.create())
    good, bad = report(shipment=parcel.number), report(shipment="nothing")

    answer = tell(acme, good, bad, mode="all_or_nothing")

    assert (answer.status_code, answer.json()["code"]) == (409, "refused")
    assert not TrackingEvent.objects.exists()


def test_a_number_that_two_carriers_use_needs_the_carrier(acme):
    parcels = [parcel_of(acme.create(), to="packed") for _ in range(2)]
    for parcel, carrier in zip(parcels, ("dhl", "ups"), strict=True):
        work = parcel.fulfillment_order
        body = {"tracking_number": "SAME", "carrier": carrier}
        answer = acme.post(f"fulfillment-orders/{work.number}/ship/", body)
        assert answer.status_code == 200, answer.json()

    said = tell(
        acme,
        report(tracking_number="SAME"),
        report(tracking_number="SAME", carrier="ups"),
    ).json()

    assert [row["status"] for row in said["results"]] == [409, 200]
    assert said["results"][1]["data"]["shipment"] == parcels[1].number


def test_parameters_and_fields_that_nobody_knows_are_refused(acme):
    assert wrongs(acme.get("shipments/?trackingnumber=1")) == [
        ("query", "/trackingnumber", "unknown_parameter")
    ]
    answer = tell(acme, report(shipment="1", place="x"), mode="all_or_nothing")
    assert wrongs(answer) == [("body", "/items/0/place", "unknown_field")]


def test_reports_and_pages_cost_as_many_statements_for_100_as_for_one(
    world, acme, statements
):
    shop.receive(world.ber, {"SHIRT": 1000})
    acme.post("orders/bulk/", {"items": [new_order() for _ in range(100)]})
    acme.post("orders/", new_order())
    shop.advance(list(Order.objects.all()), to="shipped")
    numbers = list(Shipment.objects.values_list("number", flat=True))
    acme.get("shipments/")

    counts = statements.by_size(
        lambda size: [report(shipment=numbers.pop()) for _ in range(size)],
        lambda items: tell(acme, *items),
    )

    assert counts[1] == counts[100]
    assert TrackingEvent.objects.count() == 101
