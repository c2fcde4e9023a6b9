"""The demo shop is the same every time, down to the rows, whatever order Python keeps
its sets in."""

import os
import subprocess
import sys

import pytest
from django.apps import apps
from django.db import connection

from orders.models import Order
from tests import emptying, snapshot, workers
from tests.factories import LocationFactory
from tests.sandbox import ROOT

NOW = "2026-03-04T10:30:00+00:00"
SEED = f"""
from datetime import datetime
import django
from django.core.management import call_command
from django.utils import timezone
now = datetime.fromisoformat("{NOW}")
timezone.now = lambda: now
django.setup()
call_command("seed_demo", orders=100, days=20)  # as many kinds of days as in 60
"""


def seeded(sets: str) -> dict[str, str]:
    """A seed by a Python of its own on empty tables; {table: digest of its rows}."""
    begin_anew()
    own = {
        "DATABASE_URL": workers.database_url(),
        "DJANGO_SETTINGS_MODULE": "oms.settings",
        "DEBUG": "1",
        "PYTHONHASHSEED": sets,
    }
    subprocess.run(
        [sys.executable, "-c", SEED],
        cwd=ROOT,
        env=os.environ | own,
        check=True,
        capture_output=True,
    )
    return {table: digest(table) for table in tables()}


def begin_anew() -> None:
    """With empty tables and keys from 1."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables())} RESTART IDENTITY CASCADE")


def tables() -> list[str]:
    return [
        model._meta.db_table
        for label in snapshot.APPS
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    ]


def digest(table: str) -> str:
    """But for the moments at which rows were written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT md5(string_agg(row::text, '|' ORDER BY row ->> 'id', row::text))"
            " FROM (SELECT to_jsonb(t) - 'created_at' - 'updated_at' AS row"
            f" FROM {table} t) AS rows"
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_two_seeds_make_the_same_rows():
    with emptying.keys_going_on():
        first, second = seeded("1"), seeded("2")

    assert Order.objects.count() == 100
    assert first["orders_order"]
    assert {table for table in first if first[table] != second[table]} == set()


@pytest.mark.django_db(transaction=True)
def test_what_is_made_after_it_gets_new_keys():
    before = LocationFactory().pk
    with emptying.keys_going_on():
        begin_anew()

    assert LocationFactory().pk > before
