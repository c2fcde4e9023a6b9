"""What runs by the clock is listed once, and the queue is told."""

import importlib

import pytest
from django.core.management import call_command
from django_q.models import Schedule

from oms import schedules

pytestmark = pytest.mark.django_db


def rows():
    return dict(Schedule.objects.values_list("func", "minutes"))


def test_every_task_of_the_list_exists():
    for periodic in schedules.PERIODIC:
        module, name = periodic.func.rsplit(".", 1)
        assert callable(getattr(importlib.import_module(module), name))


def test_the_queue_gets_the_list(capsys):
    call_command("sync_schedules")

    assert rows() == {p.func: p.minutes for p in schedules.PERIODIC}
    assert "changed" in capsys.readouterr().out


def test_again_it_changes_nothing():
    schedules.sync()
    before = list(Schedule.objects.order_by("pk").values())

    assert schedules.sync() == []
    assert list(Schedule.objects.order_by("pk").values()) == before


def test_a_row_that_differs_is_corrected():
    schedules.sync()
    Schedule.objects.filter(func="orders.tasks.sweep_inbox").update(minutes=99)

    assert schedules.sync() == ["oms:orders.tasks.sweep_inbox"]
    assert rows()["orders.tasks.sweep_inbox"] == 2


def test_what_left_the_list_goes_and_what_others_made_stays():
    schedules.sync()
    Schedule.objects.create(name="oms:gone", func="gone.task")
    Schedule.objects.create(name="mine", func="mine.task")
    twin = Schedule.objects.get(name="oms:oms.tasks.check_invariants")
    twin.pk = None
    twin.save()

    schedules.sync()

    names = set(Schedule.objects.values_list("name", flat=True))
    assert names == {"mine", *(p.name for p in schedules.PERIODIC)}
    assert Schedule.objects.count() == len(names)


@pytest.mark.django_db(transaction=True)
@pytest.mark.corrupts  # the queue's scheduler closes connections, so it must commit
def test_the_scheduler_queues_them(drain_queue):
    from django_q.brokers import get_broker
    from django_q.scheduler import scheduler

    schedules.sync()

    scheduler(get_broker())

    ran = drain_queue()
    assert set(ran) == {each.func.rpartition(".")[2] for each in schedules.PERIODIC}
