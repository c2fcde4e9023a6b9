"""Emptying the database after a test that commits, and what tests leave in its files.

Django truncates every table, some hundred files each time, and then makes the content
types and permissions anew. Deleting takes a tenth of that: a test leaves few rows.

Deleted rows, and those that were rolled back, stay in the files. PostgreSQL would clear
them away by itself, and count none that live: then it takes the table for empty, and
looks through all of it again for each of a thousand new rows. So it is told not to, and
large tables are truncated after each module.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.test import TransactionTestCase

LARGE = 30 * 8192  # bytes
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


def calm() -> None:
    """No table is cleared or counted but when a test says so."""
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f'ALTER TABLE "{table}" SET (autovacuum_enabled = false)')


def shrink() -> None:
    """Truncate what has grown; all of it is empty between two modules."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname = ANY(%s)"
            " AND relnamespace = 'public'::regnamespace"
            " AND pg_relation_size(oid) > %s",
            [tables(), LARGE],
        )
        if large := [f'"{name}"' for (name,) in cursor.fetchall()]:
            cursor.execute(f"TRUNCATE {', '.join(large)} CASCADE")


@contextmanager
def keys_going_on() -> Iterator[None]:
    """Around what makes keys begin at 1 again. Rows that are put back as they were
    (`tests/recording.py`) keep theirs; a row that a later test adds must not get one of
    those: of a many-to-many relation it would be dropped without a word."""
    before = _last_keys()
    try:
        yield
    finally:
        after = _last_keys()
        highest = [max(key, after[name]) for name, key in before.items()]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(quote_ident(name)::regclass, key)"
                " FROM unnest(%s::text[], %s::bigint[]) AS kept (name, key)",
                [list(before), highest],
            )


def _last_keys() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sequencename, coalesce(last_value, 1) FROM pg_sequences"
            " WHERE schemaname = 'public'"
        )
        return dict(cursor.fetchall())


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
