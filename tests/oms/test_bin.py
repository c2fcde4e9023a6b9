"""The shell entries: valid POSIX, and one sentence for each missing piece."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.oms.conftest import ROOT

TOOLS = ["awk", "cat", "chmod", "cksum", "dirname", "df", "grep", "mkdir", "rm"]
TOOLS += ["sed", "sh", "tail"]

OLD = """
case "$1" in --version) echo "Python 3.9.2" ;; *) exit 1 ;; esac
"""
WITHOUT_VENV = """
case "$*" in *ensurepip*) exit 1 ;; --version) echo "Python 3.12.1" ;; esac
"""
# Makes an environment whose Python is itself, and whose pip says what a file holds.
PIP_FAILS = """
case "$*" in
    "-m venv .venv") mkdir -p .venv/bin; cat "$0" >.venv/bin/python
        chmod +x .venv/bin/python ;;
    *"pip install"*) cat ../said; exit 1 ;;
    --version) echo "Python 3.12.1" ;;
esac
"""
DF_FULL = "echo header; echo '/dev/sda 100 99 1000 99% /'"


class Copy:
    """The entries in a folder of their own, with a PATH of known programs only."""

    def __init__(self, top: Path):
        self.folder, self.path = top / "a checkout", top / "path"
        shutil.copytree(ROOT / "bin", self.folder / "bin")
        for name in ("requirements.txt", "requirements-dev.txt"):
            shutil.copy(ROOT / name, self.folder)
        self.path.mkdir()
        for tool in TOOLS:
            (self.path / tool).symlink_to(shutil.which(tool))

    def program(self, name, text):
        (self.path / name).unlink(missing_ok=True)
        (self.path / name).write_text(f"#!/bin/sh\n{text}\n")
        (self.path / name).chmod(0o755)

    def is_set_up(self):
        """As after bin/setup, with the Python of the tests."""
        environment = self.folder / ".venv" / "bin"
        environment.mkdir(parents=True)
        (environment / "python").symlink_to(sys.executable)
        files = ("requirements.txt", "requirements-dev.txt")
        text = b"".join((self.folder / name).read_bytes() for name in files)
        stamp = subprocess.run(["cksum"], input=text, capture_output=True, check=True)
        (self.folder / ".venv/.requirements").write_bytes(stamp.stdout.strip())

    def run(self, name, *arguments, user=None, **environment):
        done = subprocess.run(
            [self.folder / "bin" / name, *arguments],
            check=False,
            cwd="/",
            env={"PATH": str(self.path), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            **({"user": user, "extra_groups": []} if user else {}),
        )
        return done.returncode, (done.stdout + done.stderr).strip()


@pytest.fixture
def copy():
    top = Path(tempfile.mkdtemp(prefix="oms bin ", dir="/tmp"))
    top.chmod(0o755)
    yield Copy(top)
    shutil.rmtree(top)


@pytest.mark.parametrize("name", ["setup", "demo", "test", "dev"])
def test_each_entry_is_valid_posix_and_executable(name):
    entry = ROOT / "bin" / name

    assert os.access(entry, os.X_OK)
    assert entry.read_text().startswith("#!/bin/sh\n")
    for shell in filter(shutil.which, ["sh", "dash"]):
        subprocess.run([shell, "-n", entry], check=True)


def test_the_continuous_integration_is_valid_bash():
    done = subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], check=False)

    assert done.returncode == 0


def test_nothing_is_done_twice(copy):
    copy.is_set_up()

    assert copy.run("setup") == (0, "")


def test_languages_are_compiled_when_their_catalogue_is_newer(copy):
    copy.is_set_up()
    python = copy.folder / ".venv/bin/python"
    python.unlink()
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    messages = copy.folder / "oms/locale/de/LC_MESSAGES"
    messages.mkdir(parents=True)
    shutil.copy(ROOT / "oms/locale/de/LC_MESSAGES/django.po", messages)
    os.utime(messages / "django.po", (0, 0))

    assert copy.run("setup") == (0, "")
    made = (messages / "django.mo").stat().st_mtime_ns
    assert copy.run("setup") == (0, "")
    assert (messages / "django.mo").stat().st_mtime_ns == made

    os.utime(messages / "django.mo", (0, 0))
    python.write_text("#!/bin/sh\ncase $* in *babel*) exit 1 ;; esac\n")
    assert copy.run("setup") == (
        1,
        "The languages could not be compiled: see the lines above.",
    )


def test_a_python_that_is_too_old(copy):
    copy.program("python3", OLD)
    code, said = copy.run("setup")

    assert code == 1
    assert said.startswith("Python 3.9.2 was found and 3.11 or newer is needed")
    assert "\n" not in said


def test_no_python_at_all(copy):
    code, said = copy.run("setup")

    assert code == 1
    assert said.startswith("No Python was found and 3.11 or newer is needed")


def test_a_python_without_the_venv_module(copy):
    copy.program("python3", WITHOUT_VENV)
    code, said = copy.run("setup")

    assert code == 1
    assert said.splitlines()[-1].startswith("This Python has no venv module: install")


def test_a_disk_that_is_full(copy):
    copy.program("df", DF_FULL)
    code, said = copy.run("setup")

    assert code == 1
    assert said.startswith("The disk is full: bin/setup needs 700 MB")


@pytest.mark.parametrize(
    ("pip", "says"),
    [
        (
            "NewConnectionError: Failed to establish",
            "The packages could not be fetched",
        ),
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("ERROR: something else", "The packages could not be installed"),
    ],
)
def test_packages_that_cannot_be_had(copy, pip, says):
    copy.program("python3", PIP_FAILS)
    (copy.folder.parent / "said").write_text(pip + "\n")
    code, said = copy.run("setup")

    assert code == 1
    assert said.splitlines()[-1].startswith(says), said
    assert not (copy.folder / ".venv/.requirements").exists()


def test_a_checkout_that_may_not_be_written(copy):
    copy.folder.chmod(0o555)
    user = "nobody" if os.geteuid() == 0 else None
    code, said = copy.run("setup", user=user)
    copy.folder.chmod(0o755)

    assert code == 1
    assert said.startswith("This account may not write in ")


def test_a_port_that_is_taken(copy):
    copy.is_set_up()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        code, said = copy.run("demo", PORT=port)

    assert code == 1
    assert said.startswith(f"Port {port} cannot be used")
    assert said.endswith("or choose another with PORT=8001 bin/demo.")


@pytest.mark.parametrize("port", ["http", "70000"])
def test_a_port_that_is_none(copy, port):
    copy.is_set_up()
    code, said = copy.run("demo", PORT=port)

    assert code == 1
    assert "\n" not in said


def test_an_unknown_argument_is_answered_with_the_usage(copy):
    assert copy.run("demo", "--what") == (1, "Usage: bin/demo [--no-serve]")
    code, said = copy.run("dev", "what")
    assert code == 0
    assert "bin/dev check" in said
