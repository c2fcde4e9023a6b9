"""The door behind the web server of production: chunks, limits, a database that is away
or stands still, and how long an answer takes."""

import json
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from django.db import connection, transaction

from channels.models import HookCall
from channels.services import door
from orders.models import Order
from tests import workers
from tests.channels.sender import CLIENT, Sender, order
from tests.sandbox import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


class Server:
    def __init__(self, database: str):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = "127.0.0.1", port
        self.url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "gunicorn", "oms.wsgi", "--workers", "1"]
        command += ["--threads", "4", "--no-control-socket", "--bind", self.url[7:]]
        own = {"DATABASE_URL": database, "OMS_LOCK_TIMEOUT": "300", "DEBUG": "1"}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | own, stderr=subprocess.DEVNULL
        )
        for _ in range(200):
            try:
                CLIENT.get(f"{self.url}/healthz")
                return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError("the server does not start")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)

    def say(self, request: bytes) -> bytes:
        """Bytes as they are; the first line of the answer."""
        with socket.create_connection(self.address, timeout=10) as line:
            line.sendall(request)
            return line.makefile("rb").readline()


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


def test_65_of_200_calls_99_in_100_are_answered_within_a_second(shop_sender):
    bodies = [json.dumps(order()).encode() for _ in range(200)]

    def call(number):
        began = time.perf_counter()
        answer = shop_sender.send(bodies[number], f"call-{number}")
        return answer.status_code, time.perf_counter() - began

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(call, range(200)))

    seconds = sorted(took for _status, took in answers)
    assert {status for status, _took in answers} == {200}
    assert seconds[197] <= 1, seconds
    assert not Order.objects.exists()  # the work is queued
