"""Applying and undoing as jobs, whose rows are the staged rows themselves: the result
of a row stands where its cells are, and is written with the change."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oms.core import jobs, panels
from oms.core.building import build
from oms.core.faults import fault_point
from oms.core.files.models import ImportRow, ImportRun
from oms.core.files.shapes import Shape, Unit, shape_named
from oms.core.models import Job
from oms.core.outcome import Outcome
from oms.core.sets import update_rows
from oms.core.tasks import enqueue

Status = ImportRow.Status
OF_ROWS = "id", "run_id", "position", "number", "key", "unit", "effect", "status"
MOST = 2_000  # units of one transaction; fewer where the shape says so


class StagedRows:
    """The rows of an import as rows of a job: those that are `waiting` become `done` or
    `refused`."""

    def __init__(self, waiting: Status, done: Status, refused: Status):
        self.waiting, self.done, self.refused = waiting, done, refused

    def next(self, job: Job, size: int) -> list[ImportRow]:
        """The rows of the next units, at most `size` units, each whole."""
        mine = ImportRow.objects.filter(run=job.params["run"], status=self.waiting)
        names, shapes = list(OF_ROWS), ImportRun.objects.values_list("shape", flat=True)
        if shape := shape_named(shapes.get(pk=job.params["run"])):
            names += shape.reads
            size = min(size, shape.chunk)
        units = mine.order_by("unit").values_list("unit", flat=True).distinct()[:size]
        if not (units := list(units)):
            return []
        last = units[-1]
        rows = mine.filter(unit__lte=last).order_by("unit", "position")
        if self.waiting != Status.WAITING:
            names += "result", "undo"
        return [
            build(ImportRow, **dict(zip(names, row, strict=True)))
            for row in rows.values_list(*names)
        ]

    def write(self, job: Job, rows: Sequence[ImportRow], refused: Mapping) -> None:
        plain, told = {}, {}
        for row in rows:
            if reasons := refused.get(row.pk):
                row.status, row.result = self.refused, " ".join(map(str, reasons))
            else:
                row.status = self.done
            if row.result or row.undo:
                told[row.pk] = row.status, row.result, row.undo
            else:
                plain[row.pk] = (row.status,)
        update_rows(ImportRow, plain, ["status"])
        update_rows(ImportRow, told, ["status", "result", "undo"])
        mine = ImportRun.objects.filter(pk=job.params["run"])
        mine.update(updated_at=timezone.now())  # who follows it sees that it goes on

    def over(self, job: Job) -> None:
        run = ImportRun.objects.get(pk=job.params["run"])
        if self.done == Status.DONE:
            run.status, run.applied_at = ImportRun.Status.APPLIED, timezone.now()
        elif job.refused_count:
            run.status = ImportRun.Status.PARTIALLY_UNDONE
        else:
            run.status = ImportRun.Status.UNDONE
        run.save(update_fields=["status", "applied_at", "updated_at"])


def _run(rows: Sequence[ImportRow], params: dict, actor: str) -> Outcome:
    return _by_units(rows, params, "apply")


def _undo(rows: Sequence[ImportRow], params: dict, actor: str) -> Outcome:
    return _by_units(rows, params, "undo")


def _by_units(rows: Sequence[ImportRow], params: dict, what: str) -> Outcome:
    """One call of the shape for all of them; a refused row refuses its unit."""
    run = ImportRun.objects.get(pk=params["run"])
    shape: Shape = shape_named(run.shape)
    units: list[Unit] = [list(u) for _n, u in groupby(rows, attrgetter("unit"))]
    refused = getattr(shape, what)(units, run)
    fault_point("import_units_written")
    out = Outcome()
    for unit in units:
        if why := next((refused[r.pk] for r in unit if r.pk in refused), ""):
            for row in unit:
                out.refuse(row.pk, refused.get(row.pk, why))
    return out


def _page(job: Job) -> str:
    return panels.page_url(ImportRun, job.params["run"])


IMPORT = jobs.Kind(
    "import",
    _("Import"),
    "core.add_importrun",
    _run,
    rows=StagedRows(Status.WAITING, Status.DONE, Status.REFUSED),
    chunk=MOST,
    page=_page,
)
UNDO = jobs.Kind(
    "import_undo",
    _("Undo of an import"),
    "core.add_importrun",
    _undo,
    rows=StagedRows(Status.DONE, Status.UNDONE, Status.KEPT),
    chunk=MOST,
    page=_page,
)
jobs.register_kind(IMPORT)
jobs.register_kind(UNDO)


def start(run: ImportRun, *, conflicts: str, actor: str, now: bool) -> Job:
    """Within the transaction that has locked the run. What is good waits since it was
    staged; what is in conflict, where a person wants it, from now on. `now`:
    `work_now` follows it."""
    effects = ["new", "changed", *(["conflict"] if conflicts else [])]
    still = run.rows.filter(effect__in=effects, status=Status.STAGED)
    still.update(status=Status.WAITING)
    total = run.rows.filter(status=Status.WAITING).count()
    params = {"run": run.pk, **({"conflicts": conflicts} if conflicts else {})}
    run.job = _job(IMPORT, params, total, actor, now)
    run.status = ImportRun.Status.APPLYING
    run.save(update_fields=["job", "status", "updated_at"])
    return run.job


def start_undo(run: ImportRun, *, actor: str, now: bool) -> Job:
    """Also of what could not be undone before."""
    run.rows.filter(status=Status.KEPT).update(status=Status.DONE)
    total = run.rows.filter(status=Status.DONE).count()
    run.undo_job = _job(UNDO, {"run": run.pk}, total, actor, now)
    run.status = ImportRun.Status.UNDOING
    run.save(update_fields=["undo_job", "status", "updated_at"])
    return run.undo_job


def _job(kind: jobs.Kind, params: dict, total: int, actor: str, now: bool) -> Job:
    job = Job.objects.create(kind=kind.name, params=params, actor=actor, total=total)
    if total > jobs.AT_ONCE or not now:
        enqueue(jobs.TASK, [job.pk])
    return job


def work_now(job: Job) -> None:
    if job.total <= jobs.AT_ONCE:
        jobs.work_on(job.pk)


def results(run: ImportRun) -> dict[str, int]:
    """{status: rows}."""
    rows = run.rows.values_list("status").annotate(n=Count("pk")).order_by()
    return dict(rows)
