"""The client that partners copy from, against a server that fails on the way."""

import importlib.util
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from oms.core.webhooks import signing
from tests.sandbox import ROOT


def loaded():
    path = ROOT / "docs" / "examples" / "client.py"
    spec = importlib.util.spec_from_file_location("example_client", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


client = loaded()


class Handler(BaseHTTPRequestHandler):
    """Answers what is planned: (status, headers, body), or None: hangs up."""

    def do_POST(self):
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append((self.path, dict(self.headers), content))
        planned = self.server.plan.pop(0)
        if planned is None:
            self.connection.close()
            return
        status, headers, body = planned
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def do_GET(self):
        self.do_POST()

    def log_message(self, *_args):
        """Quiet."""


@pytest.fixture
def far():
    """The other side: `plan`, `seen`, `url`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.seen, server.plan = [], []
    server.url = f"http://127.0.0.1:{server.server_address[1]}"
    server.handle_error = lambda *_args: None
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def pauses() -> list:
    return []


@pytest.fixture
def partner(far, pauses):
    return client.Client(far.url, "oms_live_x", pause=pauses.append)


def problem(status, code, **headers):
    return status, headers, {"code": code, "detail": "…"}


def test_a_request_is_repeated_under_its_key_until_it_is_answered(far, partner, pauses):
    far.plan = [
        None,
        problem(503, "busy", **{"Retry-After": "1"}),
        problem(429, "rate_limited", **{"Retry-After": "7"}),
        problem(409, "in_progress", **{"Retry-After": "1"}),
        (201, {}, {"number": "1001"}),
    ]

    assert partner.call("POST", "orders/", {"a": 1}) == {"number": "1001"}

    assert len({seen[1]["Idempotency-Key"] for seen in far.seen}) == 1
    assert {seen[2] for seen in far.seen} == {b'{"a": 1}'}
    assert pauses == [1, 1, 7, 1]


@pytest.mark.parametrize(
    ("status", "code"), [(400, "invalid"), (409, "refused"), (422, "key_reused")]
)
def test_what_will_not_pass_is_not_repeated(far, partner, status, code):
    far.plan = [problem(status, code)]

    with pytest.raises(client.Problem, match=code):
        partner.call("POST", "orders/", {})

    assert len(far.seen) == 1


def test_it_gives_up_after_some_tries(far, partner):
    far.plan = [problem(503, "busy")] * 10

    with pytest.raises(client.Problem, match="503 busy"):
        partner.call("GET", "orders/")

    assert len(far.seen) == client.TRIES


def test_lists_are_walked_to_their_end(far, partner):
    following = f"{far.url}/api/v1/orders/?cursor=x"
    far.plan = [
        (200, {}, {"results": [1, 2], "next": following}),
        (200, {}, {"results": [3], "next": None}),
    ]

    assert list(partner.pages("orders/")) == [1, 2, 3]
    assert far.seen[1][0] == "/api/v1/orders/?cursor=x"


def headers_of(key: bytes, body: bytes, age: int = 0) -> dict[str, str]:
    from datetime import UTC, datetime

    return signing.headers(
        "evt_1", body, [b"another", key], datetime.fromtimestamp(time.time() - age, UTC)
    )


def test_what_we_sign_is_taken_and_nothing_else():
    key, body = signing.new_key(), b'{"type": "order.confirmed"}'
    secret = signing.text_of(key)
    headers = headers_of(key, body)

    assert client.verified(secret, body, headers)["type"] == "order.confirmed"
    for wrong in (
        (secret, b"{}", headers),
        (signing.text_of(signing.new_key()), body, headers),
        (secret, body, headers | {"webhook-id": "evt_2"}),
        (secret, body, headers_of(key, body, age=400)),
    ):
        with pytest.raises(ValueError, match=r"not ours|too old"):
            client.verified(*wrong)
