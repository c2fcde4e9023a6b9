"""The sandbox as a server: what it answers, and how it misbehaves when told to."""

import json
import re
import select
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from oms.sandbox.book import Book, DeclinedError

SIDES = "gateway", "carrier"
WAYS = "decline", "unavailable", "timeout_done", "timeout_lost", "twice", "lie"
WAYS = (*WAYS, "garbage")
PATIENCE = 60  # seconds that it keeps a caller waiting who is never answered
GARBAGE = b"<html><body>It works</body></html>"


class Way(NamedTuple):
    """How the next calls misbehave."""

    how: str
    lie_amount: str = ""


class Reply(NamedTuple):
    """No `body`: there is none, the caller waits in vain."""

    status: int = 200
    body: dict | bytes | None = None


class Sandbox(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], book: Book):
        self.book = book
        self._ways: dict[tuple[str, str], list[Way]] = {}
        self._lock = threading.Lock()
        super().__init__(address, Handler)

    def handle_error(self, request, client_address) -> None:
        """A caller that was killed is no error of the sandbox."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def behave(self, said: dict) -> Reply:
        how, times = said.get("how"), said.get("times", 1)
        if how not in WAYS or said.get("side") not in SIDES or type(times) is not int:
            return Reply(400, {"error": f"side: one of {SIDES}; how: one of {WAYS}"})
        way = Way(how, str(said.get("lie_amount") or ""))
        with self._lock:
            name = said["side"], str(said.get("verb"))
            self._ways.setdefault(name, []).extend([way] * times)
        return Reply(200, {"ok": True})

    def way(self, side: str, verb: str) -> Way | None:
        with self._lock:
            ways = self._ways.get((side, verb))
            return ways.pop(0) if ways else None

    def call(self, side: str, verb: str, body: dict) -> Reply:
        """Do what is asked, or misbehave."""
        way = self.way(side, verb)
        how = way.how if way else ""
        if how == "decline":
            return Reply(402, {"error": "declined by the issuer"})
        if how == "unavailable":
            return Reply(503, {"error": "unavailable, try again later"})
        if how == "timeout_lost":
            return Reply()
        try:
            answer = self.book.do(side, verb, body)
        except DeclinedError as error:
            return Reply(402, {"error": str(error)})
        if how == "lie" and not way.lie_amount:
            return Reply(402, {"error": "declined by the issuer"})
        return _said(way, answer)

    def look_up(self, side: str, query: dict[str, list[str]]) -> Reply:
        way = self.way(side, "calls")
        if way and way.how == "unavailable":
            return Reply(503, {"error": "unavailable, try again later"})
        if way and way.how == "timeout_lost":
            return Reply()
        if way and way.how == "garbage":
            return Reply(200, GARBAGE)
        return Reply(200, {"calls": self.book.calls(side, query.get("key", [""])[0])})


def _said(way: Way | None, answer: dict) -> Reply:
    """What is told of what was done."""
    if way is None:
        return Reply(200, answer)
    if way.how == "timeout_done":
        return Reply()
    if way.how == "garbage":
        return Reply(200, GARBAGE)
    if way.how == "twice":
        return Reply(200, answer | {"repeat": True})
    told = "price" if "price" in answer else "amount"
    return Reply(200, answer | {told: way.lie_amount})  # a lie


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Sandbox

    def do_POST(self):
        path = urlsplit(self.path).path
        body = self._body()
        asked = re.fullmatch(rf"/({'|'.join(SIDES)})/([a-z_]+)", path)
        if body is None:
            self._send(Reply(400, {"error": "the body is not a JSON object"}))
        elif path == "/behave":
            self._send(self.server.behave(body))
        elif not asked:
            self._send(Reply(404, {"error": f"no such page: {path}"}))
        elif not isinstance(body.get("key"), str) or not body["key"]:
            self._send(Reply(400, {"error": "key is missing"}))
        else:
            self._send(self.server.call(*asked.groups(), body))

    def do_GET(self):
        url = urlsplit(self.path)
        query = parse_qs(url.query)
        asked = re.fullmatch(rf"/({'|'.join(SIDES)})/calls", url.path)
        if url.path == "/ledger":
            side = query.get("side", [""])[0]
            self._send(Reply(200, {"calls": self.server.book.calls(side)}))
        elif asked:
            self._send(self.server.look_up(asked[1], query))
        else:
            self._send(Reply(404, {"error": f"no such page: {url.path}"}))

    def _body(self) -> dict | None:
        try:
            length = int(self.headers.get("Content-Length", "0"))
            body = json.loads(self.rfile.read(length))
        except ValueError:
            return None
        return body if isinstance(body, dict) else None

    def _send(self, reply: Reply) -> None:
        if reply.body is None:
            select.select([self.connection], [], [], PATIENCE)  # until the caller goes
            self.close_connection = True
            return
        is_html = isinstance(reply.body, bytes)
        content = reply.body if is_html else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        kind = "text/html" if is_html else "application/json"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args):
        """Quiet: the ledger tells what was done."""
