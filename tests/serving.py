"""The web server of production, on loopback, for tests and benchmarks."""

import os
import socket
import subprocess
import sys
import time

import httpx

from tests.sandbox import ROOT

CLIENT = httpx.Client(trust_env=False, timeout=30)


class Server:
    """gunicorn on a free port, with that database."""

    def __init__(self, database: str, *, workers: int = 1, threads: int = 4, **own):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = "127.0.0.1", port
        self.url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "gunicorn", "oms.wsgi"]
        command += ["--workers", str(workers), "--no-control-socket", "--preload"]
        command += ["--timeout", "120"]  # a busy machine starts slowly
        command += ["--threads", str(threads), "--bind", self.url[7:]]
        own = {"DATABASE_URL": database, "DEBUG": "1", **own}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | own, stderr=subprocess.DEVNULL
        )
        for _ in range(900):
            try:
                CLIENT.get(f"{self.url}/healthz")
                return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError("the server does not start")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:  # a client still holds a line open
            self.process.kill()
            self.process.wait()

    def say(self, request: bytes) -> bytes:
        """Bytes as they are; the first line of the answer."""
        with socket.create_connection(self.address, timeout=10) as line:
            line.sendall(request)
            return line.makefile("rb").readline()
