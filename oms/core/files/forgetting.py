"""Files hold what people are called and where they live: they are not kept for ever,
and what they say of somebody who is erased goes at once."""

from collections.abc import Collection, Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core.files.keeping import path_of
from oms.core.files.models import ImportRow, ImportRun
from oms.core.sets import update_rows

KEPT = timedelta(days=30)  # longer than anything can be undone
MOST = 100  # runs of one sweep
Status = ImportRun.Status
UNDER_WAY = Status.UPLOADED, Status.APPLYING, Status.UNDOING
BLANKED = "key", "cells", "values", "difference", "errors", "note"


def sweep_runs() -> None:
    """Every hour: who sent which file, its hash and its counts stay for ever; the file
    and its rows do not."""
    old = ImportRun.objects.filter(created_at__lt=timezone.now() - KEPT)
    old = old.filter(forgotten_at=None).exclude(status__in=UNDER_WAY)
    for pk in list(old.order_by("pk").values_list("pk", flat=True)[:MOST]):
        forget(ImportRun.objects.filter(pk=pk))


@transaction.atomic
def forget(runs: QuerySet[ImportRun]) -> None:
    """Take the files and rows of runs away, but not while somebody works on them; what
    was not applied by now never is."""
    rows = runs.exclude(status__in=UNDER_WAY).order_by("pk")
    locked = list(rows.select_for_update(no_key=True))
    ImportRow.objects.filter(run__in=locked).delete()
    _forget_files(locked)
    unapplied = ImportRun.objects.filter(
        pk__in=[run.pk for run in locked], job__isnull=True
    )
    text = _("The file and its rows were taken away; send it again.")
    unapplied.filter(status=Status.PREVIEWED).update(status=Status.STALE, error=text)
    unapplied.filter(status=Status.ASKING).update(status=Status.FAILED, error=text)


def _forget_files(runs: Collection[ImportRun]) -> None:
    now, names = timezone.now(), [run.stored_as for run in runs]
    ImportRun.objects.filter(pk__in=[run.pk for run in runs]).update(
        forgotten_at=now, updated_at=now
    )
    transaction.on_commit(lambda: _unlink(names))


def _unlink(names: Iterable[str]) -> None:
    for name in names:
        path_of(name).unlink(missing_ok=True)


@transaction.atomic
def erase_rows(rows: Collection[int]) -> None:
    """Blank these rows and what belongs to them, as if they were erased where they came
    from: their files go as a whole, and previews of them too. What the undo needs is
    numbers, and stays."""
    found = ImportRow.objects.filter(pk__in=rows).exclude(run__status__in=UNDER_WAY)
    runs = ImportRun.objects.filter(pk__in=found.values("run")).order_by("pk")
    locked = list(runs.select_for_update(no_key=True))
    forget(ImportRun.objects.filter(pk__in=[r.pk for r in locked if r.job_id is None]))
    _forget_files([run for run in locked if run.job_id is not None])
    units = set(found.values_list("run", "unit"))
    among = ImportRow.objects.filter(
        run__in={run for run, _unit in units}, unit__in={unit for _run, unit in units}
    )
    mine = [row for row in among if (row.run_id, row.unit) in units]
    update_rows(ImportRow, {row.pk: _blank(row) for row in mine}, BLANKED)


def _blank(row: ImportRow) -> tuple:
    """In the order of BLANKED."""
    said = {"column": "", "text": _("Erased."), "kind": "erased"}
    numbers = {n: v for n, v in row.values.items() if not isinstance(v, str)}
    errors = [said] if row.errors else []
    return f"\n{row.position}", {}, numbers, {}, errors, ""
