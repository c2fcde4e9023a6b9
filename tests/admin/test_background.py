"""The page of what goes on in the background."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.models import OrmQ, Schedule, Task

from oms import background, schedules, worker
from orders.models import Order
from tests import shop
from tests.admin.exception_desk import person, said
from tests.admin.stopped import refused

pytestmark = pytest.mark.django_db
URL, ACT = reverse("admin:background"), reverse("admin:background_act")
TRACE = "Traceback (most recent call last):\n  File “x.py”\nValueError: no such thing"


@pytest.fixture
def beating():
    get_broker().set_stat("any", "any", 3)


@pytest.fixture
def lead(client):
    person(client, "lead", "core.run_background")
    return client


def fail(
    number: int = 1, func: str = "orders.tasks.try_again", result: str = ""
) -> list:
    now = timezone.now()
    rows = [
        Task(
            id=f"{Task.objects.count() + n:032x}",
            name=f"task {n}",
            func=func,
            args=([n],),
            kwargs={},
            result=result or f"no such thing : {TRACE}",
            started=now - timedelta(minutes=2),
            stopped=now - timedelta(minutes=1),
            success=False,
        )
        for n in range(number)
    ]
    return Task.objects.bulk_create(rows)


def test_all_is_well(lead, beating):
    schedules.sync()

    answer = lead.get(URL)

    page = answer.content.decode()
    assert "at work" in page
    assert "No task has failed" in page
    assert "Nothing stands still" in page
    assert "Take in forgotten orders" in page
    assert answer.context["wrong"] == 0


@pytest.mark.parametrize("age", [None, worker.LATE_AFTER + 1])
def test_a_silent_worker_is_red_here_and_on_today(lead, age):
    cache.delete(worker.HEARTBEAT)
    if age:
        cache.set(worker.HEARTBEAT, timezone.now().timestamp() - age, timeout=None)

    assert "start manage.py qcluster" in lead.get(URL).content.decode()
    [counter] = lead.get("/admin/").context["today"].counters
    assert (counter.label, counter.text, counter.number) == ("Background", "silent", 1)
    assert counter.alarm
    assert counter.url == URL


def test_failed_tasks_say_why_in_plain_words(lead, beating):
    fail()
    fail(func="orders.tasks.gone", result="Function orders.tasks.gone is not defined")
    fail(func="x.y", result="Task exceeded maximum timeout value (60 seconds) : T")
    fail(func="x.z", result="deadlock detected\nDETAIL: Process 7 : Traceback")

    answer = lead.get(URL)

    assert {(each.label, each.why) for each in answer.context["failed"]} == {
        ("Try orders again", "no such thing"),
        ("Gone", "This version knows no such task."),
        ("Y", "It took too long and was stopped."),
        ("Z", "It met somebody else at work, and one had to stop."),
    }
    [counter] = lead.get("/admin/").context["today"].counters
    assert (counter.number, counter.text) == (4, "")


def test_one_that_has_gone_well_since_says_so(lead):
    [failed] = fail()
    now = timezone.now()
    Task.objects.create(
        id="f" * 32, name="ok", func=failed.func, started=now, stopped=now
    )

    assert "has gone well since" in lead.get(URL).content.decode()


def test_a_failed_task_runs_again(lead, world, drain_queue):
    world.channel.payment = "later"
    world.channel.save()
    [order] = shop.place_orders(world.channel)
    Order.objects.update(payment_terms="30 days")
    OrmQ.objects.all().delete()
    [failed] = fail()
    Task.objects.filter(pk=failed.pk).update(args=([order.pk],))

    answer = lead.post(ACT, {"retry": failed.pk}, follow=True)

    assert "Queued again: 1" in said(answer)
    assert not Task.objects.exists()
    assert drain_queue()[0] == "try_again"
    order.refresh_from_db()
    assert order.status in ("confirmed", "processing")


def test_all_of_them_again_or_none(lead, statements):
    counts = []
    for number in (1, 10):
        fail(number)
        counts.append(statements(background.retry_tasks, None, actor="test")[1])
    fail(3)

    answer = lead.post(ACT, {"forget": "all"}, follow=True)

    assert counts[0] == counts[1] <= 3
    assert OrmQ.objects.count() == 11
    assert "Forgotten: 3" in said(answer)
    assert "Nothing is left to do" in said(
        lead.post(ACT, {"forget": "all"}, follow=True)
    )


def test_a_double_click_queues_once(lead):
    [failed] = fail()

    lead.post(ACT, {"retry": failed.pk})
    again = lead.post(ACT, {"retry": failed.pk}, follow=True)

    assert "Somebody has dealt with this task already." in said(again)
    assert OrmQ.objects.count() == 1


def test_a_task_that_went_well_is_not_touched(lead):
    now = timezone.now()
    Task.objects.create(id="f" * 32, name="ok", func="x", started=now, stopped=now)

    lead.post(ACT, {"retry": "f" * 32})
    lead.post(ACT, {"forget": "f" * 32})

    assert Task.objects.count() == 1
    assert not OrmQ.objects.exists()


def test_the_queue_and_the_clock(lead):
    now = timezone.now()
    for minutes in (-10, -2, 1):
        at = now + timedelta(minutes=minutes)
        OrmQ.objects.create(key="oms", payload="x", lock=at)
    schedules.sync()
    Schedule.objects.update(next_run=now - timedelta(hours=1))

    answer = lead.get(URL)

    queue = answer.context["queue"]
    assert (queue.waiting, queue.at_work) == (2, 1)
    assert queue.oldest == now - timedelta(minutes=10)
    assert all(run.late for run in answer.context["runs"])
    assert len(answer.context["runs"]) == len(schedules.PERIODIC)


# --- Who may -------------------------------------------------------------------------


def test_it_is_for_those_who_look_after_it(client, world):
    fail()
    [key] = refused(world.channel)
    person(client, "eyes")
    assert client.get(URL).status_code == 403
    assert client.post(ACT, {"forget": "all"}).status_code == 403

    person(client, "half", "core.run_background")
    assert client.post(ACT, {"again": f"messages:{key}"}).status_code == 403
    assert client.get(ACT).status_code == 405
    assert client.post(URL).status_code == 405
    assert Task.objects.count() == 1


@pytest.mark.parametrize(
    "sent", [{}, {"again": "nonsense:1"}, {"again": "unread:all"}, {"again": ""}]
)
def test_nonsense_is_not_found(lead, sent):
    assert lead.post(ACT, sent).status_code == 404


@pytest.mark.parametrize("key", ["x", "\x00", "9" * 40, "messages"])
def test_a_stranger_is_refused(office, key):
    answer = office.post(ACT, {"retry": key}, follow=True)
    assert "already" in said(answer)
    assert (
        office.post(ACT, {"again": f"messages:{key}"}, follow=True).status_code == 200
    )


def test_the_page_asks_little(lead, world, statements):
    lead.get(URL)
    few = statements(lead.get, URL)[1]
    fail(70)
    refused(world.channel, 60)
    many_answer, many = statements(lead.get, URL)

    assert many <= few + 2 <= 16  # the number of the failed, and when they went well
    assert len(many_answer.content) < 100_000


def test_nobody_may_have_any_function_called(office):
    models = [
        model for model in admin.site._registry if model._meta.app_label == "django_q"
    ]

    assert models == []
    with pytest.raises(NoReverseMatch):
        reverse("admin:django_q_schedule_add")
