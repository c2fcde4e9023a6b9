"""A gateway that declines, dies, repeats itself and lies: nothing is captured twice,
the ledger is never wrong."""

from decimal import Decimal

import pytest

from oms.core.models import WorkItem
from oms.invariants import violations
from orders.gateways.base import Gateway, gateway_of
from orders.models import PaymentRequest
from orders.services import evidence, settling
from tests import shop
from tests.payments.conftest import (
    ask,
    entries_of,
    is_done_once,
    items,
    later_on,
    payment_of,
    requests_of,
    settle,
    soon,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("impatient")]

KINDS = ["capture", "void"]


@pytest.mark.parametrize("kind", KINDS)
def test_declined_is_final_and_a_work_item_says_what_to_do(order, sandbox, kind):
    sandbox.behave("gateway", kind, "decline")
    row = ask(order, kind)

    settle()

    row.refresh_from_db()
    assert (row.status, row.error) == ("failed", "declined by the issuer")
    assert entries_of(order, kind, "failed") == [10]
    assert payment_of(order).capturing_amount == payment_of(order).voiding_amount == 0
    assert not sandbox.ledger("gateway", kind)
    item = WorkItem.objects.get(kind=f"{kind}_failed")
    assert "declined by the issuer. Try again on its page" in item.title
    assert violations() == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_retry_that_succeeds_closes_the_work_item(order, sandbox, kind):
    sandbox.behave("gateway", kind, "decline")
    row = ask(order, kind)
    settle()

    out = settling.retry_requests([row.pk, 10**9], actor="user:ann")
    settle()

    assert set(out.refused) == {10**9}
    assert is_done_once(order, sandbox, kind)
    assert items() == {f"{kind}_failed": "resolved"}
    again = settling.retry_requests([row.pk, out.done[0].pk], actor="t")
    assert "tried again already" in again.refused[row.pk][0]
    assert "it is done" in again.refused[out.done[0].pk][0]


@pytest.mark.parametrize("kind", KINDS)
def test_unavailable_is_asked_again_later(order, sandbox, kind):
    sandbox.behave("gateway", kind, "unavailable")
    row = ask(order, kind)

    settle()
    row.refresh_from_db()
    assert (row.status, row.attempts) == ("waiting", 1)
    settle()  # not due yet
    assert entries_of(order, kind) == []

    settle(at=later_on(row))
    assert is_done_once(order, sandbox, kind)
    assert items() == {}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", ["timeout_done", "garbage"])
def test_done_without_an_answer_is_found_by_looking_up(order, sandbox, kind, how):
    sandbox.behave("gateway", kind, how)
    row = ask(order, kind)

    settle()
    row.refresh_from_db()
    assert row.status == "unknown"
    assert entries_of(order, kind) == []

    settle(at=later_on(row))
    assert is_done_once(order, sandbox, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_lost_without_an_answer_is_asked_again_after_looking_up(order, sandbox, kind):
    sandbox.behave("gateway", kind, "timeout_lost")
    row = ask(order, kind)

    settle()
    assert not sandbox.ledger("gateway", kind)

    settle(at=later_on(row))
    assert is_done_once(order, sandbox, kind)


def test_an_answer_that_comes_twice_is_recorded_once(order, sandbox):
    sandbox.behave("gateway", "capture", "twice")
    row = ask(order)
    settle()
    [done] = requests_of(order)
    answer = evidence.Verdict(PaymentRequest.Status.SUCCEEDED, "ca_00000002")

    out = settling.store(row, answer, actor="t", at=soon())

    assert not out.done
    assert done.status == "succeeded"
    assert is_done_once(order, sandbox, "capture")


def test_declined_although_it_was_done_ends_in_the_truth(order, sandbox):
    sandbox.behave("gateway", "capture", "lie")
    ask(order)

    settle()

    assert is_done_once(order, sandbox, "capture")
    assert items() == {}


def test_another_amount_than_was_done_ends_in_the_truth(order, sandbox):
    sandbox.behave("gateway", "capture", "lie", lie_amount="99.00")
    ask(order)

    settle()

    assert is_done_once(order, sandbox, "capture")


def test_a_gateway_that_cannot_be_reached_did_nothing(order, settings, sandbox):
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    row = ask(order)

    out = settle()

    row.refresh_from_db()
    assert row.status == "waiting"
    assert "it cannot be reached" in out.refused[row.pk][0]


def test_a_program_that_breaks_counts_as_no_answer(order, monkeypatch, sandbox):
    row = ask(order)
    gateway = type(gateway_of(payment_of(order)))
    with monkeypatch.context() as patch:
        patch.setattr(gateway, "capture", lambda self, ask: 1 / 0)
        settle()
    row.refresh_from_db()
    assert (row.status, row.error[:18]) == ("unknown", "its program failed")

    settle(at=later_on(row))
    assert is_done_once(order, sandbox, "capture")


class WholeOnly(Gateway):
    code = "sandbox"
    in_parts = False


def test_a_gateway_without_parts_captures_everything_with_the_first_parcel(
    halves, monkeypatch
):
    known = {"sandbox": WholeOnly}
    monkeypatch.setattr("orders.gateways.base.registered", lambda _setting: known)

    shop._ship([halves])

    assert [row.amount for row in requests_of(halves)] == [Decimal("33.33")]
