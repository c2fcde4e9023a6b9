"""What happens when an endpoint does not take a message. Time is passed, not spent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from oms.core.models import Event, WorkItem
from oms.core.webhooks import calling, delivering, dispatching, endpoints
from tests import shop
from tests.webhooks.conftest import deliver, deliveries, listen, note

pytestmark = pytest.mark.django_db
STEPS = [
    *(timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30)),
    *(timedelta(hours=h) for h in (2, 5, 10, 14, 20, 24)),
]
ALMOST = timedelta(milliseconds=1)


@pytest.fixture
def order(world):
    [order] = shop.place_orders(world.channel)
    return order


def test_every_step_of_the_retries(order, receiver, monkeypatch):
    monkeypatch.setattr(delivering, "GIVEN_UP", timedelta(days=9))
    receiver.status = 500
    listen(receiver, "order.noted")
    note([order])
    at = timezone.now()

    assert deliver(at) == 1
    for number, step in enumerate(STEPS, start=1):
        [row] = deliveries()
        assert (row.status, row.attempts) == ("waiting", number)
        assert step <= row.next_attempt_at - at <= step * (1 + dispatching.JITTER)
        assert deliver(row.next_attempt_at - ALMOST) == 0
        at = row.next_attempt_at
        assert deliver(at) == 1

    [row] = deliveries()
    assert (row.status, row.attempts, len(row.log)) == ("failed", 10, 10)
    assert deliver(at + timedelta(days=9)) == 0
    assert len(receiver.calls) == 10
    assert len(set(receiver.ids())) == 1
    assert len({call.body for call in receiver.calls}) == 1
    stamps = [int(call.headers["webhook-timestamp"]) for call in receiver.calls]
    assert stamps == sorted(set(stamps))


def test_a_late_success_ends_it(order, receiver):
    receiver.answers = [500, 503]
    endpoint = listen(receiver, "order.noted")
    note([order])
    at = timezone.now()

    for _try in range(3):
        deliver(at)
        [row] = deliveries()
        at = row.next_attempt_at

    endpoint.refresh_from_db()
    assert (row.status, row.attempts) == ("delivered", 3)
    assert [entry["status"] for entry in row.log] == [500, 503, 200]
    assert (endpoint.failures, endpoint.failing_since) == (0, None)


@pytest.mark.parametrize("status", [201, 202, 204, 299])
def test_any_status_of_200_and_more_is_a_success(order, receiver, status):
    receiver.status = status
    listen(receiver, "order.noted")
    note([order])

    deliver()

    assert [row.status for row in deliveries()] == ["delivered"]


@pytest.mark.parametrize("status", [300, 301, 304, 307, 400, 401, 404, 429, 500, 599])
def test_any_other_status_is_a_failure(order, receiver, status):
    receiver.status = status
    listen(receiver, "order.noted")
    note([order])

    deliver()

    [row] = deliveries()
    assert (row.status, row.answer_status) == ("waiting", status)


def test_410_switches_off_at_once(order, receiver):
    receiver.status = 410
    endpoint = listen(receiver, "order.noted")
    note([order, order])

    deliver()

    endpoint.refresh_from_db()
    assert (endpoint.status, endpoint.reason) == ("disabled", "It answered 410 Gone.")
    item = WorkItem.objects.get(kind=endpoints.OFF)
    assert (item.subject_id, item.status) == (endpoint.pk, "open")
    assert Event.objects.filter(action="webhookendpoint.disabled").exists()
    note([order])
    assert not Event.objects.filter(dispatched_at=None, action="order.noted").exists()


def test_an_endpoint_that_fails_for_days_is_switched_off(order, receiver):
    receiver.status = 500
    endpoint = listen(receiver, "order.noted")
    note([order])
    at = timezone.now()
    while endpoint.status == "active":
        deliver(at)
        at = deliveries()[0].next_attempt_at
        endpoint.refresh_from_db()

    assert at - endpoint.failing_since > delivering.GIVEN_UP
    assert "3 days" in endpoint.reason
    assert WorkItem.objects.filter(kind=endpoints.OFF, status="open").exists()

    endpoints.resume_endpoints([endpoint.pk], actor="t", at=at)
    assert not WorkItem.objects.filter(kind=endpoints.OFF, status="open").exists()
    receiver.status = 200
    note([order])
    deliver(at + timedelta(days=2))
    assert deliveries()[-1].status == "delivered"


def test_a_broken_endpoint_is_only_tried_now_and_then(world, receiver):
    receiver.status = 500
    orders = shop.place_orders(world.channel, 40)
    endpoint = listen(receiver, "order.noted")
    note(orders)
    at = timezone.now()

    deliver(at)
    first = len(receiver.calls)
    assert first <= delivering.AT_ONCE
    deliver(at + delivering.REST)
    assert len(receiver.calls) == first + 1

    receiver.status = 200
    deliver(at + 2 * delivering.REST)
    assert len(deliveries(status="delivered")) > 20
    endpoint.refresh_from_db()
    assert endpoint.failures == 0


def test_a_broken_endpoint_keeps_no_other_waiting(world, make_receiver):
    broken, sound = make_receiver(), make_receiver()
    broken.status = 500
    orders = shop.place_orders(world.channel, 30)
    listen(broken, "order.noted")
    listen(sound, "order.noted")
    note(orders)
    dispatching.dispatch_events()

    delivering.deliver()

    assert len(sound.calls) == len(broken.calls) == delivering.AT_ONCE / 2


def test_a_slow_endpoint_is_a_failure(order, receiver, monkeypatch):
    monkeypatch.setattr(calling, "TIMEOUT", 0.3)
    receiver.wait = 2
    listen(receiver, "order.noted")
    note([order])

    deliver()

    [row] = deliveries()
    assert (row.status, row.answer_status) == ("waiting", None)
    assert "did not answer" in row.error


def test_bytes_that_drip_do_not_hold_the_worker(order, receiver, monkeypatch):
    monkeypatch.setattr(calling, "TIMEOUT", 0.5)
    receiver.drip, receiver.content = 0.1, b"x" * 100
    listen(receiver, "order.noted")
    note([order])

    deliver()

    [row] = deliveries()
    assert (row.status, row.answer_status) == ("delivered", 200)
    assert 400 <= row.answer_ms < 2000
    assert 0 < len(row.answer_text) < 20


def test_of_a_huge_answer_the_beginning_is_kept(order, receiver):
    receiver.content = b"\x00\xffgreat " * 500_000
    listen(receiver, "order.noted")
    note([order])

    deliver()

    [row] = deliveries()
    assert row.status == "delivered"
    assert len(row.answer_text) == 1024
    assert row.answer_text.startswith("\N{REPLACEMENT CHARACTER}" * 2 + "great")


def test_who_hangs_up_is_a_failure(order, receiver, monkeypatch):
    listen(receiver, "order.noted")
    note([order])
    receiver.stop()

    deliver()

    [row] = deliveries()
    assert (row.status, row.error) == ("waiting", "It cannot be reached.")


def test_a_secret_that_cannot_be_opened_sends_nothing(order, receiver, settings):
    listen(receiver, "order.noted")
    note([order])
    settings.SECRET_KEY = "another"

    deliver()

    [row] = deliveries()
    assert "cannot be opened" in row.error
    assert receiver.calls == []
