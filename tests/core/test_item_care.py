"""Work items in people's hands: taken, given, resting, closed."""

from datetime import UTC, datetime, timedelta

import pytest

from oms.core import workitems
from oms.core.models import Event, WorkItem
from oms.core.tasks import wake_items
from tests import factories

pytestmark = pytest.mark.django_db
AT = datetime(2026, 9, 25, 10, 42, tzinfo=UTC)
BY = {"actor": "user:anna", "at": AT}


def opened(count: int = 1) -> list[int]:
    start = WorkItem.objects.count()
    workitems.open_items(
        [
            WorkItem(kind="unpaid", subject_type="order", subject_id=n, title=f"No {n}")
            for n in range(start, start + count)
        ],
        at=AT - timedelta(days=2),
    )
    return list(WorkItem.objects.order_by("-pk").values_list("pk", flat=True)[:count])


def fresh(pk: int) -> WorkItem:
    return WorkItem.objects.get(pk=pk)


def events() -> list[tuple]:
    rows = Event.objects.filter(subject_type="workitem").order_by("id")
    return list(rows.values_list("action", "actor", "at"))


def test_an_item_is_as_old_as_its_cause():
    [pk] = opened()

    again = WorkItem(kind="unpaid", subject_type="order", subject_id=0, title="Still")
    workitems.open_items([again], at=AT)

    assert (fresh(pk).title, fresh(pk).opened_at) == ("Still", AT - timedelta(days=2))


def test_an_item_is_given_and_given_back(world):
    [pk] = opened()

    workitems.assign_items([pk], world.anna, **BY).one()
    assert fresh(pk).owner == world.anna
    workitems.assign_items([pk], world.anna, **BY).one()  # once is enough
    workitems.assign_items([pk], None, **BY).one()

    assert fresh(pk).owner is None
    assert events() == [("workitem.assigned", "user:anna", AT)] * 2


def test_a_snoozed_item_comes_back_by_itself():
    first, second = opened(2)
    until = AT + timedelta(hours=1)

    workitems.snooze_items([first, second], until, **BY)
    assert fresh(first).status == "snoozed"
    assert workitems.due_items(AT) == []
    assert workitems.due_items(until) == [second, first]
    wake_items()  # by the clock: the hour is long over

    assert {fresh(pk).status for pk in (first, second)} == {"open"}
    assert fresh(first).snoozed_until is None
    assert events()[-1][:2] == ("workitem.woken", "task:wake_items")


def test_an_item_is_closed_with_a_note():
    [pk] = opened()

    workitems.close_items([pk], note="Told the customer", **BY).one()

    item = fresh(pk)
    assert (item.status, item.resolved_at) == ("resolved", AT)
    assert Event.objects.get(subject_type="workitem").data == {
        "note": "Told the customer"
    }


def test_what_is_closed_stays_closed(world):
    [pk] = opened()
    workitems.close_items([pk], note="done", **BY)

    for out in (
        workitems.assign_items([pk], world.anna, **BY),
        workitems.snooze_items([pk], AT + timedelta(days=1), **BY),
        workitems.wake_items([pk], **BY),
        workitems.close_items([pk], note="again", **BY),
    ):
        assert out.refused == {pk: ["No 0 This is closed already."]}
    assert len(events()) == 1


@pytest.mark.parametrize(
    ("until", "note"),
    [
        (AT, "in the past"),
        (AT - timedelta(days=1), "in the past"),
        (AT + timedelta(days=400), "too late"),
        ("tomorrow", "no time"),
        (None, "no time"),
    ],
)
def test_a_bad_time_is_refused(until, note):
    [pk] = opened()

    out = workitems.snooze_items([pk], until, **BY)

    assert "within a year" in out.refused[pk][0], note
    assert fresh(pk).status == "open"


@pytest.mark.parametrize("note", ["", "   ", "x" * 201, "a\x00b", "\ud800", None, 3])
def test_a_bad_note_is_refused(note):
    [pk] = opened()

    out = workitems.close_items([pk], note=note, **BY)

    assert "1 to 200 characters" in out.refused[pk][0]
    assert fresh(pk).status == "open"


@pytest.mark.parametrize("key", [0, -1, 10**12, "1", None, 1.5, True])
def test_a_stranger_is_refused(key):
    opened()

    assert list(workitems.wake_items([key], **BY).refused) == [key]


def test_nobody_without_access_gets_an_item(world):
    [pk] = opened()
    gone = factories.UserFactory(username="gone", is_active=False)

    out = workitems.assign_items([pk], gone, **BY)

    assert "no access" in out.refused[pk][0]


def test_the_statements_do_not_grow(world, statements):
    calls = {
        "assign": lambda pks: workitems.assign_items(pks, world.anna, **BY),
        "snooze": lambda pks: workitems.snooze_items(pks, AT + timedelta(days=1), **BY),
        "wake": lambda pks: workitems.wake_items(pks, **BY),
        "close": lambda pks: workitems.close_items(pks, note="done", **BY),
    }
    few, many = opened(1), opened(10)

    for name, call in calls.items():
        assert statements(call, few)[1] == statements(call, many)[1] <= 4, name
