"""What can go wrong with the private PostgreSQL, each in one sentence."""

import contextlib
import errno
import subprocess
from collections.abc import Iterator
from pathlib import Path

from oms.postgres.place import socket_folder


class PostgresError(RuntimeError):
    """One sentence: what is wrong, and what to do."""


@contextlib.contextmanager
def named(place: Path) -> Iterator[None]:
    """Turn the operating system's errors into a sentence that says what to do."""
    try:
        yield
    except OSError as error:
        raise PostgresError(explain(str(error), place, error.errno)) from error
    except subprocess.CalledProcessError as error:
        raise PostgresError(explain(error.output or "", place)) from error


def explain(text: str, place: Path, number: int | None = None) -> str:
    """The sentence for a failure, from an error number or what PostgreSQL printed."""
    if number in {errno.ENOSPC, errno.EDQUOT} or "No space left" in text:
        return f"The disk is full: free some space for {place} and start again."
    if number in {errno.EACCES, errno.EPERM, errno.EROFS} or "ermission denied" in text:
        return (
            f"{place} cannot be reached or written by this account: use a checkout"
            " of your own, correct its permissions, or set DATABASE_URL."
        )
    if "already in use" in text or "Is another postmaster" in text:
        return (
            f"Another server holds the socket in {socket_folder(place)}: stop it with"
            " `python -m oms.postgres stop`, or set DATABASE_URL."
        )
    if "shared memory" in text or "Cannot allocate memory" in text:
        return (
            "PostgreSQL got no shared memory: an old server process may still be"
            " ending (wait and start again), or the machine has too little memory."
        )
    last = (text.strip().splitlines() or ["(nothing)"])[-1]
    return (
        f"PostgreSQL in {place} did not start; its last words were: {last}"
        " - start afresh with `bin/dev reset`, or set DATABASE_URL."
    )
