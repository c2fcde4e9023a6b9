"""Labels of the house's own carrier: bought once, voided, printed, shipped with."""

import pytest
from django.utils import timezone

from fulfillment.carriers.rate_table import tracking_number
from fulfillment.models import Label, Shipment
from fulfillment.services import (
    label_voiding,
    labels,
    printing,
    settling,
    shipping,
    work,
)
from oms.core import workitems
from oms.core.models import Event, WorkItem
from orders.models import Order
from orders.services import cancellation, holds
from tests import shop
from tests.factories.rates import make_service

pytestmark = pytest.mark.django_db
LINES = [("SHIRT", 2)]
EXPRESS = {"zone": "DE", "country": "DE", "transit_days": 1}


@pytest.fixture
def rated(world):
    make_service("standard")
    make_service("express", steps={30_000: "20.00"}, zones=[EXPRESS])
    return world


def packed(world, count=1, **fields):
    orders = shop.place_orders(world.channel, count, LINES, **fields)
    shop.advance(orders, to="packed")
    return shop.parcels_of(orders)


def buy(parcels, **more):
    return labels.request_labels(parcels, actor="test", **more)


def test_a_packed_parcel_gets_the_cheapest_label(rated):
    [parcel] = packed(rated)

    label = buy([parcel]).one()

    parcel.refresh_from_db()
    assert (label.status, label.service, label.price) == ("purchased", "standard", 5)
    assert label.tracking_number == tracking_number(label.pk)
    assert (parcel.tracking_number, parcel.carrier) == (
        label.tracking_number,
        "rate_table",
    )
    assert (parcel.weight_grams, parcel.service) == (500, "standard")
    assert parcel.promised_at is not None
    assert label.reason.startswith("The cheapest that keeps the promise of ")


def test_f44_two_clicks_buy_one_label(rated):
    [parcel] = packed(rated)

    first, second = buy([parcel]), buy([parcel])

    assert len(first.done) == 1
    assert second.done == []
    assert "it has one, which is purchased" in second.refused[parcel.pk][0]
    assert Label.objects.count() == 1


def test_f44_of_twenty_parcels_the_one_with_a_bad_address_gets_a_reason(rated):
    rated.channel.address_required = False
    rated.channel.save()
    nowhere = shop.BERLIN.__class__(name="Erika", country="DE")
    [bad] = packed(rated, ship_to=nowhere)
    parcels = [*packed(rated, 19), bad]

    out = buy(parcels)

    assert len(out.done) == 19
    [reasons] = out.refused.values()
    assert reasons == [f"{bad}: its address lacks: street, city; complete the address."]


def test_what_the_customer_chose_is_bought(rated):
    [parcel] = packed(rated)
    Order.objects.filter(pk=parcel.order_id).update(service="express")

    label = buy([parcel]).one()

    assert (label.service, label.price) == ("express", 20)
    assert label.reason == "express is the service that was asked for."


def test_a_scale_says_more_than_the_products(rated):
    [parcel] = packed(rated)

    assert buy([parcel], weights={parcel.pk: 4_000}).one().price == 8


@pytest.mark.parametrize("grams", [0, -1, None, True, 1.5, "500", 10**12])
def test_a_weight_that_is_none_is_refused(rated, grams):
    [parcel] = packed(rated)

    out = buy([parcel], weights={parcel.pk: grams})

    assert "its weight is not known" in out.refused[parcel.pk][0]


@pytest.mark.parametrize("service", [None, 5, True, "a\x00", "x" * 33])
def test_a_service_that_is_no_word_is_refused(rated, service):
    [parcel] = packed(rated)

    out = buy([parcel], service=service)

    assert "choose one" in out.refused[parcel.pk][0]


def test_what_is_too_heavy_or_too_far_has_no_rate(rated):
    [parcel] = packed(rated)

    heavy = buy([parcel], weights={parcel.pk: 31_000})
    other = buy([parcel], service="rocket")

    assert (
        "NO_RATE: no rate table has any service for DE 10969"
        in (heavy.refused[parcel.pk][0])
    )
    assert "has rocket for" in other.refused[parcel.pk][0]


@pytest.mark.parametrize("key", [999_999_999, None, True, "1", 1.5, -1, 10**30])
def test_a_key_of_no_parcel_is_refused(rated, key):
    [parcel] = packed(rated)

    out = buy([parcel, Shipment(pk=key)], weights={key: 5})
    voided = label_voiding.void_labels([Label(pk=key)], actor="test")
    printed = printing.print_labels([Label(pk=key)], actor="test")
    sent = shipping.ship_labelled([Shipment(pk=key)], actor="test")

    assert len(out.done) == 1
    assert key in out.refused
    assert "does not exist" in voided.refused[key][0]
    assert "does not exist" in printed.refused[key][0]
    assert "does not exist" in sent.refused[key][0]


