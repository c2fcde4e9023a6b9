"""Where the rows of jobs and their results are kept."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from oms.core.models import Job, JobRow
from oms.core.sets import update_rows


class Rows(Protocol):
    """Rows by primary key, in a table of their own or in that of all jobs."""

    def next(self, job: Job, size: int) -> Sequence:
        """Those that wait, at most `size`, or so many things made of several rows."""

    def write(self, job: Job, rows: Sequence, refused: Mapping) -> None:
        """What became of them; `refused`: {primary key: reasons}."""

    def over(self, job: Job) -> None:
        """With the last of them, in its transaction."""


class JobRows:
    """The rows of most jobs; `done` is said of those that are done."""

    def __init__(self, done: Any):
        self.done = done

    def next(self, job: Job, size: int) -> list[JobRow]:
        rows = job.rows.filter(status=JobRow.Status.WAITING).order_by("position")
        return list(rows[:size])

    def write(self, job: Job, rows: Sequence[JobRow], refused: Mapping) -> None:
        done = JobRow.Status.DONE, str(self.done)
        results = dict.fromkeys((row.pk for row in rows), done)
        for pk, reasons in refused.items():
            results[pk] = JobRow.Status.REFUSED, " ".join(map(str, reasons))
        update_rows(JobRow, results, ["status", "text"])

    def over(self, job: Job) -> None:
        pass
