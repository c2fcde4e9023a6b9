"""/healthz and /readyz, the sign of life of the workers, the id of a request."""

import json
import logging
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import OperationalError
from django.utils import timezone
from django_q.brokers import get_broker

from oms import health, logs, worker


@pytest.fixture
def beating(db):
    get_broker().set_stat("any", "any", 3)


def test_healthz_asks_nothing_of_the_database(client):
    answer = client.get("/healthz")  # without the mark django_db a query would fail

    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]


def test_readyz_when_all_is_well(client, beating):
    answer = client.get("/readyz")

    assert answer.status_code == 200, answer.content
    parts = answer.json()["parts"]
    assert list(parts) == ["database", "migrations", "worker", "tasks", "events"]
    assert all(part["ok"] for part in parts.values())
    assert parts["worker"]["heartbeat_seconds"] < 5
    assert parts["tasks"]["oldest_waiting_seconds"] is None


def test_readyz_tells_nothing_of_the_database_that_is_away(client, monkeypatch):
    def away():
        raise OperationalError("connection to 10.0.0.7, user oms, password hidden")

    monkeypatch.setattr(health, "database_version", away)
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {
        "status": "not ready",
        "parts": {"database": {"ok": False, "error": "OperationalError"}},
    }


@pytest.mark.django_db
def test_readyz_misses_the_worker(client):
    cache.delete(worker.HEARTBEAT)
    never = client.get("/readyz")
    cache.set(worker.HEARTBEAT, timezone.now().timestamp() - 100, timeout=None)
    late = client.get("/readyz")

    assert (never.status_code, late.status_code) == (503, 503)
    assert never.json()["parts"]["worker"] == {"ok": False, "heartbeat_seconds": None}
    assert late.json()["parts"]["worker"]["heartbeat_seconds"] == pytest.approx(
        100, 0.1
    )


def test_readyz_sees_migrations_that_wait(client, beating, monkeypatch):
    monkeypatch.setattr(health, "unapplied_migrations", lambda: ["orders.0002_more"])
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["parts"]["migrations"] == {"ok": False, "unapplied": 1}


@pytest.mark.parametrize(("minutes", "status"), [(1, 200), (6, 503)])
def test_readyz_measures_the_oldest_waiting_task(client, beating, minutes, status):
    queue = apps.get_model("django_q", "OrmQ").objects
    now = timezone.now()
    queue.create(key="oms", payload="x", lock=now - timedelta(minutes=minutes))
    queue.create(key="oms", payload="at work", lock=now + timedelta(minutes=1))
    answer = client.get("/readyz")

    assert answer.status_code == status
    waited = answer.json()["parts"]["tasks"]["oldest_waiting_seconds"]
    assert waited == pytest.approx(minutes * 60, abs=10)


@pytest.mark.parametrize(("minutes", "status"), [(1, 200), (6, 503)])
def test_readyz_measures_the_oldest_event_not_sent(client, beating, minutes, status):
    apps.get_model("core", "Event").objects.create(
        subject_type="order",
        subject_id=1,
        root_type="order",
        root_id=1,
        action="order.tried",
        actor="test",
        at=timezone.now() - timedelta(minutes=minutes),
        dispatched_at=None,
    )
    answer = client.get("/readyz")

    assert answer.status_code == status
    waited = answer.json()["parts"]["events"]["oldest_waiting_seconds"]
    assert waited == pytest.approx(minutes * 60, abs=10)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_only_read(client, path):
    assert client.post(path).status_code == 405


@pytest.mark.django_db
def test_a_cluster_gives_a_sign_of_life_every_few_seconds(
    django_assert_num_queries,
):
    broker = get_broker()
    assert type(broker) is worker.Broker
    broker.set_stat("key", "value", 3)
    assert worker.heartbeat_age() < 1

    with django_assert_num_queries(0):
        broker.set_stat("key", "value", 3)


def test_a_request_keeps_a_well_formed_id(client):
    answer = client.get("/healthz", headers={"X-Request-ID": "proxy-0123456789"})

    assert answer["X-Request-ID"] == "proxy-0123456789"


@pytest.mark.parametrize(
    "given", ["short", "x" * 129, "two words", 'a"injection"b', ""]
)
def test_a_malformed_id_is_replaced(client, given):
    answer = client.get("/healthz", headers={"X-Request-ID": given})

    assert answer["X-Request-ID"] != given
    assert len(answer["X-Request-ID"]) == 32


def test_a_request_is_one_line_without_its_query(client, caplog):
    caplog.set_level(logging.INFO, logger="oms.request")
    client.get("/nowhere?email=ann@example.com", headers={"X-Request-ID": "abcdefgh"})

    (record,) = [r for r in caplog.records if r.name == "oms.request"]
    assert record.getMessage().startswith("GET /nowhere 404")
    assert "ann@example.com" not in caplog.text
    assert logs.request_id.get() == "-"


def test_what_django_logs_after_the_middleware_has_the_id_too(client, caplog):
    caplog.handler.addFilter(logs.RequestIdFilter())
    client.get("/nowhere", headers={"X-Request-ID": "abcdefgh"})

    (record,) = [r for r in caplog.records if r.name == "django.request"]
    assert record.request_id == "abcdefgh"


def test_a_record_becomes_one_json_object():
    record = logging.makeLogRecord(
        {"name": "orders", "levelname": "INFO", "msg": "took\n%s", "args": ("SO-1",)}
    )
    record.order, record.request = "SO-1", object()
    token = logs.request_id.set("the-id")
    logs.RequestIdFilter().filter(record)
    logs.request_id.reset(token)
    line = logs.JsonFormatter().format(record)

    assert "\n" not in line
    told = json.loads(line)
    assert told.pop("at").endswith("+00:00")
    assert told == {
        "level": "INFO",
        "logger": "orders",
        "message": "took\nSO-1",
        "request_id": "the-id",
        "order": "SO-1",
    }


def test_an_exception_stays_in_its_line():
    try:
        raise ValueError("wrong")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.makeLogRecord({"msg": "failed", "exc_info": info})

    assert (
        "ValueError: wrong"
        in json.loads(logs.JsonFormatter().format(record))["exception"]
    )
