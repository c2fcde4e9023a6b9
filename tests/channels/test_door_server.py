"""The door behind the web server of production: chunks, limits, a database that is away
or stands still, and what an answer waits for."""

import json

import pytest
from django.db import connection, transaction

from channels.models import HookCall
from channels.services import door
from orders.models import Order
from tests import workers
from tests.channels.sender import Sender, order
from tests.channels.served import Server

pytestmark = pytest.mark.django_db(transaction=True)
NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


@pytest.fixture(scope="module")
def server(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        server = Server(workers.database_url())
    yield server
    server.stop()


@pytest.fixture
def shop_sender(world, server):
    secret = door.make_secret(world.channel, actor="t")
    return Sender(f"{server.url}/hooks/shop/", secret)


def test_50_a_body_in_chunks_is_one_body(shop_sender, drain_queue):
    body = json.dumps(order(), ensure_ascii=False).encode()

    answer = shop_sender.stream(body)
    drain_queue()

    assert answer.status_code == 200, answer.text
    assert bytes(HookCall.objects.get().body) == body
    assert Order.objects.count() == 1


def test_59_chunks_without_end_are_413(shop_sender):
    assert shop_sender.stream(b"x" * 6_000_000).status_code == 413
    assert shop_sender.send(b"x" * 6_000_000).status_code == 413
    assert not HookCall.objects.exists()


def test_a_length_that_is_no_number_is_refused(server, shop_sender):
    request = b"POST /hooks/shop/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: "

    lengths = [b"five", b"-5", b"1, 2", b"0x5", b"5" * 30, b"5" * 5_000]
    lines = [server.say(request + length + b"\r\n\r\nhi") for length in lengths]

    assert [line.split()[1] for line in lines] == [*[b"400"] * 4, b"413", b"400"]


def test_chunks_that_are_none_are_refused(server, shop_sender):
    request = b"POST /hooks/shop/ HTTP/1.1\r\nHost: localhost\r\n"
    request += b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello"

    assert server.say(request).split()[1] == b"400"


def test_64_without_a_database_it_is_503(world, shop_sender):
    away = Server(NOWHERE)
    try:
        answer = Sender(f"{away.url}/hooks/shop/", shop_sender.secret).send(order())
    finally:
        away.stop()

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "Not kept" in answer.json()["detail"]


def test_64_a_table_that_is_locked_is_503_and_the_repetition_is_taken(
    shop_sender, drain_queue
):
    said = order()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE channels_hookcall IN ACCESS EXCLUSIVE MODE")
        answer = shop_sender.send(said)
    assert answer.status_code == 503

    assert shop_sender.send(said).status_code == 200
    drain_queue()

    assert Order.objects.count() == 1


def test_64_connections_that_were_cut_are_made_anew(shop_sender):
    assert shop_sender.send(order(), "call-1").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'oms web'"
        )
        assert cursor.fetchall()

    assert shop_sender.send(order(), "call-2").status_code == 200


def test_65_the_answer_waits_for_nothing_but_the_message(shop_sender, drain_queue):
    """Orders and stock are not to be had, and it is answered at once: the work is
    queued. How fast it is: `tests.benchmarks.door`."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "LOCK TABLE orders_order, orders_customer, inventory_stocklevel"
            " IN ACCESS EXCLUSIVE MODE"
        )
        answers = [shop_sender.send(order(), f"call-{n}") for n in range(5)]

    assert [answer.status_code for answer in answers] == [200] * 5
    assert not Order.objects.exists()
    drain_queue()
    assert Order.objects.count() == 5
