"""Telling again, new secrets, pausing, sweeping, and the feed beside the webhooks."""

from datetime import timedelta

import pytest
from django.utils import timezone
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from oms.core.models import Event, WebhookDelivery, WebhookEndpoint
from oms.core.webhooks import endpoints, feed, replaying
from oms.core.webhooks.subjects import Limits
from tests import factories, shop
from tests.webhooks.conftest import deliver, deliveries, listen, note, said

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=1)


@pytest.fixture
def order(world):
    [order] = shop.place_orders(world.channel)
    return order


def verifies(secret: str, call) -> bool:
    try:
        Webhook(secret).verify(call.body, call.headers)
    except WebhookVerificationError:
        return False
    return True


def test_a_replay_is_the_same_message(order, receiver):
    listen(receiver, "order.noted")
    note([order])
    deliver()
    [row] = deliveries()

    assert not replaying.replay_deliveries([row.pk], actor="t").refused
    deliver()

    first, second = receiver.calls
    assert (first.id, first.body) == (second.id, second.body)
    [row] = deliveries()
    assert (row.status, row.attempts, len(row.log)) == ("delivered", 1, 2)


def test_a_delivery_that_was_given_up_can_be_replayed(order, receiver):
    endpoint = listen(receiver, "order.noted")
    note([order])
    deliver()
    WebhookDelivery.objects.update(status="failed", attempts=10)

    endpoints.pause_endpoints([endpoint.pk], actor="t")
    [row] = deliveries()
    assert replaying.replay_deliveries([row.pk], actor="t").refused
    endpoints.resume_endpoints([endpoint.pk], actor="t")
    assert replaying.replay_deliveries([row.pk], actor="t").done

    assert deliver() == 1


def test_what_happened_before_an_endpoint_was_there_can_be_told(world, receiver):
    orders = shop.place_orders(world.channel, 3)
    note(orders)
    other = factories.ChannelFactory(code="other")
    note(shop.place_orders(other, 2))
    endpoint = listen(receiver, "order.noted", channels=["shop"])
    now = timezone.now()

    hour = timedelta(hours=1)
    out = replaying.replay_events(
        endpoint.pk, since=now - hour, until=now + hour, actor="t"
    )

    assert out.done[0]["deliveries"] == 3
    assert deliver() == 3
    assert {m["data"]["id"] for m in said(receiver)} == {o.number for o in orders}
    assert Event.objects.filter(action="webhookendpoint.replayed").exists()

    out = replaying.replay_events(
        endpoint.pk, since=now - hour, until=now + hour, actor="t"
    )
    assert out.done[0]["deliveries"] == deliver() == 3
    assert len(set(receiver.ids())) == 3


@pytest.mark.parametrize("size", [1, 100])
def test_replaying_takes_the_same_statements(world, receiver, statements, size):
    note(shop.place_orders(world.channel, size))
    endpoint = listen(receiver, "order.noted")
    hour, now = timedelta(hours=1), timezone.now()

    out, asked = statements(
        replaying.replay_events,
        endpoint.pk,
        since=now - hour,
        until=now + hour,
        actor="t",
    )

    # lock, events, four kinds of documents, fan-out, its own event
    assert (out.done[0]["deliveries"], asked) == (size, 6)


def test_a_replay_of_nothing_or_too_much_is_refused(world, receiver, monkeypatch):
    note(shop.place_orders(world.channel, 3))
    endpoint, now = listen(receiver), timezone.now()

    out = replaying.replay_events(endpoint.pk, since=now, until=now, actor="t")
    assert out.refused
    monkeypatch.setattr(replaying, "MOST", 2)
    hour = timedelta(hours=1)
    out = replaying.replay_events(
        endpoint.pk, since=now - hour, until=now + hour, actor="t"
    )
    assert "shorter" in str(out.refused)
    assert replaying.replay_events(0, since=now - hour, until=now, actor="t").refused


def test_while_secrets_change_both_sign(order, receiver):
    endpoint = listen(receiver, "order.noted")
    new = endpoints.rotate_secret(endpoint.pk, actor="t").one()
    note([order])
    deliver()
    later = timezone.now() + endpoints.OVERLAP + SOON
    replaying.replay_deliveries([deliveries()[0].pk], actor="t")
    deliver(later)

    during, after = receiver.calls
    assert len(during.headers["webhook-signature"].split()) == 2
    assert verifies(endpoint.secret, during)
    assert verifies(new.secret, during)
    assert len(after.headers["webhook-signature"].split()) == 1
    signature = Webhook(new.secret).sign(after.id, later, after.body.decode())
    assert after.headers["webhook-signature"] == signature


