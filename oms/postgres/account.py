"""Whom the server runs as: PostgreSQL refuses to run as root."""

import contextlib
import os
import subprocess
from pathlib import Path

from oms.postgres.failures import PostgresError
from oms.postgres.place import homes, is_root

try:
    import pwd
except ImportError:  # Windows
    pwd = None


class Account:
    """An account to drop to, or with no entry whoever runs this."""

    def __init__(self, entry: "pwd.struct_passwd | None" = None) -> None:
        self.entry = entry

    @classmethod
    def of_the_server(cls) -> "Account":
        """For root the owner of the data, else `postgres`, else `nobody`."""
        if not is_root():
            return cls()
        owners = {folder.stat().st_uid for h in homes() for folder in h.glob("data")}
        entries = pwd.getpwall()
        named = {entry.pw_name: entry for entry in entries}
        owning = [entry for entry in entries if entry.pw_uid in owners - {0}]
        entry = next(iter(owning), named.get("postgres") or named.get("nobody"))
        if entry is None:
            raise PostgresError(
                "PostgreSQL refuses to run as root and there is no account `postgres`"
                " or `nobody`: run this as an ordinary user, or set DATABASE_URL."
            )
        return cls(entry)

    def run(
        self, *command: object, output: int = subprocess.PIPE, text: str = ""
    ) -> str:
        """Run a command as this account; return what it printed."""
        drop = {}
        if self.entry:
            drop = {
                "user": self.entry.pw_uid,
                "group": self.entry.pw_gid,
                "extra_groups": [],
            }
        done = subprocess.run(  # noqa: S603, our own words, no shell
            [str(part) for part in command],
            check=True,
            cwd="/",
            input=text,
            text=True,
            stdout=output,
            stderr=subprocess.STDOUT,
            **drop,
        )
        return done.stdout or ""

    def try_run(self, *command: object) -> str:
        """What the command printed, or nothing when it cannot run."""
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            return self.run(*command) or " "
        return ""

    def own(self, folder: Path) -> None:
        """Make a folder that only this account may enter."""
        owner = self.entry.pw_uid if self.entry else os.geteuid()
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.lstat().st_uid not in {os.geteuid(), owner} or folder.is_symlink():
            raise PostgresError(
                f"{folder} belongs to someone else: remove it, or set DATABASE_URL."
            )
        os.chown(folder, owner, -1)
        folder.chmod(0o700)
