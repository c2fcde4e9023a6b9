"""Imports whose worker is killed: then every row is applied once or named."""

import os
import signal

import pytest

from inventory.files.adjusting import StockAdjust
from inventory.models import StockMovement
from oms.core import jobs
from oms.core.files import applying, background, deciding, runs, staging
from oms.core.files.models import ImportRow, ImportRun
from tests import workers
from tests.factories.inventory import ProductFactory
from tests.files.importing import ACTOR, send

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 32
CHUNK = 4
POINTS = 3  # of a chunk: its units written, its results written, committed
KILLS = 20


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setitem(jobs._kinds, "import", applying.IMPORT._replace(chunk=CHUNK))
    monkeypatch.setattr(jobs, "AT_ONCE", 0)


def file_of(world) -> str:
    for n in range(ROWS):
        ProductFactory(sku=f"P{n}")
    lines = [f"P{n},BER,{n + 1},found\n" for n in range(ROWS - 1)]
    return "sku,location,adjustment,reason\n" + "".join(lines) + "GONE,BER,1,found\n"


def killed_at(call, point: int):
    """Run `call` in a process that dies at its n-th fault point."""

    def child():
        left = [point]

        def fault_point(_name):
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

        for module in (jobs, applying, staging):
            module.fault_point = fault_point
        call()

    return workers.run(child)


def test_43_a_worker_killed_twenty_times_applies_each_row_once(world, small_chunks):
    run = send(file_of(world))
    deciding.apply_run(run, actor=ACTOR)
    run.refresh_from_db()
    kills = 0
    while killed_at(lambda: jobs.work_on(run.job_id), kills % POINTS + 1) != 0:
        kills += 1
        assert kills < 100
        run.refresh_from_db()
        assert StockMovement.objects.filter(ref_type="importrun").count() == (
            run.rows.filter(status=ImportRow.Status.DONE).count()
        )
    assert kills >= KILLS
    run.refresh_from_db()
    assert (run.status, run.job.done_count, run.error_count) == (
        "applied",
        ROWS - 1,
        1,
    )
    moved = StockMovement.objects.filter(ref_type="importrun", ref_id=run.pk)
    assert sorted(moved.values_list("on_hand_delta", flat=True)) == list(range(1, ROWS))


def test_a_preview_whose_worker_dies_is_made_anew(world, monkeypatch, drain_queue):
    monkeypatch.setattr(runs, "SMALL", 0)
    monkeypatch.setattr(StockAdjust, "chunk", 5)
    run = send(file_of(world))
    assert killed_at(lambda: runs.preview(run.pk), 3) == -signal.SIGKILL
    assert run.rows.count() == 15
    ImportRun.objects.update(updated_at=run.created_at - background.STILL * 2)
    background.sweep_imports()
    drain_queue()
    run.refresh_from_db()
    assert (run.status, run.row_count, run.rows.count()) == ("previewed", ROWS, ROWS)


def test_two_who_apply_at_once_apply_it_once(world, small_chunks):
    first, second = send(file_of(world)), send(file_of(world))
    children = [
        workers.start(lambda run=run: deciding.apply_run(run, actor=ACTOR))
        for run in (first, second)
    ]
    assert sorted(workers.wait(child) for child in children) == [0, 1]
    [applied] = ImportRun.objects.filter(job__isnull=False)
    jobs.work_on(applied.job_id)
    assert StockMovement.objects.filter(ref_type="importrun").count() == ROWS - 1
