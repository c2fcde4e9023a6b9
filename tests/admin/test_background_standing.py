"""What stands still in the background: messages, requests to gateways, labels."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ

from channels.models import InboundMessage
from channels.services import inbox
from fulfillment.models import Label
from fulfillment.services import label_retrying, labels
from orders.models import PaymentRequest
from tests import shop
from tests.admin.exception_desk import person, said
from tests.admin.stopped import refused
from tests.factories.rates import make_service

pytestmark = pytest.mark.django_db
URL, ACT = reverse("admin:background"), reverse("admin:background_act")


def test_a_refused_message_is_handled_once_more(client, world):
    person(client, "lead", "core.run_background", "orders.confirm_order")
    [key] = refused(world.channel)
    assert "No lines." in client.get(URL).content.decode()

    answer = client.post(ACT, {"again": f"messages:{key}"}, follow=True)

    assert "On their way again: 1" in said(answer)
    message = InboundMessage.objects.get(pk=key)
    assert (message.status, message.error, message.processed_at) == (
        "waiting",
        "",
        None,
    )
    assert OrmQ.objects.get().task["func"] == "orders.tasks.take_in"
    again = client.post(ACT, {"again": f"messages:{key}"}, follow=True)
    assert "was not refused" in said(again)


def test_messages_take_as_many_statements_for_ten(world, statements):
    one, ten = refused(world.channel), refused(world.channel, 11)[:10]

    counts = [
        statements(inbox.retry_messages, keys, actor="test")[1] for keys in (one, ten)
    ]

    assert counts[0] == counts[1]


def test_a_request_that_nobody_answers(client, world):
    person(client, "money", "core.run_background", "orders.capture_payment")
    channel = world.channel
    [order] = shop.place_orders(channel)
    request = PaymentRequest.objects.create(
        payment=order.payments.get(),
        kind="refund",
        amount="1.00",
        idempotency_key="x",
        next_attempt_at=timezone.now() + timedelta(days=1),
    )
    old = timezone.now() - timedelta(hours=1)
    PaymentRequest.objects.update(created_at=old)
    assert "gateways have not answered" in client.get(URL).content.decode()

    client.post(ACT, {"again": "requests:all"})

    request.refresh_from_db()
    assert request.next_attempt_at <= timezone.now()


def test_a_label_that_nobody_answers(world, statements):
    make_service("standard")
    orders = shop.place_orders(world.channel, 11)
    shop.advance(orders, to="packed")
    bought = labels.request_labels(shop.parcels_of(orders), actor="test").done
    assert len(bought) == 11
    settled, *rest = bought
    late = timezone.now() + timedelta(days=1)
    waiting = [label.pk for label in rest]
    Label.objects.filter(pk__in=waiting).update(status="unknown", next_attempt_at=late)

    out = label_retrying.retry_labels([settled.pk, 0], actor="test")
    assert sorted(out.refused) == [0, settled.pk]
    counts = [
        statements(label_retrying.retry_labels, pks, actor="test")[1]
        for pks in (waiting[:1], waiting)
    ]

    assert counts[0] == counts[1]
    due = Label.objects.filter(next_attempt_at__lte=timezone.now())
    assert due.filter(pk__in=waiting).count() == 10
    assert OrmQ.objects.latest("pk").task["func"] == "fulfillment.tasks.settle_labels"
