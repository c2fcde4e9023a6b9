"""The private PostgreSQL: one server, whatever happened before."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

import psycopg
import pytest

from oms import postgres
from oms.postgres import account, cluster, failures, place


def ask(url, statement):
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None


def test_a_started_server_is_durable_and_sorts_the_same_everywhere(checkout):
    url = checkout.start()

    assert ask(url, "SHOW synchronous_commit") == "on"
    assert ask(url, "SHOW fsync") == "on"
    assert ask(url, "SHOW listen_addresses") == ""
    assert int(ask(url, "SHOW max_connections")) == 200
    assert ask(url, "SHOW server_encoding") == "UTF8"


def test_a_running_server_costs_no_subprocess(checkout):
    url = checkout.start()
    code, printed = checkout.python(
        "-c",
        "import subprocess, time; from oms import postgres; subprocess.run = None;"
        "began = time.perf_counter(); print(postgres.start());"
        "print(time.perf_counter() - began)",
    )

    assert code == 0, printed
    found, seconds = printed.splitlines()
    assert found == url
    assert float(seconds) < 0.1


def test_starts_at_the_same_time_give_one_server(checkout):
    processes = [checkout.popen("-m", "oms.postgres", "start") for _ in range(4)]
    printed = {process.communicate(timeout=60)[0].strip() for process in processes}

    assert [process.returncode for process in processes] == [0, 0, 0, 0], printed
    assert len(printed) == 1
    assert ask(printed.pop().removeprefix("running "), "SELECT 1") == 1


def test_what_was_committed_survives_a_killed_server(checkout):
    url = checkout.start()
    ask(url, "CREATE TABLE kept (id int)")
    ask(url, "INSERT INTO kept VALUES (7)")
    killed = checkout.pid()

    checkout.kill()
    assert checkout.launcher("status")[1].startswith("stopped")

    assert checkout.start() == url
    assert checkout.pid() != killed
    assert ask(url, "SELECT id FROM kept") == 7


def test_a_pid_that_now_belongs_to_another_program_is_no_server(checkout):
    checkout.start()
    owner = checkout.data.stat().st_uid
    checkout.kill()
    lines = (checkout.data / "postmaster.pid").read_text().splitlines()
    drop = {"user": owner} if os.geteuid() == 0 else {}
    stranger = subprocess.Popen(["sleep", "60"], cwd="/", **drop)
    stale = "\n".join([str(stranger.pid), *lines[1:]])
    (checkout.data / "postmaster.pid").write_text(stale + "\n")

    try:
        assert ask(checkout.start(), "SELECT 1") == 1
    finally:
        stranger.kill()
        stranger.wait()


def test_a_half_made_cluster_is_made_again(checkout):
    half = checkout.folder / ".postgres" / "new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")

    assert ask(checkout.start(), "SELECT 1") == 1


LOST = """
import sys
from oms import postgres
from oms.postgres import cluster, place

place.lost_its_files = cluster.lost_its_files = lambda pid: pid == int(sys.argv[1])
print(postgres.start())
"""


def test_a_server_that_lost_its_files_is_replaced(checkout):
    url = checkout.start()
    old = checkout.pid()

    assert checkout.python("-c", LOST, str(old)) == (0, url)
    assert checkout.pid() != old
    assert ask(url, "SELECT 1") == 1


def test_a_program_that_was_removed_while_it_runs_is_noticed(tmp_path):
    program = tmp_path / "program"
    shutil.copy(shutil.which("sleep"), program)
    process = subprocess.Popen([program, "60"])

    try:
        assert not place.lost_its_files(process.pid)
        program.unlink()
        assert place.lost_its_files(process.pid) == Path("/proc").exists()
    finally:
        process.kill()
        process.wait()


def test_stop_stops_and_remove_removes(checkout):
    url = checkout.start()

    assert checkout.launcher("stop") == (0, f"stopped {url}")
    assert checkout.data.exists()
    assert checkout.launcher("remove") == (0, f"stopped {url}")
    assert not checkout.data.exists()


@pytest.mark.parametrize("name", ["deep/" * 24 + "end", "a, b", "it's odd é"])
def test_any_path_will_do(make_checkout, name):
    """A socket's path has a limit; commas and quotes mean something to the server."""
    url = make_checkout(name).start()

    assert ask(url, "SELECT 1") == 1


