"""A worker dies anywhere in the purchase of a label; the next one finishes it. One
purchase in the carrier's own books, one label, and the parcel can be shipped."""

import signal
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from fulfillment.models import Label
from fulfillment.services import label_voiding, labels, settling, shipping
from oms.core.outside import LEASE
from tests import shop, workers
from tests.factories.rates import make_service

pytestmark = pytest.mark.django_db(transaction=True)

REQUEST = ["label.before_request_commit", "label.after_request_commit"]
PURCHASE = [
    "label.before_claim",
    "label.after_claim",
    "label.before_call",
    "label.after_call",
    "label.before_store_commit",
    "label.after_store_commit",
]
LOOKUP = ["label.before_lookup", "label.after_lookup"]  # by who finds it claimed before
VOID = [
    "label.after_claim",
    "label.before_void",
    "label.after_void",
    "label.before_store_commit",
    "label.after_store_commit",
]


@pytest.fixture
def pack(world, sandbox):
    make_service("standard", carrier="sandbox")

    def packed(count):
        orders = shop.place_orders(world.channel, count)
        shop.advance(orders, to="packed")
        return shop.parcels_of(orders)

    return packed


def request(parcels):
    return labels.request_labels(parcels, actor="worker")


def settle(minutes=0, pks=None):
    at = timezone.now() + timedelta(minutes=minutes)
    return settling.settle_labels(pks, actor="worker", at=at)


def dies(point, call, *arguments):
    assert workers.run(partial(call, *arguments), point) == -signal.SIGKILL


AFTER_THE_LEASE = 2 * LEASE.total_seconds() / 60
MUCH_LATER = 2 * AFTER_THE_LEASE


def test_wherever_a_worker_dies_the_label_is_bought_once(pack, sandbox):
    parcels = pack(len(REQUEST + PURCHASE + LOOKUP))
    points = dict(zip(parcels, [*REQUEST, *PURCHASE, *LOOKUP], strict=True))
    for parcel, point in points.items():
        if point in REQUEST:
            dies(point, request, [parcel])
            continue
        label = request([parcel]).one()
        if point in PURCHASE:
            dies(point, settle, 0, [label.pk])
        else:
            dies("label.before_call", settle, 0, [label.pk])
            dies(point, settle, AFTER_THE_LEASE, [label.pk])

    request(parcels[:1]).one()  # the intent that died before its commit was never kept
    settle(MUCH_LATER)

    found = Label.objects.order_by("shipment")
    assert [label.shipment_id for label in found] == [parcel.pk for parcel in parcels]
    assert {label.status for label in found} == {"purchased"}
    sold = sandbox.ledger("carrier")
    assert sorted(call["key"] for call in sold) == sorted(
        label.idempotency_key for label in found
    )
    numbers = {call["key"]: call["answer"]["tracking_number"] for call in sold}
    assert all(x.tracking_number == numbers[x.idempotency_key] for x in found)
    assert not shipping.ship_labelled(parcels, actor="test").refused


def test_wherever_a_worker_dies_the_label_is_voided_once(pack, sandbox):
    found = request(pack(len(VOID))).done
    settle()
    label_voiding.void_labels(found, actor="test")
    for label, point in zip(found, VOID, strict=True):
        dies(point, settle, 0, [label.pk])

    settle(MUCH_LATER)

    assert {label.status for label in Label.objects.all()} == {"voided"}
    assert len(sandbox.ledger("carrier", "void")) == len(found)
