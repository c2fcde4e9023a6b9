"""Emptying the database after a test that commits.

Django truncates every table, some hundred files each time, and then makes the content
types and permissions anew. Deleting takes a tenth of that: a test leaves few rows.
"""

from django.db import connection, transaction
from django.test import TransactionTestCase

KEPT = {"django_content_type", "auth_permission"}  # as `migrate` made them

_truncate = TransactionTestCase._fixture_teardown


def install() -> None:
    TransactionTestCase._fixture_teardown = _after


def tables() -> list[str]:
    """Those that tests write to."""
    names = connection.introspection.django_table_names(include_views=False)
    return sorted({*names} - KEPT)


def empty() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        # Neither the guards of the ledgers nor foreign keys have a say.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(";".join(f'DELETE FROM "{table}"' for table in tables()))


def may_delete() -> bool:
    """Whether this account may set the guards of the ledgers aside."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_parameter_privilege('session_replication_role', 'SET')"
        )
        return cursor.fetchone()[0]


def _after(test: TransactionTestCase) -> None:
    if may_delete():
        empty()
    else:
        _truncate(test)