AS_ORDINARY_USER = """
import os, sys
from pathlib import Path
from oms import postgres
from oms.postgres import cluster

cluster.Cluster.places = lambda self: [Path(sys.argv[1])]
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(int(sys.argv[3]))
    os.setuid(int(sys.argv[2]))
print(postgres.start())
"""


def test_an_ordinary_user_needs_no_rights(make_checkout):
    """As root the test drops its rights after the imports, whose folders may be closed;
    the binaries are lent from a checkout that root has started."""
    lender, checkout = make_checkout(), make_checkout()
    code, binaries = lender.launcher("bin")
    assert code == 0, binaries
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    os.chown(checkout.folder, user.pw_uid, -1)

    who = [binaries, str(user.pw_uid), str(user.pw_gid)]
    code, printed = checkout.python("-c", AS_ORDINARY_USER, *who)

    assert code == 0, printed
    assert checkout.data.stat().st_uid == user.pw_uid
    assert ask(printed, "SELECT 1") == 1


def test_database_url_wins_and_nothing_is_started(checkout):
    given = "postgresql://someone@example.com/shop"

    assert checkout.launcher("start", DATABASE_URL=given) == (0, given)
    assert not checkout.data.exists()
    code, printed = checkout.launcher("remove", DATABASE_URL=given)
    assert (code, printed[:19]) == (1, "DATABASE_URL is set")


# --- Failures: one sentence each ------------------------------------------------------


@pytest.fixture
def elsewhere(monkeypatch, tmp_path):
    """The launcher of this process, looking at an empty folder."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(place, "homes", lambda: [tmp_path])
    monkeypatch.setattr(account, "homes", lambda: [tmp_path])
    monkeypatch.setattr(cluster, "homes", lambda: [tmp_path])
    monkeypatch.setattr(postgres, "homes", lambda: [tmp_path])
    return tmp_path


def pretend(monkeypatch, folder, version):
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    program = folder / "postgres"
    program.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
    program.chmod(0o755)
    monkeypatch.setattr(cluster.Cluster, "places", lambda self: [folder])
    monkeypatch.setattr(cluster.Account, "of_the_server", lambda: cluster.Account())


def refusal():
    with pytest.raises(postgres.PostgresError) as caught:
        postgres.start()
    return str(caught.value)


def test_windows_is_told_of_wsl(elsewhere, monkeypatch):
    monkeypatch.setattr(cluster, "fcntl", None)

    assert "WSL2" in refusal()


def test_no_binaries(elsewhere, monkeypatch):
    monkeypatch.setattr(cluster.Cluster, "places", lambda self: [])

    assert refusal().startswith("There is no PostgreSQL here: run bin/setup")


def test_a_server_older_than_15(elsewhere, monkeypatch):
    pretend(monkeypatch, elsewhere / "bin", "14.9")

    assert refusal().startswith("PostgreSQL 14 is too old")


def test_data_of_another_version(elsewhere, monkeypatch):
    (elsewhere / "data").mkdir()
    (elsewhere / "data" / "PG_VERSION").write_text("16\n")
    pretend(monkeypatch, elsewhere / "bin", "18.6")

    assert "was written by PostgreSQL 16 and only 18 is here" in refusal()


def test_no_account_for_the_server(elsewhere, monkeypatch):
    monkeypatch.setattr(account, "is_root", lambda: True)
    monkeypatch.setattr(account.pwd, "getpwall", list)

    assert "refuses to run as root" in refusal()


def test_a_disk_that_is_full(elsewhere, monkeypatch):
    def full(self):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cluster.Cluster, "binaries", full)

    assert refusal().startswith("The disk is full: free some space")


@pytest.mark.parametrize(
    ("said", "begins"),
    [
        ("FATAL: could not write: No space left on device", "The disk is full"),
        ("mkdir: Permission denied", "/x cannot be reached or written"),
        ('could not bind Unix address "/x": Address already in use', "Another server"),
        ("FATAL: pre-existing shared memory block is in use", "PostgreSQL got no shar"),
        ("noise\nFATAL: something else", "PostgreSQL in /x did not start; its last wo"),
    ],
)
def test_what_the_server_says_becomes_a_sentence(said, begins):
    assert failures.explain(said, Path("/x")).startswith(begins)


def test_the_command_line_says_it_without_a_traceback(checkout):
    code, printed = checkout.python("-m", "oms.postgres", "dance")

    assert code == 1
    assert "start | stop | status" in printed
    assert "Traceback" not in printed
