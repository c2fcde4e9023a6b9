"""Refunds that a gateway pays: once, whatever dies, and ended by its evidence alone."""

import signal
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from channels.messages import IncomingPayment
from oms.core.models import WorkItem
from oms.core.outside import LEASE
from orders.models import PaymentRequest
from orders.services import settling
from returns import tasks
from returns.models import Refund
from returns.services import refunding
from tests import factories, shop, workers
from tests.returns import desk

pytestmark = pytest.mark.django_db(transaction=True)

POINTS = ["refund.claimed", "refund.before_call", "refund.after_call"]
POINTS += ["refund.before_commit", "refund.stored"]


@pytest.fixture
def paid(world, sandbox):
    """A function: a return of an order of three SHIRTs, captured from these cards; two
    pieces are counted."""

    def make(*amounts):
        channel = factories.ChannelFactory(code="card", payment="later")
        payments = tuple(
            IncomingPayment(
                "sandbox",
                Decimal(amount),
                "authorized",
                sandbox.authorize(f"card-{n}", amount),
            )
            for n, amount in enumerate(amounts)
        )
        [order] = shop.place_orders(channel, 1, [("SHIRT", 3)], payments=payments)
        shop.advance([order])
        settling.settle_requests(actor="t")
        ret = desk.asked(order, {"SHIRT": 2})
        return desk.came(ret, world.shirt, 2, world.ber)

    return make


def after(leases=1):
    return timezone.now() + leases * (LEASE + timedelta(seconds=1))


def work(at=None):
    settling.settle_requests(actor="t", at=at)
    tasks.settle_refunds()


def at_the_gateway(sandbox) -> list[str]:
    return [call["body"]["amount"] for call in sandbox.ledger("gateway", "refund")]


def refund_items() -> list[str]:
    items = WorkItem.objects.filter(subject_type="refund", kind="refund_failed")
    return list(items.values_list("status", flat=True))


def words(ret) -> tuple[list[str], str]:
    ret.refresh_from_db()
    refunds = Refund.objects.order_by("pk")
    return [refund.status for refund in refunds], ret.money


@pytest.mark.parametrize("point", POINTS)
def test_one_refund_wherever_the_worker_dies(paid, sandbox, point):
    ret = paid("30.00")
    desk.refunded(ret)

    assert workers.run(work, fault=point) == -signal.SIGKILL
    tasks.settle_refunds()  # nothing is taken for done that no evidence shows
    known = PaymentRequest.objects.get(kind="refund").status
    assert words(ret)[0] == ["succeeded" if known == "succeeded" else "submitted"]

    work(at=after())

    assert at_the_gateway(sandbox) == ["20.00"]
    assert words(ret) == (["succeeded"], "refunded")


def test_in_doubt_until_the_gateway_shows_what_it_did(paid, sandbox, settings):
    settings.OMS_OUTSIDE_TIMEOUT = 0.4
    ret = paid("30.00")
    sandbox.behave("gateway", "refund", "timeout_done")
    desk.refunded(ret)

    work()
    assert words(ret) == (["submitted"], "asked")
    assert PaymentRequest.objects.get(kind="refund").status == "unknown"
    again = refunding.refund_returns([ret], actor="t")
    assert "nothing is due any more" in again.refused[ret.pk][0]

    work(at=after())
    assert at_the_gateway(sandbox) == ["20.00"]
    assert words(ret) == (["succeeded"], "refunded")


def test_what_one_of_two_tenders_has_paid_is_not_paid_again(paid, sandbox):
    ret = paid("12.00", "18.00")
    desk.refunded(ret)
    first, _second = PaymentRequest.objects.filter(kind="refund").order_by("pk")
    settling.settle_requests([first.pk], actor="t")
    sandbox.behave("gateway", "refund", "decline")
    work()

    assert words(ret) == (["failed"], "pending")
    assert refund_items() == ["open"]
    rest = desk.refunded(ret)
    assert rest.amount == 8
    work()

    assert words(ret) == (["failed", "succeeded"], "refunded")
    assert sorted(at_the_gateway(sandbox)) == ["12.00", "8.00"]
    assert refund_items() == ["resolved"]


def test_a_failed_refund_that_staff_tries_again_ends_by_evidence(paid, sandbox):
    ret = paid("30.00")
    desk.refunded(ret)
    sandbox.behave("gateway", "refund", "decline")
    work()
    assert words(ret) == (["failed"], "pending")

    failed = PaymentRequest.objects.get(kind="refund")
    settling.retry_requests([failed.pk], actor="user:mia").one()
    again = refunding.refund_returns([ret], actor="t")
    work()

    assert "nothing is due" in again.refused[ret.pk][0]
    assert at_the_gateway(sandbox) == ["20.00"]
    assert words(ret) == (["succeeded"], "refunded")
