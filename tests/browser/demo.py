"""A small demo shop for a browser: made once for all processes of a run, copied afresh
for each test, and served as in production."""

import fcntl
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from tests import workers
from tests.sandbox import ROOT

REAL_HASHER = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
PRODUCTION = {
    "DEBUG": "0",
    "DJANGO_SETTINGS_MODULE": "tests.browser.served",
    "ALLOWED_HOSTS": "localhost",
    "SECURE_SSL_REDIRECT": "0",
    "OMS_WEBHOOK_ALLOWED_HOSTS": "127.0.0.1",
    "LOG_LEVEL": "ERROR",
}


class Databases:
    """`base`, the shop as it was made, and `copy`, which is visited; `static`, the
    folder of what its server gives, while it is shared."""

    def __init__(self, empty: str, base: str = ""):
        """`empty`: a database that has its tables. `base` may be of several processes,
        each with a `copy` of its own."""
        self.empty, self.base = empty, base or f"{empty}_base"
        self.copy = f"{empty}_shop"

    @contextmanager
    def shared(self, orders: int, days: int, folder: Path) -> Iterator[None]:
        """For all processes of a run that share the folder: the first makes the shop
        and collects the static files, while the others wait; the last one removes the
        shop."""
        self.static, mark = folder / "static", folder / "processes"
        folder.mkdir(exist_ok=True)
        with _number(mark) as number:
            if not number[0]:
                with collecting(self.static):
                    self.make(orders, days)
            number[0] += 1
        try:
            yield
        finally:
            with _number(mark) as number:
                number[0] -= 1
                self.drop(self.copy, *[] if number[0] else [self.base])

    def make(self, orders: int, days: int) -> None:
        self._copy(self.empty, self.base)
        use(self.base)
        out = StringIO()
        try:
            with override_settings(DEBUG=True, PASSWORD_HASHERS=REAL_HASHER):
                call_command("sync_roles", stdout=out)
                call_command("ensure_demo_admin", stdout=out)
                call_command(
                    "seed_demo", orders=orders, days=days, stdout=out, stderr=out
                )
        finally:
            use(self.empty)

    def renew(self) -> None:
        use(self.empty)
        self._copy(self.base, self.copy)
        use(self.copy)

    def drop(self, *names: str) -> None:
        use(self.empty)
        with self._server() as server:
            for name in names:
                server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _copy(self, source: str, target: str) -> None:
        with self._server() as server:
            server.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
            server.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')

    def _server(self) -> psycopg.Connection:
        url = workers.database_url().rpartition("/")[0] + "/postgres"
        connection.close()  # nobody may look on while a database is copied
        return psycopg.connect(url, autocommit=True)


@contextmanager
def _number(mark: Path) -> Iterator[list[int]]:
    """What stands in the file, under its lock; what is put there is written."""
    with mark.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        number = [int(file.read() or 0)]
        yield number
        file.truncate(0)
        file.write(str(number[0]))


def use(name: str) -> None:
    """Connect this process to another database of the same server."""
    connection.close()
    connection.settings_dict["NAME"] = name


@contextmanager
def collecting(static: Path) -> Iterator[None]:
    """The files that the server gives are put there meanwhile."""
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    own = {"DATABASE_URL": workers.database_url(), "OMS_TEST_STATIC": str(static)}
    environment = os.environ | PRODUCTION | own | {"SECRET_KEY": settings.SECRET_KEY}
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        yield
    assert process.returncode == 0


class Server:
    """The web server of production, before one database. `static`: what `collecting`
    has put there."""

    def __init__(self, database: str, static: Path):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://localhost:{port}"
        url = workers.database_url().rpartition("/")[0] + f"/{database}"
        own = {"DATABASE_URL": url, "SECRET_KEY": settings.SECRET_KEY}
        own["OMS_FILES"] = str(settings.OMS_FILES)
        own["OMS_TEST_STATIC"] = str(static)
        command = ["-m", "gunicorn", "oms.wsgi", "--workers", "1", "--threads", "4"]
        command += ["--no-control-socket", "--bind", f"127.0.0.1:{port}"]
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=os.environ | PRODUCTION | own,
            stderr=subprocess.DEVNULL,
        )
        self._wait()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)

    def _wait(self) -> None:
        for _ in range(300):
            try:
                urlopen(f"{self.url}/healthz", timeout=2).close()
                return
            except (URLError, OSError):
                time.sleep(0.1)
        raise AssertionError("the server does not start")
