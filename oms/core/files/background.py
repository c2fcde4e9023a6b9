"""What a worker does with files: reads those that wait, and applies those that are to
be applied without another word."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from oms.core.exceptions import BusinessRuleError
from oms.core.files import deciding, runs
from oms.core.files.models import ImportRun

STILL = timedelta(minutes=2)
Status = ImportRun.Status


def carry_on(pks: Iterable[int]) -> None:
    """The task."""
    for pk in pks:
        runs.preview(pk)
        _apply(pk)


def _apply(pk: int) -> None:
    """Safe twice: whoever comes second finds it applied."""
    run = ImportRun.objects.filter(
        pk=pk, status=Status.PREVIEWED, to_apply__isnull=False
    ).first()
    if run is None:
        return
    try:
        deciding.apply_run(run, actor=run.actor, now=False, **run.to_apply)
    except BusinessRuleError as error:
        mine = ImportRun.objects.filter(pk=pk, status=Status.PREVIEWED)
        mine.update(to_apply=None, error=str(error), updated_at=timezone.now())


def sweep_imports() -> None:
    """Every minute: files whose worker or task was lost."""
    waits = Q(status=Status.UPLOADED)
    waits |= Q(status=Status.PREVIEWED, to_apply__isnull=False)
    still = ImportRun.objects.filter(waits, updated_at__lt=timezone.now() - STILL)
    for pk in still.order_by("pk").values_list("pk", flat=True):
        runs.read_later([pk])