def test_a_paused_endpoint_gets_later_what_happened_meanwhile(order, receiver):
    endpoint = listen(receiver, "order.noted")
    endpoints.pause_endpoints([endpoint.pk], actor="t")
    note([order])
    deliver()
    assert receiver.calls == []

    endpoints.resume_endpoints([endpoint.pk], actor="t")
    deliver()

    assert len(receiver.calls) == 1


def test_an_endpoint_that_is_off_hears_of_nothing_more(order, receiver):
    endpoint = listen(receiver, "order.noted")
    endpoints.disable_endpoints([endpoint.pk], reason="x", actor="t")
    note([order])
    endpoints.resume_endpoints([endpoint.pk], actor="t")

    assert deliver() == 0


def test_a_test_is_sent_and_logged(world, receiver):
    endpoint = listen(receiver, "order.noted")

    replaying.send_test(endpoint)
    deliver()

    [call] = receiver.calls
    message = Webhook(endpoint.secret).verify(call.body, call.headers)
    assert message["type"] == "webhook.test"
    assert deliveries()[0].answer_status == 200


def test_old_deliveries_are_swept(order, receiver):
    endpoint = listen(receiver, "order.noted")
    for _ in range(5):
        replaying.send_test(endpoint)
    old = timezone.now() - timedelta(days=31)
    keys = [row.pk for row in deliveries()[:3]]
    WebhookDelivery.objects.filter(pk__in=keys).update(created_at=old)

    assert replaying.sweep_deliveries(most=2) == 3
    assert len(deliveries()) == 2


def test_deleting_an_endpoint_takes_its_deliveries(order, receiver):
    endpoint = listen(receiver, "order.noted")
    note([order])
    deliver()

    endpoints.delete_endpoints([endpoint.pk], actor="t")

    assert not WebhookEndpoint.objects.exists()
    assert deliveries() == []
    assert Event.objects.filter(action="webhookendpoint.deleted").exists()


@pytest.mark.parametrize(
    ("changes", "hint"),
    [
        ({"event_types": ["order.confirmd"]}, "order.confirmed"),
        ({"event_types": ["orders.*"]}, "order.*"),
        ({"event_types": []}, "from 1"),
        ({"event_types": ["customer.merged"]}, "no event"),
        ({"event_types": ["workitem.*"]}, "no event"),
        ({"description": "x" * 201}, "200"),
        ({"description": "\x00"}, "200"),
        ({"url": "nonsense"}, "address"),
    ],
)
def test_what_an_endpoint_cannot_be(receiver, changes, hint):
    endpoint = listen(receiver)

    out = endpoints.change_endpoint(endpoint.pk, changes, actor="t")

    assert hint in str(out.refused)
    assert list(out.refused) == list(changes)


# --- The feed -------------------------------------------------------------------------


def test_the_feed_has_the_same_messages_as_the_webhooks(world, receiver):
    listen(receiver, "*")
    orders = shop.place_orders(world.channel, 2)
    shop.advance(orders)
    deliver()

    page = feed.events_after(Limits(), at=timezone.now() + SOON)

    told = sorted(said(receiver), key=lambda message: message["sequence"])
    assert page.messages == told
    assert (page.after, page.more) == (told[-1]["sequence"], False)


def test_the_feed_is_read_page_by_page(world):
    note(shop.place_orders(world.channel, 5))
    later, found, after, more = timezone.now() + SOON, [], 0, True

    while more:
        messages, after, more = feed.events_after(Limits(), after, 3, at=later)
        assert len(messages) <= 3
        found += [message["sequence"] for message in messages]

    assert found == sorted(set(found))
    assert found == [m["sequence"] for m in feed.events_after(Limits(), at=later)[0]]
    assert feed.events_after(Limits(), after, at=later) == ([], after, False)


def test_the_feed_leaves_out_the_last_seconds(world):
    note(shop.place_orders(world.channel, 1))

    assert feed.events_after(Limits()).messages == []


def test_the_feed_shows_what_the_limits_admit(world):
    other = factories.ChannelFactory(code="other")
    note(shop.place_orders(world.channel, 2))
    [theirs] = shop.place_orders(other)
    note([theirs])
    later = timezone.now() + SOON

    page = feed.events_after(Limits(channels=("other",)), at=later)
    assert {m["data"].get("order", m["data"]["id"]) for m in page.messages} == {
        theirs.number
    }
    page = feed.events_after(Limits(locations=("BER",)), at=later)
    assert {m["data"]["object"] for m in page.messages} == {"fulfillment_order"}
    assert feed.events_after(Limits(is_sandbox=True), at=later).messages == []
