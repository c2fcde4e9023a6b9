"""What a partner gets, and what a service pays for it."""

import pytest
from django.utils import timezone
from standardwebhooks import Webhook

from oms.core.models import Event
from oms.core.webhooks import delivering, dispatching
from oms.core.webhooks.calling import Answer
from tests import factories, shop
from tests.webhooks.conftest import deliver, deliveries, listen, note, said

pytestmark = pytest.mark.django_db
DISPATCH = 4  # events, orders, fan-out, stamp
CLAIM, STORE = 2, 4  # lease, read; two locks, two writes


def test_an_event_arrives_signed(world, receiver):
    endpoint = listen(receiver, "order.confirmed")
    [order] = shop.place_orders(world.channel)

    assert deliver() == 1

    [call] = receiver.calls
    message = Webhook(endpoint.secret).verify(call.body, call.headers)
    event = Event.objects.get(action="order.confirmed")
    order.refresh_from_db()
    assert message == {
        "type": "order.confirmed",
        "timestamp": event.at.isoformat().replace("+00:00", "Z"),
        "data": {
            "id": order.number,
            "object": "order",
            "version": round(order.updated_at.timestamp() * 1_000_000),
        },
        "sequence": event.pk,
    }
    assert call.id == f"evt_{event.pk}"
    assert call.headers["content-type"] == "application/json"
    [row] = deliveries()
    assert (row.status, row.attempts, row.answer_status) == ("delivered", 1, 200)
    assert (row.answer_text, row.error, len(row.log)) == ("ok", "", 1)


def test_parts_name_their_order(world, receiver):
    listen(receiver, "shipment.shipped")
    [order] = shop.place_orders(world.channel)
    shop.advance([order], to="shipped")

    deliver()

    [message] = said(receiver)
    [parcel] = shop.parcels_of([order])
    assert message["data"]["id"] == parcel.number
    assert message["data"]["object"] == "shipment"
    assert message["data"]["order"] == order.number


def test_events_of_an_order_have_rising_sequences(world, receiver):
    listen(receiver, "*")
    [order] = shop.place_orders(world.channel)
    shop.advance([order])

    deliver()

    told = sorted(said(receiver), key=lambda message: message["sequence"])
    orders = [message for message in told if message["data"]["object"] == "order"]
    assert [message["type"] for message in orders] == [
        *("order.captured", "order.confirmed"),
        *("order.processing_started", "order.completed"),
    ]
    assert len({message["sequence"] for message in told}) == len(told)


def test_messages_are_thin_and_name_nobody(world, receiver):
    listen(receiver, "*")
    orders = shop.place_orders(world.channel, 3)
    shop.advance(orders)

    deliver()

    assert all(len(call.body) < 1000 for call in receiver.calls)
    assert not any(b"Erika" in call.body for call in receiver.calls)


def test_without_an_endpoint_events_count_as_dispatched(world):
    shop.place_orders(world.channel)

    assert not Event.objects.filter(dispatched_at=None).exists()


def test_only_wanted_events_wait(world, receiver):
    listen(receiver, "order.confirmed", "shipment.*")

    [order] = shop.place_orders(world.channel)
    shop.advance([order])

    waiting = Event.objects.filter(dispatched_at=None)
    assert set(waiting.values_list("action", flat=True)) == {
        "order.confirmed",
        "shipment.packed",
        "shipment.shipped",
        "shipment.delivered",
    }


def test_what_belongs_to_nobody_outside_is_told_to_nobody(world, receiver):
    listen(receiver, "*")
    shop.place_orders(world.channel, lines=[("NO-SUCH", 1)])
    told = {"order", "fulfillmentorder", "shipment", "return", "refund"}

    deliver()

    assert not Event.objects.filter(dispatched_at=None).exists()
    subjects = set(Event.objects.values_list("subject_type", flat=True))
    assert "webhookendpoint" in subjects
    assert {row.event.subject_type for row in deliveries()} <= told


def test_two_endpoints_hear_of_their_own_channels_and_places(world, make_receiver):
    web, store = make_receiver(), make_receiver()
    other = factories.ChannelFactory(code="other")
    listen(web, "order.confirmed", channels=["shop"])
    listen(store, "*", locations=["NYC"])
    [ours] = shop.place_orders(world.channel)
    shop.receive(world.nyc, {"POSTER": 1})
    [there] = shop.place_orders(other, lines=[("POSTER", 1)])
    shop.advance([ours, there])

    deliver()

    assert [message["data"]["id"] for message in said(web)] == [ours.number]
    told = [message["data"] for message in said(store)]
    assert {data["object"] for data in told} == {"fulfillment_order", "shipment"}
    assert {data["order"] for data in told} == {there.number}


@pytest.mark.parametrize("size", [1, 100])
def test_dispatching_takes_the_same_statements(world, receiver, statements, size):
    listen(receiver, "order.noted")
    listen(receiver, "order.*")
    note(shop.place_orders(world.channel, size))

    count, asked = statements(dispatching.dispatch_events)

    assert count >= size
    assert asked == DISPATCH
    assert len(deliveries(type="order.noted")) == 2 * size


@pytest.mark.parametrize("size", [1, 100])
def test_delivering_takes_the_same_statements(world, receiver, statements, size):
    orders = shop.place_orders(world.channel, size)
    listen(receiver, "order.noted")
    note(orders)
    dispatching.dispatch_events()
    now = timezone.now()

    rows, claiming = statements(delivering.claim, at=now, most=100)
    answers = [Answer(500, "", 1, "It answers 500.")] * size
    _none, storing = statements(delivering.store, rows, answers, at=now)

    assert len(rows) == size
    assert (claiming, storing) == (CLAIM, STORE)
