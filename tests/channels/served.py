"""The door behind the web server of production."""

import os
import socket
import subprocess
import sys
import time

import httpx

from tests.channels.sender import CLIENT
from tests.sandbox import ROOT


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
