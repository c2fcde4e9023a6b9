"""What the environment may say, and the sentence when it says something else."""

import json
import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from oms import postgres, settings
from tests.oms.conftest import ROOT

PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": "k3" + "abcdefghijklmnopqrstuvwxyz-0123456789_ABCDEFGHIJKLMNOP",
    "ALLOWED_HOSTS": "shop.example.com",
    "CSRF_TRUSTED_ORIGINS": "https://shop.example.com",
    "DATABASE_URL": "postgresql://oms:hidden@db.example.com:5432/oms",
}


def run(*arguments, **environment):
    """A process of its own that sees these variables alone."""
    done = subprocess.run(
        [sys.executable, *arguments],
        check=False,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
    )
    return done.returncode, (done.stdout + done.stderr).strip()


def test_an_empty_variable_is_not_set(monkeypatch):
    monkeypatch.setenv("OMS_TRIAL", " ")

    assert settings.env("OMS_TRIAL", "default") == "default"
    assert settings.env_list("OMS_TRIAL") == []


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (lambda: settings.env_bool("OMS_TRIAL", default=False), "yes", True),
        (lambda: settings.env_bool("OMS_TRIAL", default=True), "0", False),
        (lambda: settings.env_int("OMS_TRIAL", 3), "12", 12),
        (lambda: settings.env_list("OMS_TRIAL"), " a, b,,", ["a", "b"]),
        (lambda: settings.env_zone("OMS_TRIAL", "UTC"), "Asia/Tokyo", "Asia/Tokyo"),
    ],
)
def test_a_good_value_is_taken(monkeypatch, read, text, value):
    monkeypatch.setenv("OMS_TRIAL", text)

    assert read() == value


@pytest.mark.parametrize(
    ("read", "text", "says"),
    [
        (lambda: settings.env_bool("OMS_TRIAL", default=False), "on", "1 or 0"),
        (lambda: settings.env_int("OMS_TRIAL", 3), "3.5", "whole number"),
        (lambda: settings.env_int("OMS_TRIAL", 3), "-1", "0 or more"),
        (lambda: settings.env_int("OMS_TRIAL", 3, least=1), "0", "1 or more"),
        (lambda: settings.env_choice("OMS_TRIAL", "a", {"a"}), "b", "one of a"),
        (lambda: settings.env_zone("OMS_TRIAL", "UTC"), "Mars/Base", "Europe/Berlin"),
        (lambda: settings.env_zone("OMS_TRIAL", "UTC"), "../etc", "Europe/Berlin"),
    ],
)
def test_a_bad_value_is_named_with_what_to_write(monkeypatch, read, text, says):
    monkeypatch.setenv("OMS_TRIAL", text)

    with pytest.raises(ImproperlyConfigured, match=r"^OMS_TRIAL is ") as caught:
        read()

    assert repr(text) in str(caught.value)
    assert says in str(caught.value)


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL"])
def test_production_must_be_given_its_secret_and_database(name):
    code, printed = run("manage.py", "check", **{**PRODUCTION, name: ""})

    assert code == 1
    assert printed.startswith(f"{name} is not set: with DEBUG=0")
    assert "\n" not in printed


def test_production_passes_the_deployment_checks():
    code, printed = run(
        *("manage.py", "check", "--deploy", "--fail-level", "WARNING"), **PRODUCTION
    )

    assert code == 0, printed
    assert "no issues" in printed


SHOW = """
import json, oms.wsgi
from django.conf import settings as s
print(json.dumps([s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT,
    s.SECURE_HSTS_SECONDS, s.SECURE_PROXY_SSL_HEADER, s.SECRET_KEY_FALLBACKS,
    s.STORAGES["staticfiles"]["BACKEND"].rsplit(".")[-1],
    s.DATABASES["default"]["OPTIONS"]["options"],
    s.LOGGING["loggers"]["django-q"]["level"]]))
"""


def test_the_web_process_of_production():
    more = {
        "SECURE_PROXY_SSL_HEADER": "X-Forwarded-Proto",
        "SECRET_KEY_FALLBACKS": "old",
    }
    code, printed = run("-c", SHOW, **PRODUCTION, **more)

    assert code == 0, printed
    shown = next(line for line in printed.splitlines() if line.startswith("["))
    *flags, header, old, storage, options, queue = json.loads(shown)
    assert flags == [True, True, True, 31_536_000]
    assert header == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert old == ["old"]
    assert storage == "CompressedManifestStaticFilesStorage"
    assert "statement_timeout=15000" in options
    assert queue == "WARNING"


@pytest.mark.parametrize(
    ("process", "timeout"), [("web", 15_000), ("worker", 300_000), ("command", 0)]
)
def test_each_kind_of_process_has_its_time_limits(monkeypatch, process, timeout):
    monkeypatch.setattr(settings, "PROCESS", process)
    monkeypatch.setenv("DATABASE_URL", "postgresql://h/d?options=-c%20work_mem%3D9MB")
    monkeypatch.delenv("OMS_STATEMENT_TIMEOUT", raising=False)
    monkeypatch.setenv("OMS_SYNCHRONOUS_COMMIT", "off")

    config = settings.database()

    assert config["OPTIONS"]["options"] == (
        "-c lock_timeout=3000 -c idle_in_transaction_session_timeout=30000"
        f" -c statement_timeout={timeout} -c synchronous_commit=off -c work_mem=9MB"
    )
    assert config["CONN_MAX_AGE"] is None
    assert config["CONN_HEALTH_CHECKS"]
    assert "server_side_binding" not in config["OPTIONS"]


@pytest.mark.django_db
def test_the_limits_hold_in_the_connection():
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("3s",)
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        assert cursor.fetchone() == ("30s",)


@pytest.mark.parametrize("url", ["sqlite:///x", "nonsense", "mysql://u@h/d"])
def test_another_database_is_refused(monkeypatch, url):
    monkeypatch.setenv("DATABASE_URL", url)

    with pytest.raises(ImproperlyConfigured, match="not name a PostgreSQL database"):
        settings.database()


def test_a_launcher_that_fails_is_one_sentence(monkeypatch):
    def fail():
        raise postgres.PostgresError("The disk is full.")

    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(postgres, "start", fail)

    with pytest.raises(ImproperlyConfigured, match=r"^The disk is full\.$"):
        settings.database()


@pytest.mark.parametrize(("given", "language"), [("", "en"), ("de", "de")])
def test_the_language_of_what_is_written_down_can_be_chosen(given, language):
    asked = "from oms import settings; print(settings.LANGUAGE_CODE)"

    assert run("-c", asked, **PRODUCTION, OMS_LANGUAGE=given) == (0, language)
