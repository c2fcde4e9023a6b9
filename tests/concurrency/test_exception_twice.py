"""Two people at the same exception, at the same moment."""

import pytest
from django.utils import timezone
from django_q.models import OrmQ, Task

from oms import background
from oms.core import workitems
from oms.core.models import Event, WorkItem
from tests import shop
from tests.admin.exception_desk import mend, to
from tests.concurrency.racing import errors, race

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_suggestion_is_accepted_once(world):
    world.channel.address_checked = True
    world.channel.save()
    orders = shop.place_orders(world.channel, 5, ship_to=to("D-10969"))

    results = race([lambda: mend("bad_address", "suggestion")] * 4)

    assert errors(results) == []
    corrected = Event.objects.filter(action="order.address_corrected")
    assert corrected.count() == len(orders)
    assert not WorkItem.objects.filter(status="open").exists()


def test_an_item_is_closed_by_one_of_them():
    item = WorkItem(kind="promise_late", subject_type="order", subject_id=1, title="x")
    workitems.open_items([item], at=timezone.now())
    [pk] = WorkItem.objects.values_list("pk", flat=True)
    calls = [
        lambda name=name: workitems.close_items([pk], note="told", actor=f"user:{name}")
        for name in ("anna", "mia", "walter")
    ]

    results = race(calls)

    assert sorted(len(out.done) for out in results) == [0, 0, 1]
    assert Event.objects.filter(action="workitem.closed").count() == 1


def test_a_failed_task_is_queued_once():
    now = timezone.now()
    Task.objects.create(
        id="a" * 32, name="t", func="x", started=now, stopped=now, success=False
    )

    results = race([lambda: background.retry_tasks(None, actor="t")] * 4)

    assert errors(results) == []
    assert OrmQ.objects.count() == 1
