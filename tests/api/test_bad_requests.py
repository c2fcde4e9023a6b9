"""What no endpoint takes, and the one shape in which it is told (72 to 79)."""

import json

import pytest

from orders.models import Order
from tests.api.partner import new_order, wrongs

pytestmark = pytest.mark.django_db
MEMBERS = {"type", "title", "status", "code", "detail", "instance", "errors"}


def is_problem(answer, status: int, code: str) -> bool:
    assert answer.headers["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert said.keys() >= MEMBERS
    assert said["instance"] == answer.headers["X-Request-ID"]
    assert said["type"] == f"urn:oms:problem:{said['code']}"
    assert (answer.status_code, said["status"], said["code"]) == (status, status, code)
    return True


@pytest.mark.parametrize("name", ["state", "partner", "captured", "is_staff", "id"])
def test_74_a_field_that_nobody_knows_is_refused(acme, name):
    answer = acme.post("orders/", new_order(**{name: 1}))

    assert is_problem(answer, 400, "invalid")
    assert wrongs(answer) == [("body", f"/{name}", "unknown_field")]
    assert not Order.objects.exists()


def test_74_the_nearest_name_is_told_also_within_lines(acme):
    line = {"sku": "SHIRT", "quantity": 1, "unit_price": "1.00", "quantty": 1}

    answer = acme.post("orders/", new_order(lines=[line]))

    assert wrongs(answer) == [("body", "/lines/0/quantty", "unknown_field")]
    assert "did you mean “quantity”" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("phaze=new", "unknown_parameter"),
        ("page_size=1000000", "unknown_parameter"),
        ("ordering=customer__password", "unknown_parameter"),
        ("sku[]=", "unknown_parameter"),
        ("format=xml", "unknown_parameter"),
        ("phase=new&phase=shipped", "repeated"),
        ("external_id=", "empty"),
        ("external_id=%20", "empty"),
        ("phase=", "empty"),
        ("updated_since=", "empty"),
        ("cursor=", "empty"),
        ("external_id=%00", "invalid"),
        (f"external_id={'x' * 1001}", "invalid"),
        ("phase=nowhere", "invalid_choice"),
        ("placed_from=31/02/2026", "invalid"),
        ("updated_since=2026-02-31T00:00:00Z", "invalid"),
        ("updated_since=2026-01-01", "invalid"),
        ("updated_since=2026-01-01T00:00:00", "invalid"),
        ("limit=0", "invalid"),
        ("limit=201", "invalid"),
        ("limit=-1", "invalid"),
        ("limit=١٢", "invalid"),
        ("limit=1e2", "invalid"),
        ("cursor=x", "invalid"),
        ("cursor=OTk5OTk5OTk5OTk5OTk5OTk5Ojk", "invalid"),
    ],
)
def test_77_a_parameter_that_cannot_be_is_refused(acme, query, code):
    answer = acme.get(f"orders/?{query}")

    assert is_problem(answer, 400, "invalid")
    assert [(e["in"], e["code"]) for e in answer.json()["errors"]] == [("query", code)]


def test_77_the_nearest_parameter_is_told(acme):
    assert "did you mean “phase”" in acme.get("orders/?phaze=new").json()["detail"]


def test_77_one_order_takes_no_parameters(acme):
    order = acme.create()

    assert acme.get(f"orders/{order.number}/?limit=1").status_code == 400


def test_77_a_number_that_no_table_can_hold_is_not_found(acme):
    assert is_problem(acme.get("orders/1%002/"), 404, "not_found")
    assert is_problem(acme.get(f"customers/{'9' * 19}/"), 404, "not_found")
    assert is_problem(acme.get(f"orders/{'9' * 500}/"), 404, "not_found")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"<a/>", "application/xml", 415),
        (b"a=1", "application/x-www-form-urlencoded", 415),
        (b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x", 415),
        (b"{}", "text/plain", 415),
        (b"{}{}", "application/json", 400),
        (b'{"a": 1, "a": 2}', "application/json", 400),
        (b'{"a": NaN}', "application/json", 400),
        (b'{"a": 1e400}', "application/json", 400),
        (b'{"a": "\\u0000"}', "application/json", 400),
        (b'{"a": "\\ud800"}', "application/json", 400),
        (b"[" * 10_000 + b"]" * 10_000, "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"null", "application/json", 400),
        (b"7", "application/json", 400),
    ],
)
def test_78_only_json_is_read_and_strictly(acme, body, kind, status):
    answer = acme.client.generic(
        "POST",
        "/api/v1/orders/",
        body,
        content_type=kind,
        headers={"Idempotency-Key": "k"},
    )

    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_78_a_body_that_is_too_large_is_not_read(acme):
    body = json.dumps(new_order(external_id="x" * 5_000_001))

    answer = acme.client.generic(
        "POST",
        "/api/v1/orders/",
        body,
        content_type="application/json",
        headers={"Idempotency-Key": "k"},
    )

    assert is_problem(answer, 413, "too_large")


def test_78_only_json_is_answered(acme):
    assert is_problem(acme.get("orders/", Accept="text/csv"), 406, "not_acceptable")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_79_a_method_that_is_not_offered(acme, method):
    answer = acme.client.generic(method, "/api/v1/orders/")

    assert is_problem(answer, 405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


@pytest.mark.parametrize(
    "path",
    [
        "/api/",
        "/api/v1/",
        "/api/v2/orders/",
        "/api/v1/orders/1/x/",
        "/api/v1//orders/",
        "/api/v1/orders/;x",
        "/api/v1/orders.json",
        "/api/v1/nothing/",
    ],
)
def test_79_a_path_that_is_none(client, path):
    for call in (client.get, client.post):
        assert is_problem(call(path), 404, "not_found")


def test_79_a_path_without_its_slash_says_so_and_loses_no_body(acme):
    answer = acme.post("orders", new_order())

    assert is_problem(answer, 404, "not_found")
    assert "slash" in answer.json()["detail"]


def test_pages_of_people_have_no_problems(client, db):
    answer = client.get("/nothing/")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_strange_host_gets_a_problem_too(client, settings):
    settings.ALLOWED_HOSTS = ["here"]
    settings.DEBUG = False

    answer = client.get("/api/v1/orders/", headers={"Host": "there"})

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_database_that_does_not_take_it_is_busy(acme, monkeypatch):
    from django.db import OperationalError

    def broken(*args, **kwargs):
        raise OperationalError("planted")

    monkeypatch.setattr("orders.api.creating.receive_orders", broken)

    answer = acme.post("orders/", new_order())

    assert is_problem(answer, 503, "busy")
    assert answer.headers["Retry-After"] == "1"
