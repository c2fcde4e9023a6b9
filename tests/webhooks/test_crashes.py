"""Workers that die, and many at once: nothing is lost, and what comes twice comes under
the same id."""

import signal
from functools import partial

import pytest
from django.utils import timezone

from oms.core.models import Event
from oms.core.outside import LEASE
from oms.core.webhooks import delivering
from tests import shop, workers
from tests.concurrency.racing import errors, race
from tests.webhooks.conftest import deliver, deliveries, listen, note

pytestmark = pytest.mark.django_db(transaction=True)
POINTS = {
    "webhook.dispatched": 1,
    "webhook.before_claim": 1,
    "webhook.claimed": 1,
    "webhook.called": 2,
    "webhook.stored": 1,
}


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_worker_loses_nothing(world, receiver, point):
    [order] = shop.place_orders(world.channel)
    listen(receiver, "order.noted")
    note([order])

    assert workers.run(deliver, fault=point) == -signal.SIGKILL
    assert workers.run(partial(deliver, timezone.now() + 2 * LEASE)) == 0

    event = Event.objects.get(action="order.noted")
    assert receiver.ids() == [f"evt_{event.pk}"] * POINTS[point]
    assert len({call.body for call in receiver.calls}) == 1
    assert [row.status for row in deliveries()] == ["delivered"]
    assert event.dispatched_at is not None


def test_ten_workers_deliver_each_once(world, make_receiver):
    receivers = [make_receiver(), make_receiver()]
    orders = shop.place_orders(world.channel, 60)
    for receiver in receivers:
        listen(receiver, "order.noted")
    note(orders)

    results = race([deliver] * 10)

    assert not errors(results)
    deliver()
    for receiver in receivers:
        assert len(receiver.ids()) == len(set(receiver.ids())) == 60
    assert {(row.status, row.attempts) for row in deliveries()} == {("delivered", 1)}


def test_a_slow_worker_does_not_overwrite_the_answer_of_another(world, receiver):
    [order] = shop.place_orders(world.channel)
    listen(receiver, "order.noted")
    note([order])
    at = timezone.now()
    delivering.dispatching.dispatch_events(at=at)
    slow = delivering.claim(at=at)

    deliver(at + 2 * LEASE)
    delivering.store(slow, [delivering.Answer(500, "", 1, "late")], at=at + 2 * LEASE)

    [row] = deliveries()
    assert (row.status, row.attempts, row.error) == ("delivered", 2, "")


def test_the_worker_sees_what_is_due(world, receiver):
    assert not delivering.is_anything_due(timezone.now())
    [order] = shop.place_orders(world.channel)
    endpoint = listen(receiver, "order.noted")
    receiver.status = 500
    note([order])

    assert delivering.is_anything_due(timezone.now())
    deliver()
    assert not delivering.is_anything_due(timezone.now())
    later = deliveries()[0].next_attempt_at
    assert delivering.is_anything_due(later)
    endpoint.status = "paused"
    endpoint.save()
    assert not delivering.is_anything_due(later)
