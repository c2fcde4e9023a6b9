"""Authorizations end: the queue says so days ahead (F10)."""

from decimal import Decimal

import pytest
from django.utils.formats import date_format
from django.utils.timezone import localtime

from oms.core.models import WorkItem
from oms.invariants import violations
from orders import tasks
from orders.models import Hold
from orders.services import asking, authorizations, cancellation, payments
from orders.services.asking import Wanted
from tests import shop
from tests.payments.conftest import entries_of, payment_of, settle, soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def ending(world, later, card):
    """A function: an order whose authorization ends in so many days."""

    def make(**delta):
        held = card("10.00", expires_at=soon(**delta))
        return shop.place_orders(later, payments=(held,))[0]

    return make


def watch(at=None):
    orders = authorizations.ending(at)
    return authorizations.watch_authorizations(orders, actor="t", at=at)


def item(kind: str) -> WorkItem:
    return WorkItem.objects.get(kind=kind)


def test_what_ends_tomorrow_stands_in_the_queue_with_the_day(ending):
    order = ending(days=1)
    ending(days=10)

    tasks.watch_authorizations()
    tasks.watch_authorizations()

    found = item("authorization_expiring")
    day = date_format(localtime(payment_of(order).expires_at), "SHORT_DATE_FORMAT")
    assert f"ends on {day}" in found.title
    assert "capture it now, or ask the customer for a new one" in found.title


def test_the_warning_goes_when_the_money_is_captured(ending):
    order = ending(days=1)
    watch()

    asking.request_captures([Wanted(order.pk)], actor="t")
    settle()

    assert item("authorization_expiring").status == "resolved"
    watch()
    assert WorkItem.objects.count() == 1


def test_nobody_is_warned_of_what_is_not_needed(ending):
    order = ending(days=1)
    cancellation.cancel_orders([order], reason="r", actor="t")

    watch()

    assert not WorkItem.objects.exists()


def test_what_has_ended_is_void_and_the_order_is_held_until_it_is_paid(
    ending, drain_queue
):
    order = ending(days=1)
    watch()

    watch(at=soon(days=2))

    order.refresh_from_db()
    assert entries_of(order, "void") == [10]
    assert order.payment_status == "voided"
    hold = Hold.objects.get()
    assert (hold.reason, hold.blocks) == ("awaiting_payment", ["release", "ship"])
    assert item("authorization_expiring").status == "resolved"
    assert "ask the customer for another payment" in item("authorization_expired").title
    assert violations() == []

    payments.record_payments(
        [payments.Received(order.pk, Decimal("10.00"), "bank 1")], actor="t"
    )
    drain_queue()
    hold.refresh_from_db()
    assert hold.released_at is not None
    assert item("authorization_expired").status == "resolved"
    shop.advance([order], to="shipped")


def test_what_is_captured_stays_and_what_is_being_captured_is_left_alone(
    ending, sandbox
):
    order = ending(days=1)
    asking.request_captures([Wanted(order.pk, Decimal("4.00"))], actor="t")
    settle()
    asking.request_captures([Wanted(order.pk, Decimal("5.00"))], actor="t")

    watch(at=soon(days=2))

    payment = payment_of(order)
    assert (payment.captured_amount, payment.voided_amount) == (4, 1)
    sandbox.behave("gateway", "capture", "decline")
    settle()
    watch(at=soon(days=2))
    assert entries_of(order, "void") == [1, 5]
    assert violations() == []


def test_looking_again_changes_nothing(ending):
    order = ending(days=1)
    watch(at=soon(days=2))

    watch(at=soon(days=3))

    assert entries_of(order, "void") == [10]
    assert Hold.objects.count() == 1


def test_a_pending_order_is_not_held_but_waits_for_its_payment(world, later, card):
    held = card("4.00", expires_at=soon(days=1))
    shop.place_orders(later, payments=(held,))

    watch(at=soon(days=2))

    assert not Hold.objects.exists()
    assert item("authorization_expired").status == "open"


def test_watching_takes_as_many_statements_for_100_orders(
    world, later, ending, statements
):
    from channels.messages import IncomingPayment

    numbers = iter(range(10**6))
    ends = soon(days=1)

    def prepare(count):
        told = [
            IncomingPayment("sandbox", Decimal("10.00"), "authorized", f"w{n}", ends)
            for n in (next(numbers) for _ in range(count))
        ]
        for each in told:
            shop.place_orders(later, payments=(each,))
        return authorizations.ending()

    at = soon(days=2)
    counts = statements.by_size(
        prepare,
        lambda orders: authorizations.watch_authorizations(orders, actor="t", at=at),
        sizes=(1, 30),
    )

    assert counts[1] == counts[30], statements.last
