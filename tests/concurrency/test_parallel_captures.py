"""Eight who ask for the same authorized money at once."""

from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, connection

from channels.messages import IncomingPayment
from orders.models import Payment, PaymentRequest
from orders.services import asking
from orders.services.asking import Wanted
from tests import factories, shop
from tests.concurrency import racing

pytestmark = pytest.mark.django_db(transaction=True)

ASKERS = 8


@pytest.fixture
def rush(world, monkeypatch):
    """10.00 EUR are authorized; `rush()` asks for 6.00 eight times at once."""
    channel = factories.ChannelFactory(payment="later")
    held = IncomingPayment("sandbox", Decimal("10.00"), "authorized", "au_1")
    [order] = shop.place_orders(channel, payments=(held,))
    wanted = [Wanted(order.pk, Decimal("6.00"))]

    def run() -> list:
        racing.dawdle(monkeypatch, asking, "_known", 0.05)
        call = partial(asking.request_captures, wanted, actor="asker")
        return racing.race([call] * ASKERS)

    return run


@pytest.fixture
def no_check():
    """The table without its CHECK, for the length of a test."""
    [check] = [
        constraint
        for constraint in Payment._meta.constraints
        if constraint.name == "payment_captured_within_authorized"
    ]
    with connection.schema_editor() as editor:
        editor.remove_constraint(Payment, check)
    yield
    Payment.objects.update(capturing_amount=0)
    with connection.schema_editor() as editor:
        editor.add_constraint(Payment, check)


def asked() -> Decimal:
    return sum(PaymentRequest.objects.values_list("amount", flat=True))


def test_one_gets_it_and_the_others_are_told_what_is_left(rush):
    results = rush()

    assert not racing.errors(results)
    assert asked() == 6
    texts = [result.refused[0][0] for result in results if result.refused]
    assert len(texts) == ASKERS - 1
    assert all("at most 4.00 EUR" in text for text in texts)


def test_without_the_lock_the_check_still_keeps_it_within_the_authorization(
    rush, monkeypatch
):
    """The others fail instead of hearing why: the lock was needed."""
    racing.unlock_rows(monkeypatch)
    racing.meet(monkeypatch, asking, "_known", ASKERS)

    failed = racing.errors(rush())

    assert failed
    assert all(isinstance(error, IntegrityError) for error in failed)
    assert asked() == 6


@pytest.mark.corrupts
def test_without_lock_and_check_more_is_asked_than_is_authorized(
    rush, monkeypatch, no_check
):
    racing.unlock_rows(monkeypatch)
    racing.meet(monkeypatch, asking, "_known", ASKERS)

    rush()

    assert asked() > 10
