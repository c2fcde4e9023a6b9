"""Runs the invariants of all apps, in one snapshot of the database."""

import contextlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db import connection, transaction

from channels import invariants as channels
from fulfillment import invariants as fulfillment
from inventory import invariants as inventory
from oms.core import invariants as core
from oms.core.invariants import Invariant
from orders import invariants as orders
from returns import invariants as returns

APPS = (core, inventory, channels, orders, fulfillment, returns)
INVARIANTS = {invariant.code: invariant for app in APPS for invariant in app.INVARIANTS}
SHOWN = 10  # rows of one violation


class Violation(NamedTuple):
    """An invariant that does not hold: how many rows break it, and the first of
    them as {column: value}."""

    invariant: Invariant
    count: int
    rows: list[dict]

    @property
    def code(self) -> str:
        return self.invariant.code


def violations(
    codes: Iterable[str] | None = None, *, warnings: bool = False
) -> list[Violation]:
    """What does not hold, of all invariants or of those named; with `warnings` those
    too. Within a transaction it sees what that transaction sees."""
    chosen = [
        INVARIANTS[code]
        for code in (INVARIANTS if codes is None else codes)
        if warnings or codes is not None or not INVARIANTS[code].warning
    ]
    with snapshot():
        found = map(_examine, chosen)
        return [violation for violation in found if violation.count]


@contextlib.contextmanager
def snapshot() -> Iterator[None]:
    """All queries see one moment, and write nothing: without it, an order that ships
    between two queries would look like a lost piece."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            # Whole ledgers are sorted and summed: the default spills them to disk.
            cursor.execute("SET LOCAL work_mem = '64MB'")
            # They are joined as wholes too: statistics from before a flood of orders
            # would have the planner loop over them for hours.
            cursor.execute("SET LOCAL enable_nestloop = off")
        yield


def _examine(invariant: Invariant) -> Violation:
    with connection.cursor() as cursor:
        cursor.execute(invariant.sql)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchmany(SHOWN)]
        return Violation(invariant, cursor.rowcount, rows)
