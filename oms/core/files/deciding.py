"""What a person decides once they have seen the preview: to apply it, and to undo it.
What is written goes through the services of the shape, chunk by chunk, with the result
of each row in the same transaction (applying.py)."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core.exceptions import BusinessRuleError
from oms.core.files import applying, runs
from oms.core.files.keeping import path_of
from oms.core.files.models import ImportRun
from oms.core.files.runs import expired, too_late
from oms.core.files.shapes import shape_named

FRESH = timedelta(days=1)  # after which a preview says nothing any more
UNDOABLE = timedelta(days=7)
Status = ImportRun.Status


def apply_run(
    run: ImportRun,
    *,
    actor: str,
    whole: bool = False,
    conflicts: str = "",
    now: bool = True,
) -> None:
    """Write what the preview showed, in the background where it is much. `whole`: only
    if no row is wrong; `conflicts`: rows in conflict too, in a way that the shape
    takes. Call it outside of any transaction, unless `now` is false: a worker does it
    then, however little it is."""
    try:
        with transaction.atomic():
            run = _locked(run)
            _refuse_apply(run, whole, conflicts)
            job = applying.start(run, conflicts=conflicts, actor=actor, now=now)
    except IntegrityError as error:
        if "importrun_applied_once" not in str(error):
            raise
        raise BusinessRuleError(applied_before(run)) from None
    if now:
        applying.work_now(job)


def _locked(run: ImportRun) -> ImportRun:
    return ImportRun.objects.select_for_update(no_key=True).get(pk=run.pk)


def _refuse_apply(run: ImportRun, whole: bool, conflicts: str) -> None:
    if why := why_no_apply(run) or applied_before(run):
        raise BusinessRuleError(why)
    if whole and run.error_count + run.conflict_count:
        raise BusinessRuleError(
            _("%(n)d rows are wrong or in conflict; nothing was written.")
            % {"n": run.error_count + run.conflict_count}
        )
    if conflicts and conflicts not in shape_named(run.shape).takes_conflicts:
        raise BusinessRuleError(_("Rows in conflict cannot be taken from such a file."))
    if not run.good_count + (run.conflict_count if conflicts else 0):
        raise BusinessRuleError(_("No row would change anything; nothing to do."))


def why_no_apply(run: ImportRun) -> str:
    """By what the run itself says; "" where it may."""
    if run.status != Status.PREVIEWED or shape_named(run.shape) is None:
        return too_late(run)
    if run.previewed_at < timezone.now() - FRESH:
        return expired()
    return ""


def applied_before(run: ImportRun) -> str:
    """Who has applied the same file for the same, and when; "" for nobody."""
    same = ImportRun.objects.filter(
        sha256=run.sha256, shape=run.shape, scope=run.scope, job__isnull=False
    ).exclude(status=Status.UNDONE)
    first = same.exclude(pk=run.pk).select_related("job").first()
    if first is None:
        return ""
    when = timezone.localtime(first.job.created_at)
    text = _("This file was applied on %(day)s by %(who)s; nothing to do.")
    if run.key is not None:  # who else works here is no partner's business
        text = _("This file was applied on %(day)s; nothing to do.")
    return text % {
        "day": f"{when:%Y-%m-%d %H:%M}",
        "who": first.job.actor.removeprefix("user:"),
    }


def undo_run(run: ImportRun, *, actor: str, now: bool = True) -> None:
    """Give back what was there before, row by row, or say why not. Call it outside of
    any transaction, unless `now` is false."""
    with transaction.atomic():
        run = _locked(run)
        if why_not := why_no_undo(run):
            raise BusinessRuleError(why_not)
        job = applying.start_undo(run, actor=actor, now=now)
    if now:
        applying.work_now(job)


def why_no_undo(run: ImportRun) -> str:
    """By what the run and its job say; "" where it may."""
    if run.status not in (Status.APPLIED, Status.PARTIALLY_UNDONE):
        return _("Only what is applied can be undone; this is: %(status)s.") % {
            "status": run.get_status_display()
        }
    if run.applied_at < timezone.now() - UNDOABLE:
        return _("It is more than %(n)d days old and stays.") % {"n": UNDOABLE.days}
    if run.status == Status.APPLIED and not run.job.done_count:
        return _("No row of it has changed anything.")
    return ""


@transaction.atomic
def discard_run(run: ImportRun) -> None:
    """Forget a file that was never applied, with its rows."""
    run = _locked(run)
    if why := why_no_discard(run):
        raise BusinessRuleError(why)
    if run.status == Status.UPLOADED and not runs.lock_reading(run.pk):
        raise BusinessRuleError(_("It is being read just now; wait for the preview."))
    stored_as = run.stored_as
    run.delete()
    transaction.on_commit(lambda: path_of(stored_as).unlink(missing_ok=True))


def why_no_discard(run: ImportRun) -> str:
    return too_late(run) if run.job_id is not None else ""
