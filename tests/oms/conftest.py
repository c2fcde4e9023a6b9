"""A checkout of its own for each test that starts, kills or breaks a server."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


class Checkout:
    """A folder that holds the launcher alone, with its private cluster."""

    def __init__(self, folder: Path):
        self.folder = folder
        shutil.copytree(
            ROOT / "oms" / "postgres",
            folder / "oms" / "postgres",
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        (folder / "oms" / "__init__.py").touch()

    @property
    def data(self) -> Path:
        return self.folder / ".postgres" / "data"

    def popen(self, *arguments, **options) -> subprocess.Popen:
        environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=self.folder,
            env={**environment, **options},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def python(self, *arguments, **options) -> tuple[int, str]:
        process = self.popen(*arguments, **options)
        printed, _ = process.communicate(timeout=60)
        return process.returncode, printed.strip()

    def launcher(self, action, **options) -> tuple[int, str]:
        return self.python("-m", "oms.postgres", action, **options)

    def start(self) -> str:
        code, printed = self.launcher("start")
        assert code == 0, printed
        return printed.removeprefix("running ")

    def pid(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def kill(self) -> None:
        """End the server as a power cut would."""
        pid = self.pid()
        os.kill(pid, signal.SIGKILL)
        give_up = time.monotonic() + 10
        while Path(f"/proc/{pid}").exists() and time.monotonic() < give_up:
            time.sleep(0.02)


@pytest.fixture
def make_checkout():
    """Checkouts in folders that another account can reach, thrown away at the end."""
    made = []

    def make(name="checkout"):
        top = Path(tempfile.mkdtemp(prefix="oms test ", dir="/tmp"))
        top.chmod(0o755)
        folder = top / name
        folder.mkdir(parents=True)
        made.append((top, Checkout(folder)))
        return made[-1][1]

    yield make
    for top, checkout in made:
        checkout.launcher("remove")
        shutil.rmtree(top, ignore_errors=True)


@pytest.fixture
def checkout(make_checkout):
    return make_checkout()
