import json

import pytest
from django.utils import timezone

from oms.core.models import WebhookDelivery, WebhookEndpoint
from oms.core.webhooks import delivering
from oms.core.webhooks.endpoints import NewEndpoint, create_endpoint
from orders.services import notes
from tests.webhooks.receiver import Receiver


@pytest.fixture
def make_receiver(settings):
    """A function: another partner's program, which webhooks may reach."""
    made = []

    def make() -> Receiver:
        made.append(Receiver())
        settings.OMS_WEBHOOK_ALLOWED_HOSTS = [each.host for each in made]
        return made[-1]

    yield make
    for each in made:
        each.stop()


@pytest.fixture
def receiver(make_receiver):
    return make_receiver()


def listen(receiver, *types: str, **fields) -> WebhookEndpoint:
    """An endpoint at the receiver, with its `secret`."""
    new = NewEndpoint(receiver.url, types or ("order.*",), **fields)
    out = create_endpoint(new, actor="test")
    assert not out.refused, out.refused
    return out.done[0]


def note(orders) -> None:
    """An event of each order, and nothing else."""
    out = notes.add_notes({order.pk: "Hello" for order in orders}, actor="test")
    assert not out.refused


def deliver(at=None) -> int:
    return delivering.deliver_due(at=at)


def deliveries(**fields) -> list[WebhookDelivery]:
    return list(WebhookDelivery.objects.filter(**fields).order_by("pk"))


def said(receiver) -> list[dict]:
    return [json.loads(call.body) for call in receiver.calls]


def in_(**delta):
    return timezone.now() + timezone.timedelta(**delta)
