"""Jobs: chunk by chunk, a result for each row, whatever happens to the worker."""

import pytest
from django.db import connection

from oms.core import jobs
from oms.core.exceptions import BusinessRuleError
from oms.core.models import Event, Job, JobRow
from oms.core.outcome import Outcome
from oms.core.sets import insert_rows
from tests import workers

pytestmark = pytest.mark.django_db


def note(keys, params, actor):
    """Writes an event for each key, so that doing it twice would be seen."""
    out = Outcome()
    for key in keys:
        if key in params.get("odd", ()):
            out.refuse(key, f"{key} is odd.")
    if set(keys) & set(params.get("broken", ())):
        raise ZeroDivisionError
    insert_rows(
        [
            Event(
                subject_type="thing",
                subject_id=key,
                root_type="thing",
                root_id=key,
                action="thing.noted",
                actor=actor,
                at="2026-01-01T00:00Z",
                dispatched_at="2026-01-01T00:00Z",
            )
            for key in keys
            if key not in out.refused
        ]
    )
    return out


NOTE = jobs.Kind("test.note", "Note", "core.view_job", note, "Noted")


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    monkeypatch.setitem(jobs._kinds, NOTE.name, NOTE)


def start(count: int, token=None, **params) -> Job:
    things = [(key, f"thing {key}") for key in range(1, count + 1)]
    return jobs.start_job(NOTE, things, params, actor="user:anna", token=token)


def noted() -> list[int]:
    found = Event.objects.filter(action="thing.noted").order_by("subject_id")
    return list(found.values_list("subject_id", flat=True))


def test_few_rows_are_done_at_once(drain_queue):
    job = start(3, odd=[2])

    assert (job.status, job.total, job.done_count, job.refused_count) == (
        "done",
        3,
        2,
        1,
    )
    assert noted() == [1, 3]
    assert list(job.rows.order_by("position").values_list("status", "text")) == [
        ("done", "Noted"),
        ("refused", "2 is odd."),
        ("done", "Noted"),
    ]
    assert job.started_at
    assert job.finished_at
    assert drain_queue() == []


def test_many_rows_are_done_by_the_worker(drain_queue):
    job = start(250, odd=[7])
    assert (job.status, noted()) == ("waiting", [])

    assert drain_queue() == ["carry_on"]

    job.refresh_from_db()
    assert (job.status, job.done_count, job.refused_count) == ("done", 249, 1)
    assert len(noted()) == 249


def test_a_task_hands_over_before_its_time_is_over(drain_queue, settings):
    settings.Q_CLUSTER = settings.Q_CLUSTER | {"timeout": 0}
    start(250)

    assert drain_queue() == ["carry_on"] * 3
    assert len(noted()) == 250


def test_a_form_sent_twice_is_one_job():
    first, second = start(3, token="a"), start(3, token="a")

    assert first == second
    assert noted() == [1, 2, 3]
    assert start(3, token="b") != first


def test_an_unexpected_error_costs_its_own_row_only(caplog):
    job = start(150, broken=[42, 43])

    assert (job.status, job.done_count, job.refused_count) == ("done", 148, 2)
    assert "failed unexpectedly" in job.error
    texts = job.rows.filter(status="refused").values_list("subject_id", "text")
    assert {key for key, _text in texts} == {42, 43}
    assert all("ZeroDivisionError" in text for _key, text in texts)
    assert len(noted()) == 148


def test_a_job_that_fails_everywhere_stops_and_goes_on(
    drain_queue, monkeypatch, caplog
):
    job = start(150, broken=list(range(1, 151)))

    assert (job.status, job.done_count, job.refused_count) == ("failed", 0, 10)
    assert "go on" in job.error
    mended = NOTE._replace(run=lambda keys, params, actor: note(keys, {}, actor))
    monkeypatch.setitem(jobs._kinds, NOTE.name, mended)

    jobs.go_on(job)
    jobs.go_on(job)
    assert drain_queue() == ["carry_on"]

    job.refresh_from_db()
    assert (job.status, job.done_count, job.refused_count) == ("done", 140, 10)
    assert job.error == ""


def test_what_was_refused_is_tried_again_once(monkeypatch):
    job = start(3, odd=[1, 2])
    willing = NOTE._replace(run=lambda keys, params, actor: note(keys, {}, actor))
    monkeypatch.setitem(jobs._kinds, NOTE.name, willing)

    again = jobs.try_again(job, actor="user:bob")

    assert jobs.try_again(job, actor="user:bob") == again
    assert (again.actor, again.total, again.done_count) == ("user:bob", 2, 2)
    assert noted() == [1, 2, 3]


def test_too_many_rows_are_refused_and_nothing_is_kept(monkeypatch):
    monkeypatch.setattr(jobs, "MOST", 2)

    with pytest.raises(BusinessRuleError, match="at most 2 rows, not 3"):
        start(3)

    assert not Job.objects.exists()


def test_a_kind_of_another_version_stops_the_job(monkeypatch, drain_queue):
    job = start(201)
    monkeypatch.delitem(jobs._kinds, NOTE.name)

    drain_queue()

    job.refresh_from_db()
    assert (job.status, job.done_count) == ("failed", 0)
    assert "“test.note”" in job.error


def test_a_job_stands_still_until_it_is_swept(drain_queue):
    job = start(201)
    jobs.sweep_jobs()
    assert noted() == []

    Job.objects.update(updated_at="2026-01-01T00:00Z")
    jobs.sweep_jobs()

    job.refresh_from_db()
    assert (job.status, len(noted())) == ("done", 201)
    drain_queue()  # the task comes after all
    assert len(noted()) == 201


def test_a_chunk_takes_as_many_statements_as_a_row(statements):
    counts = statements.by_size(_one_chunk, lambda job: jobs.work_on(job))

    assert counts == {1: 5, 100: 5}


def _one_chunk(count: int) -> int:
    """A job of `count` rows that nobody has begun."""
    job = Job.objects.create(kind=NOTE.name, actor="user:anna")
    jobs._write_rows(job, [(key, str(key)) for key in range(count)])
    return job.pk


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("point", ["chunk_written", "between_chunks"])
def test_a_killed_worker_loses_nothing_and_does_nothing_twice(drain_queue, point):
    job = start(250)

    assert workers.run(lambda: jobs.carry_on([job.pk]), fault=point) == -9

    done = {"chunk_written": 0, "between_chunks": 100}[point]
    job.refresh_from_db()
    assert job.done_count == len(noted()) == done
    drain_queue()
    job.refresh_from_db()
    assert (job.status, job.done_count) == ("done", 250)
    assert noted() == list(range(1, 251))
    assert not JobRow.objects.filter(status="waiting").exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_job_do_each_row_once():
    from tests.concurrency.racing import errors, race

    job = start(450)

    results = race([lambda: jobs.work_on(job.pk)] * 3)

    jobs.work_on(job.pk)  # who came first may have left the rest to the others
    assert errors(results) == []
    job.refresh_from_db()
    assert (job.status, job.done_count) == ("done", 450)
    assert noted() == list(range(1, 451))


@pytest.mark.django_db(transaction=True)
def test_a_double_click_in_two_threads_is_one_job():
    from tests.concurrency.racing import errors, race

    results = race([lambda: start(20, token="same")] * 2)

    assert errors(results) == []
    assert len({job.pk for job in results}) == Job.objects.count() == 1
    assert noted() == list(range(1, 21))
    connection.close()
