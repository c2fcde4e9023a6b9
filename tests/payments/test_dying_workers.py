"""A worker dies before and after every commit and every call of a capture: the next one
finds one capture, and the order complete."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from oms.core.outside import LEASE
from orders.models import Order
from orders.services import settling
from tests import shop, workers
from tests.payments.conftest import entries_of, requests_of
from tests.sandbox import ROOT

pytestmark = pytest.mark.django_db(transaction=True)

POINTS = [
    "capture.before_request_commit",  # the parcel's own transaction
    "settle.before_claim",
    "capture.claimed",
    "capture.before_call",
    "capture.after_call",
    "capture.before_commit",
    "capture.stored",
]
PROGRAM = """
import django; django.setup()
from orders.services import settling
settling.settle_requests(actor="t")
"""


@pytest.fixture
def order(world, later, card):
    [order] = shop.place_orders(later, payments=(card("10.00"),))
    shop.advance([order], to="packed")
    return order


def work(order: Order, at=None) -> None:
    """Send what is packed, then settle what is due."""
    if shop.parcels_of([order])[0].status != "shipped":
        shop._ship([order])
    settling.settle_requests(actor="t", at=at)


def after_the_lease():
    return timezone.now() + LEASE + timedelta(seconds=1)


def is_captured_once(order: Order, sandbox) -> bool:
    order.refresh_from_db()
    return (
        [call["body"]["amount"] for call in sandbox.ledger("gateway", "capture")]
        == [str(amount)[:5] for amount in entries_of(order, "capture")]
        == ["10.00"]
        and [row.status for row in requests_of(order)] == ["succeeded"]
        and (order.status, order.payment_status) == ("completed", "paid")
    )


@pytest.mark.parametrize("point", POINTS)
def test_one_capture_wherever_the_worker_dies(order, sandbox, point):
    assert workers.run(partial(work, order), fault=point) == -signal.SIGKILL

    assert workers.run(partial(work, order, after_the_lease())) == 0

    assert is_captured_once(order, sandbox)


def test_one_capture_if_it_dies_before_looking_up(order, sandbox, settings):
    settings.OMS_OUTSIDE_TIMEOUT = 0.2
    sandbox.behave("gateway", "capture", "timeout_done")
    work(order)
    at = after_the_lease()

    point = "capture.before_look_up"
    assert workers.run(partial(work, order, at), fault=point) == -signal.SIGKILL

    work(order, at + LEASE)
    assert is_captured_once(order, sandbox)


def test_a_program_dies_where_its_environment_says(order, sandbox):
    shop._ship([order])
    environment = os.environ | {
        "DATABASE_URL": workers.database_url(),
        "DJANGO_SETTINGS_MODULE": "oms.settings",
        "SANDBOX_URL": sandbox.url,
        "OMS_FAULT_POINT": "capture.after_call",
    }

    died = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, cwd=ROOT)

    assert died.returncode == -signal.SIGKILL
    assert len(sandbox.ledger("gateway", "capture")) == 1
    assert entries_of(order, "capture") == []
    work(order, after_the_lease())
    assert is_captured_once(order, sandbox)
