"""The limit and the peer: ../shared/benchmarks/limits, in an environment of their own.

Both are long-lived processes that wait on stdin while our side is measured. They need
the server of DATABASE_URL to let `postgres` in; without ../shared, or where they do not
start, they are absent and their figures null.
"""

import os
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.benchmarks import database, server

PROJECT = Path(__file__).resolve().parent.parent.parent
LIMITS = PROJECT.parent / "shared" / "benchmarks" / "limits"
VENV = PROJECT / ".venv-benchmarks"
PACKAGES = ["psycopg[binary]==3.3.9", "django==5.2.19", "django-oscar==4.2.1"]
DATABASES = {"spine_limit": "spine", "oscar_peer": "oscar"}
LIMIT = ("spine_limit", "c100 raw COPY batch 100")
PLACE = ("oscar_peer", "checkout")
SHIP = ("oscar_peer", "shipped")


class Peers:
    """The processes that could be started; `rate` asks one."""

    def __init__(self) -> None:
        self.processes: dict[str, subprocess.Popen] = {}

    def start(self, name: str, python: Path) -> None:
        at = server.address(database.URL)
        self.processes[name] = subprocess.Popen(
            [python, PROJECT / "tests/benchmarks/driver.py", LIMITS, name],
            env=os.environ
            | {
                "PGHOST2": at["host"],
                "PGPORT2": at["port"],
                "PGPASSWORD": at["password"],
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            cwd=VENV,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            bufsize=1,
        )

    def wait(self) -> None:
        """Until they have prepared their databases; those that fail are left out."""
        for name, process in list(self.processes.items()):
            if process.stdout.readline().strip() != "ready":
                sys.stderr.write(f"{name} does not start here; its figures are null.\n")
                self.stop(name)

    def rate(self, side: tuple[str, str], seconds: float) -> float | None:
        """Orders a second of that side, measured now."""
        name, mode = side
        process = self.processes.get(name)
        if process is None:
            return None
        process.stdin.write(f"{mode} {seconds}\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        return float(answer) if answer else None

    def stop(self, name: str) -> None:
        process = self.processes.pop(name)
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
        process.stdout.close()
        with suppress(Exception):
            server.drop(database.URL, DATABASES[name])


@contextmanager
def running():
    """The limit and the peer, ready, for a while."""
    peers = Peers()
    try:
        if LIMITS.is_dir() and (python := environment()):
            for name in DATABASES:
                peers.start(name, python)
            peers.wait()
        yield peers
    finally:
        for name in list(peers.processes):
            peers.stop(name)


def environment() -> Path | None:
    """The Python of the peers' environment, made when it is not there."""
    python = VENV / "bin" / "python"
    try:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", *PACKAGES],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        sys.stderr.write(f"No environment for limit and peer ({error}): null.\n")
        return None
    return python
