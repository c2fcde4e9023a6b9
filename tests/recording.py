"""Rows that many tests start from: made once for a process, then put back as they were
in one statement."""

import copy
from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import connection, transaction

from tests import emptying


def recorded(make: Callable):
    """A fixture that gives a Recording, which serves all tests of a process."""

    @pytest.fixture(scope="session")
    def rows(django_db_setup, django_db_blocker):
        with django_db_blocker.unblock():
            return Recording(make)

    return rows


class Recording:
    """What `make` returns, and the rows that it writes into empty tables."""

    def __init__(self, make: Callable):
        with transaction.atomic():
            self.made = make()
            self.insert = ";".join(filter(None, map(_insert, apps.get_models(True))))
            transaction.set_rollback(True)

    def play(self):
        """The keys are the same each time: rows that a test adds have higher ones."""
        with connection.cursor() as cursor:
            cursor.execute(self.insert)
        return copy.deepcopy(self.made)


def _insert(model) -> str:
    """A statement with all rows of the table."""
    table, fields = model._meta.db_table, model._meta.local_concrete_fields
    if table in emptying.KEPT:
        return ""
    columns = ", ".join(f'"{field.column}"' for field in fields if not field.generated)
    made = f"INSERT INTO {table} ({columns}) SELECT {columns}"
    made += f" FROM json_populate_recordset(NULL::{table}, %L)"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT format('{made}', json_agg(t)), count(t) FROM {table} t")
        statement, rows = cursor.fetchone()
    return statement if rows else ""
