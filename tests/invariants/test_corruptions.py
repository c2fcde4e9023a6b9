"""Every invariant bites: a corruption is planted by SQL, past all services, and the
invariant names it. Where a constraint forbids it, the constraint refuses first."""

import pytest
from django.db import IntegrityError, connection, transaction

from oms.invariants import INVARIANTS, violations
from tests.invariants import (
    corruptions,
    hold_corruptions,
    import_corruptions,
    job_corruptions,
    partner_corruptions,
    payment_corruptions,
    wave_corruptions,
)
from tests.invariants.corruptions import PLANTED, REFUSED, WARNINGS


@pytest.fixture(autouse=True)
def db(day):
    """Instead of pytest-django's: a run in which nobody asks for it has no database."""


def names(cases):
    return [f"{case[0]}-{number}" for number, case in enumerate(cases)]


@pytest.mark.parametrize(("code", "sql"), PLANTED, ids=names(PLANTED))
def test_the_invariant_names_what_is_wrong(plant, code, sql):
    plant(sql)

    found = {violation.code: violation for violation in violations()}
    assert code in found
    assert found[code].count >= 1
    assert all(next(iter(row)) == "id" for row in found[code].rows)


@pytest.mark.parametrize(("code", "sql"), WARNINGS, ids=names(WARNINGS))
def test_a_warning_is_given_and_fails_nothing(plant, code, sql):
    plant(sql)

    assert violations() == []
    assert code in {violation.code for violation in violations(warnings=True)}


@pytest.mark.parametrize(("code", "constraint", "sql"), REFUSED, ids=names(REFUSED))
def test_a_constraint_refuses_and_the_invariant_backs_it(plant, code, constraint, sql):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        plant(sql)

    drop(constraint)
    plant(sql)

    assert code in {violation.code for violation in violations()}


def drop(constraint: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text FROM pg_constraint WHERE conname = %s",
            [constraint],
        )
        if table := cursor.fetchone():
            cursor.execute(f"ALTER TABLE {table[0]} DROP CONSTRAINT {constraint}")
        else:  # a partial unique index is no constraint to PostgreSQL
            cursor.execute(f"DROP INDEX {constraint}")


def test_every_invariant_has_a_corruption():
    planted = {case[0] for case in (*PLANTED, *REFUSED, *WARNINGS)}

    assert planted == set(INVARIANTS)


ALWAYS_REFUSED = [
    *hold_corruptions.ALWAYS_REFUSED,
    *import_corruptions.ALWAYS_REFUSED,
    *job_corruptions.ALWAYS_REFUSED,
    *partner_corruptions.ALWAYS_REFUSED,
    *wave_corruptions.ALWAYS_REFUSED,
    (
        "dailyexport_goes_somewhere",
        "INSERT INTO core_dailyexport (created_at, updated_at, name, what, query,"
        " format, at, folder, email, owner_id, is_active, next_at) VALUES (now(),"
        " now(), 'n', 'stock', '', 'csv', '06:00', '', '', 1, true, now())",
    ),
    ("stocklevel_condition_known", corruptions.level("condition = 'lost'")),
    ("order_status_known", corruptions.order("assigned", "status = 'held'")),
    ("fulfillmentorder_status_known", corruptions.work("assigned", "status = 'held'")),
    ("shipment_status_known", corruptions.parcel("delivered", "status = 'lost'")),
    ("shipmentline_quantity_positive", corruptions.content("packed", "quantity = 0")),
    ("fulfillmentorderline_positive", corruptions.piece("assigned", "quantity = 0")),
    (
        "fulfillmentorderline_picked_within",
        corruptions.piece("assigned", "picked_quantity = 9"),
    ),
    (
        "stockmovement_moves",
        f"{corruptions.MOVE} ({corruptions.LEVEL}, 'received', 0, 0, '', '', 'x',"
        " now())",
    ),
    (
        "stockmovement_adjusted_has_reason",
        f"{corruptions.MOVE} ({corruptions.LEVEL}, 'adjusted', 1, 0, '', '', 'x',"
        " now())",
    ),
    (
        "paymenttransaction_amount_not_negative",
        payment_corruptions.PAY.format("capture", "succeeded", -1, "EUR", "NULL"),
    ),
]


@pytest.mark.parametrize(("constraint", "sql"), ALWAYS_REFUSED)
def test_the_database_refuses(plant, constraint, sql):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        plant(sql)
