"""The door over real HTTP: what a sender hears, and what is kept."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest
from django.utils import timezone

from channels.models import HookCall, InboundMessage
from channels.services import door
from oms.core.models import WorkItem
from orders.models import Order
from tests.channels.sender import order
from tests.factories import ChannelFactory

pytestmark = pytest.mark.django_db(transaction=True)

BAD_HEADERS = [
    {"webhook-signature": ""},
    {"webhook-signature": "v1,"},
    {"webhook-signature": "v1,AAAA"},
    {"webhook-signature": "v1," + "A" * 10_240},
    {"webhook-signature": "v1,ä€".encode()},
    {"webhook-signature": "v1,not base64!"},
    {"webhook-id": ""},
    {"webhook-timestamp": "soon"},
    {"webhook-timestamp": "-5"},
    {"webhook-timestamp": "9" * 400},
    {"webhook-timestamp": "١٧٠٠٠٠٠٠٠٠".encode()},
    {"webhook-id": "x" * 129},
    {"webhook-id": "two words"},
    {"webhook-id": "käse".encode()},
]
BAD_BODIES = [
    b"",
    b"not json",
    b"[]",
    b"null",
    b'"text"',
    b'{"type": "order.placed", "type": "order.placed", "data": {}}',
    b'{"type": "order.placed", "data": {"external_id": "1", "a": '
    + b"[" * 10_000
    + b"]" * 10_000
    + b"}}",
    b'{"type": "order.placed", "data": {"external_id": "1", "a": NaN}}',
    b'{"type": "order.placed", "data": {"external_id": "\\ud800"}}',
    b'{"type": "order.placed", "data": {"external_id": "1", "a": 1e400}}',
    b"\xff\xfe",
    b'{"type": "cart.left\\ud800"}',
    b'{"type": "cart.left\\u0000"}',
    b'{"type": "cart.left", "a": ' + b"1" * 5_000 + b"}",
    b'{"type": "cart.left", "a": ' + b"[" * 70 + b"]" * 70 + b"}",
    b'{"type": "' + b"x" * 65 + b'"}',
    b'{"type": "order.placed", "data": {"external_id": "' + b"x" * 129 + b'"}}',
    b'{"type": 5, "data": {}}',
    b'{"type": "order.placed", "data": []}',
    b'{"type": "order.placed", "data": {}}',
]


def test_a_signed_order_becomes_an_order(sender, drain_queue):
    answer = sender.send(order())

    drain_queue()

    assert answer.status_code == 200, answer.text
    assert Order.objects.get().status == "confirmed"


def test_45_46_a_bad_signature_is_401_and_nothing_is_read(sender):
    answers = [sender.send(order(), **headers) for headers in BAD_HEADERS]

    assert [answer.status_code for answer in answers] == [401] * len(BAD_HEADERS)
    assert not HookCall.objects.exists()


def test_45_a_signature_for_another_body_is_401(sender):
    body = json.dumps(order()).encode()
    headers = sender.headers("call-1", body)

    answer = httpx.post(sender.url, content=body + b" ", headers=headers)

    assert answer.status_code == 401


def test_47_the_secret_of_another_channel_is_401(world, sender):
    sender.secret = door.make_secret(ChannelFactory(code="other"), actor="t")

    assert sender.send(order()).status_code == 401


def test_48_the_previous_secret_works_until_its_end(world, sender):
    old = sender.secret
    end = timezone.now() + timedelta(hours=1)
    door.make_secret(world.channel, actor="t", old_until=end)
    assert sender.send(order(), "call-1").status_code == 200

    world.channel.secrets.filter(ends_at=end).update(ends_at=timezone.now())

    assert sender.secret == old
    assert sender.send(order(), "call-2").status_code == 401


def test_49_outside_the_window_is_401(sender):
    for seconds in (-360, 360):
        answer = sender.send(order(), at=time.time() + seconds)

        assert answer.status_code == 401
        assert "outside the window" in answer.text


def test_50_it_is_the_raw_bytes_that_count(sender):
    body = json.dumps(order(), indent=3, ensure_ascii=False).encode()
    assert sender.send(body).status_code == 200

    gzipped = sender.send(body, "call-2", **{"Content-Encoding": "gzip"})

    assert gzipped.status_code == 415
    assert HookCall.objects.count() == 1


def test_50_chunks_that_the_server_cannot_join_are_411(sender):
    assert sender.stream(json.dumps(order()).encode()).status_code == 411
    assert not HookCall.objects.exists()


def test_51_the_same_call_ten_times_at_once_is_one_order(sender, drain_queue):
    body = json.dumps(order()).encode()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: sender.send(body), range(10)))
    drain_queue()

    assert {answer.status_code for answer in answers} == {200}
    assert Order.objects.count() == HookCall.objects.count() == 1


def test_52_another_body_under_the_same_id_is_for_people(sender):
    first, second = order(), order()
    sender.send(first)

    answers = [sender.send(second).status_code for _ in range(2)]

    assert answers == [200, 200]
    assert InboundMessage.objects.get().external_id == first["data"]["external_id"]
    taken, conflict = HookCall.objects.order_by("pk")
    assert (taken.status, conflict.status) == ("accepted", "refused")
    assert json.loads(conflict.body) == second
    assert WorkItem.objects.get().subject_id == conflict.pk


def test_53_another_call_with_the_same_order_is_one_order(sender, drain_queue):
    said = order()
    sender.send(said, "call-1")
    sender.send(said, "call-2")

    drain_queue()

    assert Order.objects.count() == 1
    assert not WorkItem.objects.exists()


def test_53_the_same_order_told_differently_is_for_people(sender):
    said = order()
    sender.send(said, "call-1")
    said["data"]["lines"][0]["quantity"] = 7

    assert sender.send(said, "call-2").status_code == 200

    assert InboundMessage.objects.get().payload["lines"][0]["quantity"] == 1
    assert HookCall.objects.get(call_id="call-2").status == "ignored"
    assert "differently" in WorkItem.objects.get().title


def test_58_what_cannot_be_read_is_400_and_kept(sender):
    for number, body in enumerate(BAD_BODIES):
        answer = sender.send(body, str(number))
        again = sender.send(body, str(number))

        assert answer.status_code == again.status_code == 400, (body, answer.text)
        assert answer.json() == again.json()
        call = HookCall.objects.get(call_id=str(number))
        assert (call.status, bytes(call.body)) == ("refused", body)
        assert call.note == answer.json()["detail"]
    assert not InboundMessage.objects.exists()


def test_57_a_type_that_nobody_reads_is_kept_and_ignored(sender):
    assert sender.send({"type": "cart.left", "data": {}}).status_code == 200
    assert HookCall.objects.get().status == "ignored"


def test_57_an_unknown_channel_is_404(sender):
    sender.url = sender.url.replace("/shop/", "/nobody/")

    assert sender.send(order()).status_code == 404


def test_57_a_channel_without_a_secret_is_404(sender):
    ChannelFactory(code="silent")
    sender.url = sender.url.replace("/shop/", "/silent/")

    assert sender.send(order()).status_code == 404


def test_59_a_large_body_is_413(sender):
    assert sender.send(b"x" * 6_000_000).status_code == 413


def test_60_61_an_order_with_a_bad_line_is_kept(sender, drain_queue):
    sender.send(order(lines=[("NO-SUCH", 1)]), "call-1")
    half = order()
    half["data"]["lines"][0]["quantity"] = 1.5
    sender.send(half, "call-2")

    drain_queue()

    assert Order.objects.get().status == "pending"
    refused = InboundMessage.objects.get(status="refused")
    assert "quantity" in refused.error


def test_get_is_405(sender):
    assert httpx.get(sender.url).status_code == 405


def test_without_the_last_slash_it_is_the_same_door(sender):
    sender.url = sender.url.rstrip("/")

    assert sender.send(order()).status_code == 200


def test_45_what_is_not_signed_is_counted_in_the_log(sender, caplog):
    sender.send(order(), **{"webhook-signature": "v1,AAAA"})

    [record] = [r for r in caplog.records if r.name == "channels.views"]
    assert (record.channel, record.levelname) == ("shop", "WARNING")
    assert record.reason == "The signature does not match."


def test_a_call_takes_few_statements(world, statements):
    secret = door.make_secret(world.channel, actor="t")
    rows = door.live_secrets(world.channel.code, timezone.now())
    assert len(door.keys_of(rows)) == 1
    assert secret not in rows[0].sealed
    body = json.dumps(order()).encode()

    def call():
        return door.take_call(world.channel, "call-1", body, at=timezone.now())

    assert statements(call)[1] == 5
    assert statements(call)[1] == 2  # again
