"""The database of a benchmark, and what it says about what happened in it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.core.management import call_command
from django.db import DatabaseError, connection, connections

from tests.benchmarks import server

URL = os.environ["DATABASE_URL"]

# Levels that disagree with their ledger or with the open work that holds them, lines
# with other pieces than their allocations, and levels that promise more than they have.
BROKEN = """
    SELECT 'ledger', s.id FROM inventory_stocklevel s
    LEFT JOIN (SELECT stock_level_id, sum(on_hand_delta) h, sum(allocated_delta) a
               FROM inventory_stockmovement GROUP BY 1) m ON m.stock_level_id = s.id
    WHERE (s.on_hand, s.allocated) <> (coalesce(m.h, 0), coalesce(m.a, 0))
    UNION ALL
    SELECT 'held', s.id FROM inventory_stocklevel s
    LEFT JOIN (SELECT stock_level_id, sum(open_quantity) q
               FROM fulfillment_fulfillmentorderline GROUP BY 1) f
           ON f.stock_level_id = s.id
    WHERE s.allocated <> coalesce(f.q, 0)
    UNION ALL
    SELECT 'line', l.id FROM orders_orderline l
    LEFT JOIN (SELECT order_line_id, sum(open_quantity) q
               FROM fulfillment_fulfillmentorderline GROUP BY 1) f
           ON f.order_line_id = l.id
    WHERE l.allocated_quantity <> coalesce(f.q, 0)
    UNION ALL
    SELECT 'oversold', s.id FROM inventory_stocklevel s WHERE s.allocated > s.on_hand
    LIMIT 10"""


@contextmanager
def own() -> Iterator[str]:
    """Make and migrate this process's database; drop it at the end. Yields its name."""
    name = connection.settings_dict["NAME"]
    server.make(URL, name)
    try:
        call_command("migrate", verbosity=0, interactive=False)
        yield name
    finally:
        connections.close_all()
        server.drop(URL, name)


@contextmanager
def copy(template: str, name: str) -> Iterator[str]:
    """A database `name` that begins as a copy of `template`, for a while."""
    connections.close_all()
    server.make(URL, name, template)
    try:
        yield name
    finally:
        connections.close_all()
        server.drop(URL, name)


def use(name: str) -> None:
    """Let Django's next connection of this process go to that database."""
    connections.close_all()
    connection.settings_dict["NAME"] = name


def settle() -> None:
    """Write out what was prepared, so that it does not cost those who are measured."""
    with suppress(DatabaseError), connection.cursor() as cursor:  # wants the right to
        cursor.execute("CHECKPOINT")


def deadlocks() -> int:
    """Deadlocks that PostgreSQL has seen in this database since it was made.

    A backend reports when it ends: ask when the clients are gone.
    """
    return number(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    )


def broken() -> list[tuple]:
    """Sums that do not hold: a handful of rows, or none."""
    with connection.cursor() as cursor:
        cursor.execute(BROKEN)
        return cursor.fetchall()


def number(statement: str, *params) -> int:
    """The one number that a statement returns."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return int(cursor.fetchone()[0] or 0)
