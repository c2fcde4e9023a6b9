"""Suppliers: sent an order when it is released, they confirm it and send the parcel."""

import pytest

from fulfillment.models import FulfillmentOrder
from fulfillment.routing import explain
from fulfillment.services import accepting, policies, rejecting, supplied, work
from fulfillment.services.shipping import Label
from inventory.models import Location, SupplierOffer
from oms.core.models import Event, WorkItem
from oms.invariants import violations
from tests import factories, shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def supplier(world):
    place = factories.LocationFactory(
        code="SUP", kind=Location.Kind.SUPPLIER, priority=1, lat=52.5, lon=13.4
    )
    SupplierOffer.objects.create(location=place, product=world.poster)
    SupplierOffer.objects.create(location=place, product=world.mug)
    return place


def sources(order):
    return {
        w.location.code: {line.order_line.sku: line.quantity for line in w.lines.all()}
        for w in shop.works_of([order])
    }


def released(world, count=1, lines=(("POSTER", 2),)):
    orders = shop.place_orders(world.channel, count, lines)
    works = shop.works_of(orders)
    assert not work.release_work(works, actor="user:walter").refused
    return shop.works_of(orders)


def test_a_line_without_stock_goes_to_the_supplier_and_comes_with_its_number(
    world, supplier
):
    [sent] = released(world)
    item = WorkItem.objects.get(kind="supplier_confirmation")
    event = Event.objects.get(action="fulfillmentorder.submitted")
    assert sent.submitted_at
    assert sent.lines.get().stock_level is None
    assert (event.subject_id, event.data) == (sent.pk, {"location": "SUP"})
    assert item.status == "open"
    assert "SUP has to confirm it" in item.title

    accepting.accept_work({sent.pk: " PO-77 "}, actor="user:mia").one()
    item.refresh_from_db()
    sent.refresh_from_db()
    assert (sent.partner_reference, item.status) == ("PO-77", "resolved")

    supplied.ship_supplied({sent.pk: Label("SUP-1", "dhl")}, actor="user:mia").one()
    sent.order.refresh_from_db()
    assert sent.order.status == "completed"
    assert sent.shipments.get().tracking_number == "SUP-1"
    assert violations() == []


def test_own_stock_comes_before_the_supplier(world, supplier):
    lines = [("MUG", 201), ("POSTER", 1)]
    [order] = shop.place_orders(world.channel, lines=lines)
    [small] = shop.place_orders(world.channel, lines=[("SHIRT", 1), ("POSTER", 1)])

    assert sources(order) == {
        "BER": {"MUG": 100},
        "NYC": {"MUG": 100},
        "SUP": {"MUG": 1, "POSTER": 1},
    }
    assert sources(small) == {"BER": {"SHIRT": 1}, "SUP": {"POSTER": 1}}


def test_a_supplier_that_was_not_needed_says_so(world, supplier):
    shop.receive(world.ber, {"POSTER": 1})
    [order] = shop.place_orders(world.channel, lines=[("POSTER", 1)])

    assert "SUP: it is a supplier, and others have it in stock." in explain.why_not(
        order.routing_decisions.get()
    )


def test_a_preferred_supplier_goes_first(world, supplier):
    policies.activate([policies.draft(criteria=["preferred"])], actor="t").one()

    [order] = shop.place_orders(world.channel, lines=[("MUG", 1)])

    assert sources(order) == {"SUP": {"MUG": 1}}


def test_what_a_supplier_does_not_offer_it_does_not_send(world, supplier):
    lines = [("POSTER", 1), ("GIFTCARD", 1)]
    [order] = shop.place_orders(world.channel, lines=lines)

    assert sources(order) == {"SUP": {"POSTER": 1}, "BER": {"GIFTCARD": 1}}


def test_an_offer_that_is_switched_off_is_none(world, supplier):
    SupplierOffer.objects.update(is_active=False)

    [order] = shop.place_orders(world.channel, lines=[("POSTER", 1)])

    assert sources(order) == {}


def test_a_supplier_that_refuses_is_left_out(world, supplier):
    [sent] = released(world)

    rejection = rejecting.Rejection("not_in_stock", "sold out")
    rejecting.reject({sent.pk: rejection}, actor="user:mia").one()

    assert sources(sent.order) == {}
    assert not WorkItem.objects.exclude(status="resolved").exists()
    assert violations() == []


def test_bad_answers_are_refused(world, supplier):
    [sent] = released(world)
    [own] = released(world, lines=[("SHIRT", 1)])

    out = accepting.accept_work({own.pk: "PO", 999_999: "PO"}, actor="t")
    assert (len(out.done), set(out.refused)) == (1, {999_999})  # ours, not a supplier's
    for bad in ("", "  ", None, 7, "x" * 65, "a\0b"):
        refused = accepting.accept_work({sent.pk: bad}, actor="t").refused
        assert "number" in refused[sent.pk][0]
    accepting.accept_work({sent.pk: "PO"}, actor="t").one()
    again = accepting.accept_work({sent.pk: "PO"}, actor="t").refused
    assert "accepted already" in again[sent.pk][0]


def test_a_refused_label_leaves_the_work_as_it_was_and_the_others_go(world, supplier):
    one, two = released(world, 2)
    [own] = released(world, lines=[("SHIRT", 1)])

    out = supplied.ship_supplied(
        {
            one.pk: Label(""),
            two.pk: Label("T2"),
            own.pk: Label("T3"),
            99999: Label("T"),
        },
        actor="t",
    )

    assert len(out.done) == 1
    assert set(out.refused) == {one.pk, own.pk, 99999}
    assert {w.pk: w.status for w in FulfillmentOrder.objects.all()} == {
        one.pk: "released",
        two.pk: "fulfilled",
        own.pk: "released",
    }
    assert violations() == []
