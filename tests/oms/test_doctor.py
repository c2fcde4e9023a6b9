"""`manage.py doctor`: one line per matter, with the remedy; and the demo's login."""

import importlib.metadata
import shutil
from collections import namedtuple

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django_q.brokers import get_broker

from oms import diagnosis, health, worker

Usage = namedtuple("Usage", "free")


def doctor(capsys):
    try:
        call_command("doctor", no_color=True)
        code = 0
    except SystemExit as end:
        code = end.code
    return code, capsys.readouterr().out.splitlines()


@pytest.mark.django_db
def test_a_sound_installation(capsys, settings, monkeypatch):
    settings.DEBUG = True
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(free=9 * 1024**3))
    get_broker().set_stat("any", "any", 3)
    get_user_model().objects.create(username="ann", is_superuser=True)
    code, lines = doctor(capsys)

    assert code == 0, lines
    assert len(lines) == 12
    assert {line[:4].strip() for line in lines} == {"OK"}, lines


@pytest.mark.django_db
def test_no_worker_and_no_superuser_are_warnings(capsys, settings):
    settings.DEBUG = True
    cache.delete(worker.HEARTBEAT)
    code, lines = doctor(capsys)

    assert code == 0
    warnings = [line for line in lines if line.startswith("WARN")]
    assert any("createsuperuser" in line for line in warnings)
    assert any("never seen -> start `manage.py qcluster`" in line for line in warnings)


def test_without_a_database_the_rest_is_not_asked(capsys, monkeypatch):
    def away():
        raise OperationalError("could not connect\nno route to host")

    monkeypatch.setattr(health, "database_version", away)
    code, lines = doctor(capsys)

    assert code == 1
    assert lines[-1].startswith("FAIL  database: cannot be reached: no route to host")
    assert len(lines) == 6


def test_an_old_server_fails(monkeypatch):
    monkeypatch.setattr(health, "database_version", lambda: 14)

    assert diagnosis.database().level == "FAIL"
    assert "15 or newer" in diagnosis.database().remedy


@pytest.mark.django_db
def test_migrations_that_wait_fail(monkeypatch):
    monkeypatch.setattr(health, "unapplied_migrations", lambda: ["a", "b"])
    finding = diagnosis.migrations()

    assert (finding.level, finding.text) == ("FAIL", "2 not applied")
    assert "manage.py migrate" in finding.remedy


def test_a_table_that_is_missing_is_a_failure_not_a_crash():
    def matter():
        raise OperationalError("relation does not exist")

    assert diagnosis.guarded(matter).remedy == "run `manage.py migrate`"


@pytest.mark.parametrize(
    ("gigabytes", "level"), [(0.1, "FAIL"), (1.5, "WARN"), (9, "OK")]
)
def test_disk_space(monkeypatch, gigabytes, level):
    usage = Usage(free=gigabytes * 1024**3)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)

    assert diagnosis.disk().level == level


def test_a_package_that_differs_warns_and_a_missing_one_fails(monkeypatch):
    found = {"Django": "4.0"}

    def version(name):
        if name == "gunicorn":
            raise importlib.metadata.PackageNotFoundError
        return found.get(name, "1")

    monkeypatch.setattr(importlib.metadata, "version", version)
    assert diagnosis.packages().text == "missing: gunicorn"

    monkeypatch.setattr(importlib.metadata, "version", lambda name: "1")
    finding = diagnosis.packages()
    assert finding.level == "WARN"
    assert "Django 1 (pinned 5.2" in finding.text


def test_production_needs_its_static_files(settings, tmp_path):
    settings.DEBUG = False
    settings.STATIC_ROOT = tmp_path
    assert diagnosis.static_files().level == "FAIL"

    (tmp_path / "staticfiles.json").touch()
    assert diagnosis.static_files().text == "collected"


@pytest.mark.parametrize(("age", "level"), [(None, "OK"), (30, "OK"), (301, "WARN")])
def test_what_waits_too_long_warns(monkeypatch, age, level):
    monkeypatch.setattr(health, "oldest_task_age", lambda: age)
    monkeypatch.setattr(health, "oldest_event_age", lambda: age)

    assert diagnosis.tasks().level == diagnosis.events().level == level


# --- The login of the demo ------------------------------------------------------------


@pytest.mark.django_db
def test_the_demo_login_is_made_once_and_never_overwritten(capsys, settings):
    settings.DEBUG = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

    call_command("ensure_demo_admin")
    call_command("ensure_demo_admin")
    assert capsys.readouterr().out.count("demo-admin-password") == 2

    user = get_user_model().objects.get(username="admin")
    user.set_password("another-password-of-hers")
    user.save()
    call_command("ensure_demo_admin")
    assert "that you gave it" in capsys.readouterr().out


@pytest.mark.django_db
def test_the_demo_has_a_login_for_each_role(capsys, settings, client):
    settings.DEBUG = True
    call_command("sync_roles")

    call_command("ensure_demo_admin")
    call_command("ensure_demo_admin")

    assert "operations-lead, packer" in capsys.readouterr().out
    assert client.login(username="packer", password="demo-admin-password")
    packer = get_user_model().objects.get(username="packer")
    assert [group.name for group in packer.groups.all()] == ["packer"]


@pytest.mark.django_db
def test_the_demo_login_is_refused_in_production(settings):
    settings.DEBUG = False

    with pytest.raises(CommandError, match="createsuperuser"):
        call_command("ensure_demo_admin")
    assert not get_user_model().objects.exists()
