"""Labels of a carrier on the other side of a network that misbehaves: bought once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from fulfillment.models import Label
from fulfillment.services import label_voiding, labels, settling, shipping
from oms.core import outside
from oms.core.models import WorkItem
from oms.invariants import violations
from orders.models import Order
from orders.services import cancellation
from tests import shop
from tests.factories.rates import make_service
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Sandbox(tmp_path_factory.mktemp("carrier") / "sandbox.sqlite")
    yield server
    server.stop()


@pytest.fixture
def carrier(world, server, settings):
    """The other side; it sells the only service there is, and nobody waits long. Its
    books are those of all tests here: see `done_for`."""
    settings.SANDBOX_URL = server.url
    settings.OMS_OUTSIDE_TIMEOUT = 0.3
    make_service("standard", carrier="sandbox")
    yield server
    assert violations() == []


@pytest.fixture
def requested(world, carrier):
    """A label that is asked for, of a parcel that stands packed."""
    orders = shop.place_orders(world.channel)
    shop.advance(orders, to="packed")
    label = labels.request_labels(shop.parcels_of(orders), actor="test").one()
    assert label.status == "requested"
    return label


def settle(label, **more):
    out = settling.settle_labels([label.pk], actor="test", **more)
    label.refresh_from_db()
    return out


def later():
    """When every pause and lease is over."""
    return timezone.now() + timedelta(days=2)


def done_for(carrier, label):
    """What the carrier has really done for a label: the verbs, oldest first."""
    key = label.idempotency_key
    return [
        call["verb"]
        for call in carrier.ledger("carrier")
        if call["key"] in (key, f"{key}:void")
    ]


def test_the_task_buys_what_was_asked_for(world, requested, carrier, drain_queue):
    drain_queue()

    requested.refresh_from_db()
    parcel = requested.shipment
    parcel.refresh_from_db()
    [call] = carrier.calls("carrier", requested.idempotency_key)
    assert requested.status == "purchased"
    assert parcel.tracking_number == call["answer"]["tracking_number"]
    assert (str(requested.price), requested.currency) == ("4.9000", "EUR")
    assert shipping.ship_labelled([parcel], actor="test").one().status == "shipped"


def test_what_is_settled_is_not_asked_for_again(requested, carrier):
    settle(requested)

    assert settle(requested, at=later()).done == []
    assert done_for(carrier, requested) == ["label"]


@pytest.mark.parametrize("how", ["timeout_done", "garbage"])
def test_without_a_clear_answer_it_is_looked_up_and_not_bought_again(
    requested, carrier, how
):
    carrier.behave("carrier", "label", how)

    out = settle(requested)
    assert requested.status == "unknown"
    assert out.refused[requested.pk]
    settle(requested, at=later())

    assert requested.status == "purchased"
    assert done_for(carrier, requested) == ["label"]


def test_a_call_that_was_lost_is_made_again(requested, carrier):
    carrier.behave("carrier", "label", "timeout_lost")

    settle(requested)
    assert (requested.status, done_for(carrier, requested)) == ("unknown", [])
    settle(requested, at=later())

    assert requested.status == "purchased"
    assert done_for(carrier, requested) == ["label"]


@pytest.mark.parametrize("how", ["twice", "lie"])
def test_what_was_done_counts_whatever_is_said_of_it(requested, carrier, how):
    carrier.behave("carrier", "label", how)

    settle(requested)

    assert requested.status == "purchased"
    assert done_for(carrier, requested) == ["label"]


def test_a_refusal_waits_for_a_person_and_can_be_tried_anew(requested, carrier):
    carrier.behave("carrier", "label", "decline")

    settle(requested)
    item = WorkItem.objects.get(kind="label_failed")
    again = labels.request_labels([requested.shipment], actor="test").one()
    settle(again)

    assert (requested.status, again.status) == ("failed", "purchased")
    assert "sold no label: declined" in item.title
    item.refresh_from_db()
    assert item.status == "resolved"
    assert (done_for(carrier, requested), done_for(carrier, again)) == ([], ["label"])


def test_a_refusal_that_cannot_be_checked_stays_unknown(requested, carrier):
    carrier.behave("carrier", "label", "decline")
    carrier.behave("carrier", "calls", "unavailable")

    settle(requested)

    assert requested.status == "unknown"


def test_while_it_is_unavailable_the_label_waits_longer_each_time(requested, carrier):
    carrier.behave("carrier", "label", "unavailable", times=2)
    first = timezone.now()

    settle(requested, at=first)
    waits = requested.next_attempt_at - first
    assert settle(requested, at=first).done == []
    settle(requested, at=first + waits)

    assert (requested.status, requested.attempts) == ("requested", 2)
    assert waits == timedelta(seconds=15)
    assert requested.next_attempt_at == first + waits + timedelta(seconds=30)


def test_a_carrier_that_never_answers_becomes_a_work_item(requested, carrier, settings):
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    at = timezone.now()
    for _ in range(outside.MOST_ATTEMPTS):
        assert not WorkItem.objects.exists()
        settle(requested, at=at)
        at = requested.next_attempt_at

    assert WorkItem.objects.get().kind == "label_failed"
    settings.SANDBOX_URL = carrier.url
    settle(requested, at=at)
    assert requested.status == "purchased"
    assert WorkItem.objects.get().status == "resolved"


def test_a_requested_label_that_nobody_asked_for_yet_is_voided_at_once(
    requested, carrier
):
    label = label_voiding.void_labels([requested], actor="test").one()

    assert label.status == "voided"
    assert settle(requested, at=later()).done == []
    assert done_for(carrier, requested) == []


def test_a_label_in_doubt_is_looked_up_and_voided(requested, carrier):
    carrier.behave("carrier", "label", "timeout_done")
    settle(requested)

    label = label_voiding.void_labels([requested], actor="test").one()
    assert label.status == "voiding"
    settle(requested)

    assert requested.status == "voided"
    assert done_for(carrier, requested) == ["label", "void"]


def test_a_bought_label_is_voided_at_the_carrier_once(requested, carrier):
    settle(requested)
    carrier.behave("carrier", "void", "timeout_done")

    label_voiding.void_labels([requested], actor="test").one()
    parcel = requested.shipment
    parcel.refresh_from_db()
    assert parcel.tracking_number == ""
    settle(requested)
    assert requested.status == "voiding"
    settle(requested, at=later())

    assert requested.status == "voided"
    assert done_for(carrier, requested) == ["label", "void"]


def test_a_void_that_is_refused_leaves_the_label_on_its_parcel(requested, carrier):
    settle(requested)
    carrier.behave("carrier", "void", "decline")
    label_voiding.void_labels([requested], actor="test").one()

    settle(requested)

    parcel = requested.shipment
    parcel.refresh_from_db()
    assert requested.status == "purchased"
    assert parcel.tracking_number == requested.tracking_number
    assert "does not void its label: declined" in WorkItem.objects.get().title


def test_a_label_bought_for_a_cancelled_order_is_voided(requested, carrier):
    carrier.behave("carrier", "label", "timeout_done")
    settle(requested)
    order = Order(pk=requested.shipment.order_id)
    cancellation.cancel_orders([order], reason="r", actor="t", force=True).one()

    settle(requested, at=later())

    assert requested.status == "voided"
    assert done_for(carrier, requested) == ["label", "void"]


def test_a_label_that_comes_after_the_parcel_left_is_given_back(requested, carrier):
    carrier.behave("carrier", "label", "timeout_done")
    settle(requested)
    typed = {requested.shipment_id: shipping.Label("T1", "dhl")}
    shipping.ship_shipments(typed, actor="test").one()

    settle(requested, at=later())
    assert requested.status == "voiding"
    settle(requested, at=later())

    assert requested.status == "voided"
    requested.shipment.refresh_from_db()
    assert requested.shipment.tracking_number == "T1"


def test_a_label_in_doubt_whose_number_was_typed_is_kept(requested, carrier):
    carrier.behave("carrier", "label", "timeout_done")
    settle(requested)
    [call] = carrier.calls("carrier", requested.idempotency_key)
    number = call["answer"]["tracking_number"]
    typed = {requested.shipment_id: shipping.Label(number, "the sandbox")}
    shipping.ship_shipments(typed, actor="test").one()

    settle(requested, at=later())

    requested.shipment.refresh_from_db()
    assert requested.status == "purchased"
    assert requested.shipment.carrier == "sandbox"
    assert done_for(carrier, requested) == ["label"]


def test_a_number_that_another_parcel_has_is_not_taken(world, requested, carrier):
    others = shop.place_orders(world.channel)
    shop.advance(others, to="packed")
    [other] = shop.parcels_of(others)
    coming = f"SBX{len(carrier.ledger('carrier')) + 1:012d}"
    typed = {other.pk: shipping.Label(coming, "sandbox")}
    shipping.ship_shipments(typed, actor="test").one()

    settle(requested)

    assert requested.status == "unknown"
    assert "is on another parcel already" in requested.error


def test_a_carrier_that_is_not_connected_any_more_says_so(requested, carrier):
    Label.objects.update(carrier="gone")

    settle(requested)

    assert requested.status == "requested"
    assert "OMS_CARRIERS does not name" in requested.error
