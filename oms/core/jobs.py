"""Jobs: one thing done to many rows, with progress and a result for each row.

An app registers a kind of job; pages, files and the API start jobs of that kind. The
rows are done chunk by chunk, each in one transaction with their results: a worker that
dies loses nothing and does nothing twice. A refused row stops no other.
"""

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core.chunks import failed, with_retries
from oms.core.exceptions import BusinessRuleError
from oms.core.faults import fault_point
from oms.core.jobrows import JobRows, Rows
from oms.core.models import Job, JobRow
from oms.core.outcome import Outcome
from oms.core.panels import facts_in_words
from oms.core.sets import assign_ids, insert_rows
from oms.core.tasks import enqueue
from oms.core.words import whole

log = logging.getLogger(__name__)

CHUNK = 100  # rows of one transaction
AT_ONCE = 200  # rows that are done while the person waits, unless its kind says so
MOST = 50_000  # rows of one job
MOST_FAULTS = 10  # unexpected errors, after which nobody hopes for the next row
STILL = timedelta(minutes=1)  # without a chunk: its worker is gone
TASK = "oms.core.jobs.carry_on"
OPEN = (Job.Status.WAITING, Job.Status.RUNNING)


class Attachment(NamedTuple):
    """A file that a job has made, in pieces."""

    name: str
    content_type: str
    pieces: Iterable[bytes]


class Kind(NamedTuple):
    """`run(keys, params, actor)` calls a service: what it does not refuse, by key, it
    has done. `params` is JSON, and `words(params)` what people read of it. `done` is
    said of a row that is done; `subject`: whose page a row leads to. With `rows` of its
    own it is given them instead of keys, and refuses by their primary key; `page(job)`
    is where they are shown. `file(job)`: what its owner may fetch."""

    name: str
    label: Any
    permission: str
    run: Callable[[Sequence[int], dict, str], Outcome]
    done: Any = gettext_lazy("Done")
    subject: type[models.Model] | None = None
    words: Callable[[dict], str] = facts_in_words
    chunk: int = CHUNK
    rows: Rows | None = None
    page: Callable[[Job], str] | None = None
    nouns: tuple[Any, Any] | None = None  # one row, several
    at_once: int = AT_ONCE
    file: Callable[[Job], Attachment | None] = lambda job: None

    def title(self, total: int) -> str:
        """ "Hold: 48 orders"."""
        names = self.nouns or (_("row"), _("rows"))
        if self.subject is not None:
            meta = self.subject._meta
            names = meta.verbose_name, meta.verbose_name_plural
        return f"{self.label}: {whole(total)} {names[total != 1]}"


_kinds: dict[str, Kind] = {}


def register_kind(kind: Kind) -> None:
    _kinds[kind.name] = kind


def kind_named(name: str) -> Kind | None:
    return _kinds.get(name)


def refused_by(model: type[models.Model], pk: int) -> models.QuerySet:
    """The keys of the rows of `model` that a job has refused."""
    kinds = [kind.name for kind in _kinds.values() if kind.subject is model]
    rows = JobRow.objects.filter(job=pk, job__kind__in=kinds)
    return rows.filter(status=JobRow.Status.REFUSED).values("subject_id")


def start_job(
    kind: Kind,
    subjects: Iterable[tuple[int, str]],
    params: dict,
    *,
    actor: str,
    token: str | None = None,
) -> Job:
    """Do it to the subjects, each (key, label): few at once, many in the background;
    with a token used before, the job that it started. Call it outside transactions."""
    with transaction.atomic():
        facts = {"kind": kind.name, "params": params, "actor": actor}
        if token is None:
            job, is_new = Job.objects.create(**facts), True
        else:
            job, is_new = Job.objects.get_or_create(token=token, defaults=facts)
        if is_new:
            _write_rows(job, subjects)
            if job.total > kind.at_once:
                enqueue(TASK, [job.pk])
    if is_new and job.total <= kind.at_once:
        work_on(job.pk)
        job.refresh_from_db()
    return job


def _write_rows(job: Job, subjects: Iterable[tuple[int, str]]) -> None:
    labels = dict(subjects)
    if len(labels) > MOST:
        raise BusinessRuleError(
            _("One job takes at most %(most)s rows, not %(n)s. Choose fewer.")
            % {"most": whole(MOST), "n": whole(len(labels))}
        )
    rows = [
        JobRow(job=job, position=position, subject_id=key, label=label[:200])
        for position, (key, label) in enumerate(labels.items(), 1)
    ]
    assign_ids(rows)
    insert_rows(rows)
    job.total = len(rows)
    job.save(update_fields=["total", "updated_at"])


def try_again(job: Job, *, actor: str) -> Job:
    """What was refused, as a job of its own, once: asked again, the same job."""
    kind = kind_named(job.kind)
    if kind is None:
        raise BusinessRuleError(_unknown(job))
    refused = job.rows.filter(status=JobRow.Status.REFUSED).order_by("position")
    return start_job(
        kind,
        refused.values_list("subject_id", "label"),
        job.params,
        actor=actor,
        token=f"again-{job.pk}",
    )


