"""What is kept is read, wherever the process dies, and is not said to be kept before it
is."""

import json
import signal

import pytest
from django.db import OperationalError
from django.utils import timezone

from channels import tasks
from channels.models import HookCall
from channels.services import door
from orders.models import Order
from tests import workers
from tests.channels.sender import order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def died(world, sender):
    """A call that was kept by a process that died before it read it."""
    body = json.dumps(order()).encode()

    def take():
        door.take_call(world.channel, "call-1", body, at=timezone.now())

    assert workers.run(take, fault="door.kept") == -signal.SIGKILL
    assert HookCall.objects.get().status == "kept"
    return body


def test_the_sender_repeats_it(died, sender, drain_queue):
    answer = sender.send(died)
    drain_queue()

    assert (answer.status_code, answer.json()) == (200, {"detail": "Accepted."})
    assert Order.objects.count() == 1


def test_the_sweep_reads_it(died, sender, drain_queue):
    tasks.sweep_calls()
    tasks.sweep_calls()
    drain_queue()

    assert HookCall.objects.get().status == "accepted"
    assert Order.objects.count() == 1
    assert sender.send(died).status_code == 200
    assert Order.objects.count() == 1


def test_it_is_accepted_though_it_cannot_be_read_now(sender, monkeypatch, drain_queue):
    def broken(*_args, **_kwargs):
        raise RuntimeError("a defect")

    with monkeypatch.context() as patched:
        patched.setattr(door, "store_messages", broken)
        answer = sender.send(order())
    assert (answer.status_code, HookCall.objects.get().status) == (200, "kept")

    tasks.sweep_calls()
    drain_queue()

    assert Order.objects.count() == 1


def test_64_what_is_not_kept_is_503(sender, monkeypatch):
    def away(*_args, **_kwargs):
        raise OperationalError("the connection is lost")

    with monkeypatch.context() as patched:
        patched.setattr(door, "insert_missing", away)
        answer = sender.send(order())

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert not HookCall.objects.exists()


def test_a_secret_of_a_former_key_is_503_until_a_new_one_is_made(
    world, sender, settings
):
    settings.SECRET_KEY = "another"
    assert sender.send(order()).status_code == 503

    sender.secret = door.make_secret(world.channel, actor="t")

    assert sender.send(order()).status_code == 200


def test_sweeping_takes_as_many_statements_for_100(world, statements):
    def kept(count):
        rows = [
            HookCall(
                channel=world.channel,
                call_id=f"{count}-{number}",
                body=json.dumps(order()).encode(),
                received_at=timezone.now(),
            )
            for number in range(count)
        ]
        return [row.pk for row in HookCall.objects.bulk_create(rows)]

    counts = statements.by_size(
        kept, lambda calls: door.read_calls(calls, channel=world.channel, actor="t")
    )

    assert counts[1] == counts[100]
