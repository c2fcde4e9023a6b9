"""A partner's program: a real HTTP server on loopback that keeps what it is sent."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Call(NamedTuple):
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


class Receiver(ThreadingHTTPServer):
    """Answers `status` with `headers` and `content`; `answers`, where there are some,
    are the statuses of the next calls."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.calls: list[Call] = []
        self.status, self.answers = 200, []
        self.content, self.headers = b"ok", {}
        self.wait = 0.0  # seconds before it answers
        self.drip = 0.0  # seconds between the bytes of the answer
        threading.Thread(target=self.serve_forever, args=[0.02], daemon=True).start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/hooks"

    def ids(self) -> list[str]:
        return [call.id for call in self.calls]

    def stop(self) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        """Who calls may hang up."""


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.calls.append(Call(self.path, headers, body))
        time.sleep(self.server.wait)
        answers = self.server.answers
        self.send_response(answers.pop(0) if answers else self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        for byte in self.server.content if self.server.drip else ():
            self.wfile.write(bytes([byte]))
            time.sleep(self.server.drip)
        if not self.server.drip:
            self.wfile.write(self.server.content)

    def log_message(self, *_args):
        """Quiet."""
