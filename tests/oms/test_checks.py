"""Each system check finds its mistake and is silent without it."""

import os

import pytest
from django.conf import settings as real

from oms import checks, health


def ids(check, **arguments):
    messages = list(check(**arguments))
    assert all(message.hint for message in messages)
    return [message.id for message in messages]


def test_the_settings_as_they_are_have_no_mistake(monkeypatch):
    monkeypatch.delenv("OMS_STATEMENT_TIMEOUT", raising=False)

    for check in (
        checks.queue_is_consistent,
        checks.time_zones_are_on,
        checks.gateways_load,
        checks.debug_stays_at_home,
        checks.old_secrets_differ,
        checks.statements_end,
    ):
        assert ids(check) == []


def test_a_task_must_not_be_handed_out_while_it_runs(settings):
    settings.Q_CLUSTER = {**real.Q_CLUSTER, "timeout": 60, "retry": 60}

    assert ids(checks.queue_is_consistent) == ["oms.E001"]


@pytest.mark.parametrize(
    "paths",
    [
        ["orders.gateways.nowhere.Gateway"],
        ["orders.gateways.base.Gateway"],
        ["orders.models.Payment"],
        ["orders.gateways.manual.Manual"] * 2,
    ],
)
def test_gateways_load_and_have_codes_of_their_own(settings, paths):
    settings.OMS_GATEWAYS = paths

    assert ids(checks.gateways_load) == ["oms.E006"]


def test_times_have_zones(settings):
    settings.USE_TZ = False

    assert ids(checks.time_zones_are_on) == ["oms.E002"]


@pytest.mark.parametrize(
    ("debug", "hosts", "found"),
    [
        (True, ["shop.example.com"], ["oms.E003"]),
        (True, ["*"], ["oms.E003"]),
        (True, ["localhost", "127.0.0.1"], []),
        (False, ["shop.example.com"], []),
    ],
)
def test_debug_stays_at_home(settings, debug, hosts, found):
    settings.DEBUG = debug
    settings.ALLOWED_HOSTS = hosts

    assert ids(checks.debug_stays_at_home) == found


def test_a_rotated_secret_is_another_one(settings):
    settings.SECRET_KEY_FALLBACKS = ["older", settings.SECRET_KEY]

    assert ids(checks.old_secrets_differ) == ["oms.W001"]


def test_the_published_secret_is_none(settings):
    settings.SECRET_KEY = settings.DEVELOPMENT_SECRET
    assert ids(checks.secret_is_not_the_published_one) == ["oms.E004"]

    settings.SECRET_KEY = "x" * 50
    assert ids(checks.secret_is_not_the_published_one) == []


def test_web_requests_end(monkeypatch):
    monkeypatch.setenv("OMS_STATEMENT_TIMEOUT", "0")

    assert ids(checks.statements_end) == ["oms.W002"]


@pytest.mark.parametrize(("version", "found"), [(14, ["oms.E005"]), (15, [])])
def test_the_database_is_new_enough(monkeypatch, version, found):
    monkeypatch.setattr(health, "database_version", lambda: version)

    assert ids(checks.database_is_new_enough, databases=["default"]) == found
    assert ids(checks.database_is_new_enough, databases=None) == []


def test_languages_are_compiled(settings, tmp_path):
    settings.LOCALE_PATHS = [tmp_path]
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue, compiled = folder / "django.po", folder / "django.mo"
    catalogue.touch()
    assert ids(checks.languages_are_compiled) == ["oms.W003"]

    compiled.touch()
    assert ids(checks.languages_are_compiled) == []

    os.utime(compiled, (0, 0))
    assert ids(checks.languages_are_compiled) == ["oms.W003"]
