"""Where the private cluster of this checkout is, and whether it answers."""

import hashlib
import os
import socket
from pathlib import Path
from urllib.parse import quote

PROJECT = Path(__file__).resolve().parent.parent.parent
DATABASE = "oms"
SOCKET = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 100  # bytes; the systems allow 103 to 107
OUTSIDE = Path("/var/lib/oms-postgres")  # for root, when the checkout is closed


def homes() -> list[Path]:
    """Where a cluster of this checkout may be: for root in one of two places."""
    inside = PROJECT / ".postgres"
    return [inside, OUTSIDE / digest(PROJECT)] if is_root() else [inside]


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def digest(path: Path) -> str:
    return hashlib.sha256(bytes(path)).hexdigest()[:12]


def socket_folder(home: Path) -> Path:
    """The folder of the socket: beside the data, or in /tmp where the path is too long.

    A comma or a quote would split the server's list of folders.
    """
    folder = home / "run"
    if len(bytes(folder / SOCKET)) > SOCKET_PATH_LIMIT or set(str(folder)) & {",", '"'}:
        return Path(f"/tmp/oms-postgres-{digest(home)}")  # noqa: S108, see Cluster.own
    return folder


def url_of(home: Path) -> str:
    host = quote(str(socket_folder(home)), safe="")
    return f"postgresql://postgres@{host}/{DATABASE}"


def answers(home: Path) -> bool:
    """Whether the server has finished starting and accepts connections."""
    try:
        lines = (home / "data/postmaster.pid").read_text().splitlines()
        if lines[7].strip() != "ready" or lost_its_files(int(lines[0])):
            return False
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(2)
            client.connect(str(socket_folder(home) / SOCKET))
    except (AttributeError, IndexError, OSError, ValueError):
        return False
    return True


def lost_its_files(pid: int) -> bool:
    """Whether a running server's program was removed under it, as happens when .venv is
    made anew: it would answer, but no longer find its time zones and extensions."""
    try:
        return os.readlink(f"/proc/{pid}/exe").endswith(" (deleted)")
    except OSError:  # no /proc, or not ours to see
        return False