def test_only_what_stands_packed_gets_a_label(rated):
    [sent], [held], [void] = packed(rated), packed(rated), packed(rated)
    shipping.ship_shipments({sent.pk: shipping.Label("T1")}, actor="test")
    why = "customer_request"
    stop = holds.NewHold(held.order_id, why, ["ship"], "user:ann", "call")
    holds.place_holds([stop], actor="test").one()
    cancellation.cancel_orders(
        [Order(pk=void.order_id)], reason="r", actor="test", force=True
    )

    out = buy([sent, held, void])

    assert out.done == []
    assert "it is shipped" in out.refused[sent.pk][0]
    assert "it is on hold: customer request" in out.refused[held.pk][0].lower()
    assert "it is voided" in out.refused[void.pk][0]


def test_a_parcel_with_a_label_is_shipped_without_typing(rated):
    parcels = packed(rated, 2)
    buy(parcels[:1])

    out = shipping.ship_labelled(parcels, actor="test")

    assert [parcel.pk for parcel in out.done] == [parcels[0].pk]
    assert "has no tracking number" in out.refused[parcels[1].pk][0]


def test_a_parcel_is_shipped_by_scanning_its_own_label(rated):
    [parcel] = packed(rated)
    scanned = shipping.Label(buy([parcel]).one().tracking_number)

    out = shipping.ship_shipments({parcel.pk: scanned}, actor="test")

    assert out.one().carrier == "rate_table"


def test_a_parcel_with_a_label_is_not_shipped_with_another_number(rated):
    [parcel] = packed(rated)
    label = buy([parcel]).one()

    out = shipping.ship_shipments({parcel.pk: shipping.Label("T9")}, actor="test")

    assert label.tracking_number in out.refused[parcel.pk][0]
    assert "void the label first" in out.refused[parcel.pk][0]


def test_a_voided_label_is_off_the_parcel_and_another_can_be_bought(rated):
    [parcel] = packed(rated)
    first = buy([parcel]).one()

    voided = label_voiding.void_labels([first], actor="test").one()
    again = label_voiding.void_labels([first], actor="test")
    typed = shipping.Label(first.tracking_number, first.carrier)
    old = shipping.ship_shipments({parcel.pk: typed}, actor="test")
    second = buy([parcel]).one()

    assert voided.status == "voided"
    assert "voided already" in again.refused[first.pk][0]
    assert "on a label that is not bought any more" in old.refused[parcel.pk][0]
    assert second.tracking_number != first.tracking_number
    assert second.idempotency_key == f"label:{parcel.pk}:2"


def test_a_label_that_has_left_is_not_voided(rated):
    [parcel] = packed(rated)
    label = buy([parcel]).one()
    shipping.ship_labelled([parcel], actor="test").one()

    out = label_voiding.void_labels([label], actor="test")

    assert "it has left with its label" in out.refused[label.pk][0]


def test_cancelling_by_force_voids_the_label(rated):
    [parcel] = packed(rated)
    label = buy([parcel]).one()

    cancellation.cancel_orders(
        [Order(pk=parcel.order_id)], reason="r", actor="test", force=True
    ).one()

    label.refresh_from_db()
    parcel.refresh_from_db()
    assert (label.status, parcel.status) == ("voided", "voided")


def test_every_print_counts_and_a_reprint_is_called_one(rated):
    [parcel] = packed(rated)
    label = buy([parcel]).one()

    papers = [
        printing.print_labels([label], actor="user:ann").one().document
        for _ in range(2)
    ]

    label.refresh_from_db()
    assert papers[0] == papers[1]
    assert papers[0].startswith(b"%PDF")
    assert label.printed == 2
    actions = Event.objects.filter(subject_type="shipment", actor="user:ann")
    assert list(actions.order_by("id").values_list("action", flat=True)) == [
        "shipment.label_printed",
        "shipment.label_reprinted",
    ]


def test_a_voided_label_is_not_printed(rated):
    [parcel] = packed(rated)
    label = buy([parcel]).one()
    label_voiding.void_labels([label], actor="test")

    out = printing.print_labels([label], actor="test")

    assert "only a bought one is printed" in out.refused[label.pk][0]


def test_a_bought_label_closes_what_waited_for_it(rated):
    [parcel] = packed(rated)
    item = WorkItem(kind="label_failed", subject_type="shipment", subject_id=parcel.pk)
    workitems.open_items([item], at=timezone.now())
    item = WorkItem.objects.get()

    buy([parcel]).one()

    item.refresh_from_db()
    assert item.status == "resolved"


def test_settling_has_nothing_to_do_for_local_labels(rated):
    buy(packed(rated))

    assert settling.settle_labels(actor="test").done == []


def test_an_opened_box_is_packed_again_and_gets_its_own_label(rated):
    [parcel] = packed(rated)
    first = buy([parcel]).one()
    line = parcel.order.lines.get()
    cancellation.cancel_lines({line.pk: 1}, reason="r", actor="t", force=True).one()
    works = shop.works_of([parcel.order])
    work.pick(works, actor="test").one()
    work.pack_work(works, actor="test").one()
    [anew] = shop.parcels_of([parcel.order])

    second = buy([anew]).one()

    first.refresh_from_db()
    assert (first.status, second.status) == ("voided", "purchased")
    assert shipping.ship_labelled([anew], actor="test").one().status == "shipped"
