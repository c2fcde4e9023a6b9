"""`check_invariants` says what is broken to people, to scripts and to the work list."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oms import tasks
from oms.core.models import WorkItem
from oms.invariants import INVARIANTS, snapshot, violations
from tests.invariants.corruptions import PLANTED

BAD_LEVELS = "UPDATE inventory_stocklevel SET on_hand = on_hand + 1"
REPAIR = "UPDATE inventory_stocklevel SET on_hand = on_hand - 1"
STALE = "UPDATE core_event SET at = at - interval '2 days'"


def test_a_sound_database_gets_one_line(day, capsys):
    call_command("check_invariants")

    certain = [each for each in INVARIANTS.values() if not each.warning]
    assert capsys.readouterr().out == f"{len(certain)} invariants hold.\n"


def test_what_is_broken_is_named_with_its_rows(plant, capsys):
    plant(BAD_LEVELS)

    with pytest.raises(SystemExit) as stop:
        call_command("check_invariants")

    printed = capsys.readouterr()
    assert stop.value.code == 1
    first, *rows = printed.out.splitlines()
    assert first.startswith("BROKEN  S1: On hand equals the sum of its movements (5 ")
    assert len(rows) == 5
    assert all(row.startswith("    id ") for row in rows)
    assert printed.err == "5 violations of S1.\n"


def test_at_most_ten_rows_are_shown(plant, capsys):
    plant("DELETE FROM core_event WHERE subject_type = 'order'")
    plant(
        "INSERT INTO core_event (subject_type, subject_id, root_type, root_id, action,"
        " from_status, to_status, actor, data, at) SELECT 'order', n, 'order', n, 'x',"
        " 'gap', 'x', 'x', '{{}}', now() FROM generate_series(1, 25) n"
    )

    with pytest.raises(SystemExit):
        call_command("check_invariants")

    assert "    and 15 more" in capsys.readouterr().out


def test_a_warning_is_printed_and_the_exit_is_clean(plant, capsys):
    plant(STALE)

    call_command("check_invariants")

    assert capsys.readouterr().out.startswith("WARNING  T1: ")


def test_some_can_be_asked_for(plant):
    plant(BAD_LEVELS)

    assert violations(["S2", "E2"]) == []
    assert [each.code for each in violations(["S2", "S1"])] == ["S1"]


def test_the_number_of_statements_is_that_of_the_invariants(day):
    with CaptureQueriesContext(connection) as captured:
        violations(warnings=True)

    assert len(captured) == len(INVARIANTS)


def test_a_broken_one_waits_for_a_person_until_it_holds(plant):
    plant(BAD_LEVELS)
    tasks.check_invariants()
    tasks.check_invariants()

    item = WorkItem.objects.get(subject_type="invariant")
    assert (item.kind, item.status) == ("broken:S1", "open")
    assert item.title.startswith("Broken invariant S1: On hand equals")

    plant(REPAIR)
    tasks.check_invariants()

    item.refresh_from_db()
    assert item.status == "resolved"


def test_each_broken_one_gets_its_own(plant):
    plant(BAD_LEVELS)
    plant(dict(PLANTED)["O4"])
    tasks.check_invariants()

    kinds = WorkItem.objects.filter(subject_type="invariant").values_list("kind")
    assert {kind for (kind,) in kinds} >= {"broken:S1", "broken:O4"}


@pytest.mark.django_db(transaction=True)
def test_one_snapshot_that_writes_nothing():
    with snapshot(), connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("repeatable read",)
        cursor.execute("SHOW transaction_read_only")
        assert cursor.fetchone() == ("on",)