@transaction.atomic
def go_on(job: Job) -> None:
    """Take up a job that was stopped; no effect on another."""
    stopped = Job.objects.filter(pk=job.pk, status=Job.Status.FAILED)
    if stopped.update(status=Job.Status.WAITING, error="", updated_at=timezone.now()):
        enqueue(TASK, [job.pk])


# --- Work -----------------------------------------------------------------------------


def carry_on(job_ids: Iterable[int]) -> None:
    """The task. It ends well within its time and hands over to the next."""
    seconds = settings.Q_CLUSTER["timeout"] / 2
    enqueue(TASK, [pk for pk in job_ids if not work_on(pk, seconds=seconds)])


def sweep_jobs() -> None:
    """Every minute: jobs that stand still, because their worker or task was lost."""
    ends = time.monotonic() + settings.Q_CLUSTER["timeout"] / 2
    still = Job.objects.filter(
        status__in=OPEN, updated_at__lt=timezone.now() - STILL
    ).order_by("pk")
    for pk in still.values_list("pk", flat=True):
        if not work_on(pk, seconds=ends - time.monotonic()):
            return


def work_on(pk: int, *, seconds: float = float("inf")) -> bool:
    """Chunk after chunk, while there are any and nobody else is at it. False: the time
    was over before.

    A chunk that fails is halved until a single row is to blame, which is refused.
    """
    ends, size, faults = time.monotonic() + seconds, MOST, 0
    while True:
        try:
            chunk = _chunk(pk, size)
        except _FailedError as failed_chunk:
            size = failed_chunk.size // 2
            continue
        if chunk is None:
            return True
        faults += chunk.is_fault
        if faults == MOST_FAULTS:
            _stop(pk)
            return True
        if chunk.is_last:
            return True
        size = min(2 * size, MOST)
        fault_point("between_chunks")
        if time.monotonic() > ends:
            return False


class _FailedError(Exception):
    """A chunk of several rows that failed unexpectedly, and how many were asked for."""

    def __init__(self, size: int):
        self.size = size


class _Chunk(NamedTuple):
    is_last: bool
    is_fault: bool


@transaction.atomic
def _chunk(pk: int, size: int) -> _Chunk | None:
    """The next rows and their results. The job's row is the lock; None: the job is
    over, or in other hands."""
    jobs = Job.objects.select_for_update(no_key=True, skip_locked=True)
    job = jobs.filter(pk=pk, status__in=OPEN).first()
    if job is None:
        return None
    if (kind := kind_named(job.kind)) is None:
        _end(job, Job.Status.FAILED, _unknown(job))
        return None
    size, is_fault = min(size, kind.chunk), False
    store = kind.rows or JobRows(kind.done)
    rows = store.next(job, size)
    try:
        out = with_retries(_run, rows, {"job": job, "kind": kind}) if rows else None
    except Exception as error:
        if size > 1:
            raise _FailedError(size) from error
        log.exception("job %s failed for %r", job.pk, rows[0])
        out, is_fault = Outcome(), True
        for row in rows:
            out.refuse(row.pk, failed(row, error))
        job.error = _("Rows failed unexpectedly; see what is said there.")
    _write_results(job, store, rows, out.refused if out else {})
    fault_point("chunk_written")
    return _Chunk(job.status == Job.Status.DONE, is_fault)


@transaction.atomic
def _run(rows: Sequence, *, job: Job, kind: Kind) -> Outcome:
    if kind.rows:
        return kind.run(rows, job.params, job.actor)
    out = kind.run([row.subject_id for row in rows], job.params, job.actor)
    return Outcome(
        refused={
            row.pk: out.refused[row.subject_id]
            for row in rows
            if row.subject_id in out.refused
        }
    )


def _write_results(job: Job, store: Rows, rows: Sequence, refused: Mapping) -> None:
    store.write(job, rows, refused)
    job.refused_count += len(refused)
    job.done_count += len(rows) - len(refused)
    is_over = job.done_count + job.refused_count >= job.total
    _end(job, Job.Status.DONE if is_over else Job.Status.RUNNING, job.error)
    if is_over:
        store.over(job)


def _end(job: Job, status: str, error: str) -> None:
    now = timezone.now()
    job.status, job.error = status, error
    job.started_at = job.started_at or now
    if status not in OPEN:
        job.finished_at = now
    job.save()


@transaction.atomic
def _stop(pk: int) -> None:
    """Not the fault of rows: what is left waits until somebody has looked into it."""
    job = Job.objects.select_for_update(no_key=True).get(pk=pk)
    if job.status in OPEN:
        text = _(
            "Stopped: %(n)d rows failed unexpectedly. The rest is unchanged. The log "
            "has the details; when the cause is mended, go on."
        )
        _end(job, Job.Status.FAILED, text % {"n": MOST_FAULTS})


def _unknown(job: Job) -> str:
    return _(
        "There are no jobs of the kind “%(kind)s” in this version. Nothing was changed."
    ) % {"kind": job.kind}
