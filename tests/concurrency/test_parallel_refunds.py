"""Refunds of one order at the same moment: of its return, and of goodwill."""

from decimal import Decimal
from functools import partial

import pytest
from django.db import connection

from orders.models import Payment
from returns.models import Refund
from returns.services import goodwill, paying, refunding
from returns.services.goodwill import Goodwill
from tests.concurrency import racing
from tests.returns import desk

pytestmark = pytest.mark.django_db(transaction=True)

ASKERS = 6


@pytest.fixture
def rush(world, monkeypatch):
    """30.00 were paid, 20.00 of it is due for a return; `rush()` refunds it six times
    at once, three of them as goodwill."""
    ret = desk.back(world)
    gift = Goodwill(ret.order_id, Decimal("20.00"), "sorry")

    def run() -> list:
        racing.dawdle(monkeypatch, paying, "rooms_of", 0.1)
        calls = [
            partial(refunding.refund_returns, [ret], actor="asker"),
            partial(goodwill.refund_goodwill, [gift], actor="asker"),
        ]
        return racing.race(calls * (ASKERS // 2))

    return run


@pytest.fixture
def no_check():
    """The table without its CHECK, for the length of a test."""
    [check] = [
        constraint
        for constraint in Payment._meta.constraints
        if constraint.name == "payment_refunded_within_captured"
    ]
    with connection.schema_editor() as editor:
        editor.remove_constraint(Payment, check)
    yield
    Payment.objects.update(refunded_amount=0)
    with connection.schema_editor() as editor:
        editor.add_constraint(Payment, check)


def refunded() -> Decimal:
    return sum(Refund.objects.values_list("amount", flat=True))


def test_no_more_goes_back_than_was_paid(rush):
    results = rush()

    assert not racing.errors(results)
    assert refunded() == Payment.objects.get().refunded_amount <= 30
    assert Refund.objects.filter(kind="return").count() <= 1
    refused = [result for result in results if result.refused]
    assert len(refused) == ASKERS - Refund.objects.count()


@pytest.mark.corrupts
def test_without_the_lock_the_check_still_keeps_it_within_the_payment(
    rush, monkeypatch
):
    """The others fail instead of hearing why: the lock was needed."""
    racing.unlock_rows(monkeypatch)
    racing.meet(monkeypatch, paying, "rooms_of", ASKERS)

    assert racing.errors(rush())
    assert refunded() <= 30


@pytest.mark.corrupts
def test_without_lock_and_check_more_goes_back_than_was_paid(
    rush, monkeypatch, no_check
):
    racing.unlock_rows(monkeypatch)
    racing.meet(monkeypatch, paying, "rooms_of", ASKERS)

    rush()

    assert refunded() > 30
