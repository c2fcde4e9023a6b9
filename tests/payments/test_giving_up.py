"""What stays unknown, contradicts itself or never answers ends in a work item, never in
a wrong ledger."""

import json
from functools import partial

import httpx
import pytest

from oms.core import registry
from oms.core.outside import MOST_ATTEMPTS
from oms.invariants import violations
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
    settle,
    soon,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("impatient")]


def test_another_amount_that_was_done_waits_for_somebody(order, sandbox, monkeypatch):
    """The gateway has captured less than was asked under our key, and says so."""
    row = ask(order)
    body = {"authorization": payment_of(order).reference, "currency": "EUR"}
    sandbox.do("gateway", "capture", key=row.idempotency_key, amount="3.00", **body)

    settle()
    for _ in range(MOST_ATTEMPTS + 1):
        settle(at=later_on(row))

    row.refresh_from_db()
    assert row.status == "unknown"
    assert entries_of(order, "capture") == []
    assert payment_of(order).capturing_amount == 10
    assert items()["payment_mismatch"] == "open"
    assert "10.00 EUR were asked, it did 3.00 EUR" in row.error
    assert violations() == []


def test_a_reference_that_is_used_already_waits_for_somebody(order, monkeypatch):
    first, second = ask(order, amount="4.00"), ask(order, amount="6.00")
    answer = evidence.Verdict(PaymentRequest.Status.SUCCEEDED, "ca_same")

    settling.store(first, answer, actor="t", at=soon())
    out = settling.store(second, answer, actor="t", at=soon())

    assert "recorded for another request" in out.refused[second.pk][0]
    assert entries_of(order, "capture") == [4]
    assert items() == {"payment_mismatch": "open"}


def test_a_success_after_a_recorded_failure_waits_for_somebody(order, sandbox):
    row = ask(order)
    [claimed] = PaymentRequest.objects.filter(pk=row.pk).select_related("payment")
    sandbox.behave("gateway", "capture", "decline")
    settle()
    answer = evidence.Verdict(PaymentRequest.Status.SUCCEEDED, "ca_late")

    settling.store(claimed, answer, actor="t", at=soon())

    assert items() == {"capture_failed": "open", "payment_mismatch": "open"}
    assert violations() == []


def test_a_gateway_that_stays_away_is_given_up_with_a_work_item(order, sandbox):
    sandbox.behave("gateway", "capture", "unavailable", times=MOST_ATTEMPTS)
    row = ask(order)

    settle()
    for _ in range(MOST_ATTEMPTS):
        settle(at=later_on(row))

    row.refresh_from_db()
    assert (row.status, row.attempts) == ("failed", MOST_ATTEMPTS)
    assert items() == {"capture_failed": "open"}
    assert violations() == []


def test_what_nobody_knows_is_never_given_up(order, sandbox):
    """Captured without an answer, and looking up fails for days."""
    sandbox.behave("gateway", "capture", "timeout_done")
    sandbox.behave("gateway", "calls", "unavailable", times=MOST_ATTEMPTS + 2)
    row = ask(order)

    settle()
    for _ in range(MOST_ATTEMPTS + 2):
        settle(at=later_on(row))

    row.refresh_from_db()
    assert row.status == "unknown"
    assert items() == {"payment_unknown": "open"}

    settle(at=later_on(row))
    assert is_done_once(order, sandbox, "capture")
    assert items() == {"payment_unknown": "resolved"}


def test_a_gateway_that_is_gone_leaves_it_waiting(order, monkeypatch):
    row = ask(order)
    known = dict(registry.registered("OMS_GATEWAYS"))
    known.pop("sandbox")
    monkeypatch.setattr("orders.gateways.base.registered", lambda _setting: known)

    out = settle()

    assert "is not set up; add it to OMS_GATEWAYS" in out.refused[row.pk][0]


def test_a_lease_that_was_lost_changes_nothing(order):
    row = ask(order)
    [claimed] = PaymentRequest.objects.filter(pk=row.pk).select_related("payment")
    PaymentRequest.objects.filter(pk=row.pk).update(attempts=2)
    failed = evidence.Verdict(PaymentRequest.Status.FAILED, error="x")

    settling.store(claimed, failed, actor="t", at=soon())

    row.refresh_from_db()
    assert row.status == "waiting"


def test_settling_takes_the_same_statements_whatever_else_waits(
    world, later, card, statements
):
    def prepare(count):
        orders = shop.place_orders(
            later, 1, payments=(card("10.00"),)
        ) + shop.place_orders(world.channel, count)
        return [ask(orders[0]).pk]

    counts = statements.by_size(prepare, lambda pks: settle(pks=pks), sizes=(1, 20))

    assert counts[1] == counts[20], statements.last
    assert counts[1] <= 22


ODD = [
    {},
    {"key": "other"},
    {"reference": None},
    {"reference": "a\x00"},
    {"reference": "\ud800"},
    {"reference": "x" * 200},
    {"reference": ""},
    {"amount": 10.0},
    {"amount": "ten"},
    {"amount": "NaN"},
    {"amount": "1e30"},
    {"currency": ["EUR"]},
    {"currency": "XXQ"},
    {"currency": "USD"},
]


@pytest.fixture
def answers(monkeypatch):
    """A function: let every call be answered with this, and look-ups with nothing."""

    def answer_with(said, status: int = 200) -> None:
        def answer(request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("/calls"):
                return httpx.Response(200, content=b'{"calls": []}')
            return httpx.Response(status, content=json.dumps(said).encode())

        client = partial(httpx.Client, transport=httpx.MockTransport(answer))
        monkeypatch.setattr(httpx, "Client", client)

    return answer_with


@pytest.mark.parametrize("change", ODD, ids=str)
def test_an_odd_answer_never_reaches_the_ledger(order, answers, change):
    row = ask(order)
    sound = {"key": row.idempotency_key, "reference": "ca_1", "amount": "10.00"}
    answers(sound | {"currency": "EUR"} | change if change else [])

    settle()

    row.refresh_from_db()
    assert row.status == "unknown"
    assert "its program failed" not in row.error
    assert entries_of(order, "capture") == []


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "x" * 5000, {"a": 1}, None])
def test_an_odd_refusal_is_kept_as_far_as_it_can_be(order, answers, text):
    row = ask(order)
    answers({"error": text}, status=402)

    settle()

    row.refresh_from_db()
    assert row.status == "failed"
