"""A small client of the partner API, to copy from: Python 3.11 and nothing else.

`python client.py orders` with OMS and KEY in the environment lists all orders, `python
client.py listen 9000` with SECRET writes what webhooks bring, once it is checked.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer

TRIES = 6
LATER = {409, 429, 500, 502, 503, 504}  # 409 only while the same request is handled
OLDEST = 300  # seconds that a webhook may have been under way


class Problem(Exception):  # noqa: N818, it is what it is called
    """What the API answers that is no success; `body["code"]` is for programs."""

    def __init__(self, status: int, body: dict):
        super().__init__(f"{status} {body.get('code')}: {body.get('detail')}")
        self.status, self.body = status, body


class Client:
    def __init__(self, url: str, key: str, pause=time.sleep):
        self.url, self.pause = f"{url.rstrip('/')}/api/v1/", pause
        self.headers = {"Authorization": f"Bearer {key}", "Accept": "application/json"}

    def call(self, method: str, path: str, body=None, **headers) -> dict:
        """One request, repeated until it is answered: a POST always under the same
        Idempotency-Key, so that it is done once however often it is sent."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if method == "POST":
            headers.setdefault("Idempotency-Key", str(uuid.uuid4()))
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            headers["Content-Type"] = "application/json"
        url = path if path.startswith(self.url) else self.url + path
        for tried in range(1, TRIES + 1):
            request = urllib.request.Request(  # noqa: S310, to our own address
                url, data, self.headers | headers, method=method
            )
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                    return json.load(answer) if answer.status != 204 else {}
            except urllib.error.HTTPError as error:
                problem = _problem(error)
                wait = float(error.headers.get("Retry-After") or 2**tried / 2)
                if tried == TRIES or not _may_pass(problem):
                    raise problem from error
            except (OSError, ValueError):  # no answer, or half of one
                wait = 2**tried / 2
                if tried == TRIES:
                    raise
            self.pause(wait)
        raise AssertionError("the last try returns or raises")

    def pages(self, path: str):
        """Each row of a list, however long it is."""
        while path:
            page = self.call("GET", path)
            yield from page["results"]
            path = page["next"]


def _problem(error: urllib.error.HTTPError) -> Problem:
    try:
        return Problem(error.code, json.load(error))
    except ValueError:  # not from the API, but from a proxy before it
        return Problem(error.code, {})


def _may_pass(problem: Problem) -> bool:
    code = problem.body.get("code")
    return problem.status in LATER and (problem.status != 409 or code == "in_progress")


def verified(secret: str, body: bytes, headers) -> dict:
    """The message of a webhook; ValueError when it is not from us, or too old."""
    stamp = headers["webhook-timestamp"]
    if abs(time.time() - int(stamp)) > OLDEST:
        raise ValueError("the message is too old")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{stamp}.".encode() + body
    mac = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    for each in headers["webhook-signature"].split():
        if hmac.compare_digest(each, f"v1,{mac}"):
            return json.loads(body)
    raise ValueError("the signature is not ours")


class Listener(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            message = verified(os.environ["SECRET"], body, self.headers)
        except (ValueError, KeyError, TypeError):
            self.send_error(400)
            return
        sys.stdout.write(f"{message['type']} {message['data']['id']}\n")
        sys.stdout.flush()
        self.send_response(204)
        self.end_headers()


if __name__ == "__main__":
    if sys.argv[1] == "listen":
        HTTPServer(("127.0.0.1", int(sys.argv[2])), Listener).serve_forever()
    for order in Client(os.environ["OMS"], os.environ["KEY"]).pages("orders/"):
        sys.stdout.write(f"{order['number']} {order['external_id']} {order['phase']}\n")
