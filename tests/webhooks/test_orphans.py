"""Endpoints end with the last key of whoever made them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from oms.core.api.keys import revoke_keys, rotate_key
from oms.core.models import Event, WorkItem
from oms.core.webhooks import endpoints
from tests import shop
from tests.api.partner import make_key
from tests.webhooks.conftest import deliver, listen, note

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(world):
    return shop.place_orders(world.channel)[0]


def told(receiver, order) -> int:
    """How often the partner is called for one more event."""
    before = len(receiver.calls)
    note([order])
    deliver()
    return len(receiver.calls) - before


def test_a_revoked_key_takes_its_endpoints_with_it(world, receiver, order):
    key = make_key("acme")
    mine = listen(receiver, client=key.client)
    assert told(receiver, order) == 1

    revoke_keys([key.pk], actor="user:ina")

    assert told(receiver, order) == 0
    mine.refresh_from_db()
    assert mine.status == "disabled"
    assert mine.reason == f"Its API key {key} was revoked."
    event = Event.objects.get(action="webhookendpoint.disabled")
    assert (event.subject_id, event.actor) == (mine.pk, "user:ina")
    assert not WorkItem.objects.filter(kind="webhook_off").exists()


def test_what_waits_for_it_is_not_sent_any_more(world, receiver, order):
    key = make_key("acme")
    listen(receiver, client=key.client)
    note([order])

    revoke_keys([key.pk], actor="t")

    deliver()
    assert receiver.calls == []


def test_it_is_not_switched_on_again(world, receiver):
    key = make_key("acme")
    mine = listen(receiver, client=key.client)
    revoke_keys([key.pk], actor="t")

    refused = endpoints.resume_endpoints([mine.pk], actor="t").refused

    assert "stays off. Its API key acme" in refused[mine.pk][0]


def test_a_successor_keeps_them(world, receiver, order):
    old = make_key("acme")
    listen(receiver, client=old.client)
    new = rotate_key(old.pk, overlap=timedelta(0), actor="t").one()

    revoke_keys([old.pk], actor="t")
    assert told(receiver, order) == 1
    revoke_keys([new.pk], actor="t")
    assert told(receiver, order) == 0


def test_they_end_with_a_key_that_expires(world, receiver, order):
    key = make_key("acme", expires_at=timezone.now() + timedelta(days=1))
    mine = listen(receiver, client=key.client)
    note([order])

    deliver(at=timezone.now() + timedelta(days=2))

    mine.refresh_from_db()
    assert (mine.status, receiver.calls) == ("disabled", [])
    assert mine.reason.endswith("has expired.")


def test_those_of_staff_and_of_others_go_on(world, receiver, order):
    key, other = make_key("acme"), make_key("other")
    listen(receiver)
    listen(receiver, client=other.client)

    revoke_keys([key.pk], actor="t")

    assert told(receiver, order) == 2
