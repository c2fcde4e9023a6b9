"""Ledgers grow and never change: the database refuses it, whoever asks."""

import pytest
from django.db import IntegrityError, connection, transaction

from tests.invariants.conftest import LEDGERS


def run(sql):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.rowcount


@pytest.mark.parametrize("table", LEDGERS)
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET at = at + interval '1 second'", "DELETE FROM {}"],
    ids=["update", "delete"],
)
def test_a_ledger_refuses_every_change(day, table, statement):
    with pytest.raises(IntegrityError, match=f"{table} is a ledger"):
        run(statement.format(table))


@pytest.mark.parametrize(
    "change",
    ["action = 'x'", "to_status = 'x'", "actor = 'x'", "subject_id = 0", "root_id = 0"],
)
def test_an_event_keeps_what_happened(day, change):
    with pytest.raises(IntegrityError, match="is a ledger"):
        run(f"UPDATE core_event SET {change}")


def test_an_event_may_be_dispatched_and_its_data_erased(day):
    assert run("UPDATE core_event SET dispatched_at = now()")
    assert run("UPDATE core_event SET data = '{}'")
