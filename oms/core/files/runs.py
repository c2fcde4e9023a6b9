"""From a file to its preview: nothing is written before somebody has seen what would
be. What follows stands in deciding.py."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core.api.models import ApiKey
from oms.core.exceptions import BusinessRuleError
from oms.core.files import asking, profiles, staging
from oms.core.files.asking import QuestionError
from oms.core.files.keeping import keep, path_of, shown_name
from oms.core.files.models import EFFECTS, ImportMapping, ImportRun
from oms.core.files.opening import open_sheet
from oms.core.files.shapes import shape_named
from oms.core.files.sheet import FileRefusedError, Row, Sheet
from oms.core.tasks import enqueue

OF_ALL_FILES = {"columns", "ignored", "date_order"}  # options of any file
SMALL = 200_000  # bytes: previewed while the person waits
LONGEST = 30 * 60  # seconds, to read a file
TASK = "oms.core.files.background.carry_on"
Status = ImportRun.Status


def upload(
    pieces: Iterable[bytes],
    name: str,
    *,
    user=None,
    actor: str,
    profile: str = "",
    options: Mapping | None = None,
) -> ImportRun:
    """Keep a file, packed by gzip or not, and find out what it is, by what was said of
    files with this header before, where nothing is said now (`options`, among them
    `columns`). Whatever is wrong with it, the run says."""
    kept = keep(pieces)
    run = ImportRun(
        user=user, actor=actor, name=shown_name(name), profile=profile, **kept._asdict()
    )
    try:
        sheet = open_sheet(path_of(run.stored_as))
    except FileRefusedError as error:
        run.status, run.error = Status.FAILED, str(error)
        run.save()
        return run
    run.header, run.format = sheet.header.cells, _format(sheet)
    remembered = ImportMapping.objects.filter(
        fingerprint=profiles.fingerprint(sheet.header)
    ).first()
    if options:
        run.options = dict(options)
    elif remembered is not None and profile in ("", remembered.profile):
        run.profile = remembered.profile
        run.options = {**remembered.options, "columns": remembered.columns}
    _settle(run, user)
    return run


def receive(
    pieces: Iterable[bytes],
    name: str,
    *,
    key: ApiKey,
    profile: str = "",
    options: Mapping | None = None,
    to_apply: Mapping | None = None,
) -> ImportRun:
    """Keep a file that a partner's program has sent; a worker reads it. Nothing that
    was said of other files counts, and what cannot be read is not kept: raises
    FileRefusedError, QuestionError or NotForKeyError."""
    kept = keep(pieces)
    said = dict(options or {})
    run = ImportRun(
        key=key,
        actor=key.actor,
        name=shown_name(name),
        profile=profile,
        options={**said},
        to_apply=to_apply,
        **kept._asdict(),
    )
    try:
        sheet = open_sheet(path_of(run.stored_as))
        run.header, run.format = sheet.header.cells, _format(sheet)
        asked = asking.settle(run)
        if unasked := sorted(said.keys() - asked - OF_ALL_FILES):
            text = _("Such a file does not ask for “%(name)s”; leave it out.")
            raise QuestionError(unasked[0], text % {"name": unasked[0]})
        with transaction.atomic():
            run.save()
            read_later([run.pk])
    except BaseException:
        path_of(run.stored_as).unlink(missing_ok=True)
        raise
    return run


def read_later(pks: Iterable[int]) -> None:
    """By a worker. A file is read in one go, and a year of orders is longer than tasks
    may be."""
    enqueue(TASK, pks, seconds=LONGEST)


def _format(sheet: Sheet) -> str:
    if sheet.kind == "xlsx":
        return "XLSX"
    names = {",": _("comma"), ";": _("semicolon"), "\t": _("tab")}
    separator = names.get(sheet.separator, sheet.separator)
    return f"CSV, {sheet.encoding.removesuffix('-sig').upper()}, {separator}"


def answer(
    run: ImportRun, *, user=None, profile: str, options: Mapping, columns: Mapping
) -> None:
    """What a person says about the file; remembered for files with the same header."""
    open_to_answers = Status.ASKING, Status.PREVIEWED, Status.FAILED
    if run.status not in open_to_answers or run.forgotten_at:
        raise BusinessRuleError(too_late(run))
    run.profile = profile
    run.options = {**options, "columns": dict(columns)}
    _settle(run, user)
    if run.status != Status.ASKING:
        ImportMapping.objects.update_or_create(
            fingerprint=profiles.fingerprint(Row(1, run.header)),
            defaults={
                "header": run.header,
                "profile": profile,
                "columns": dict(columns),
                "options": dict(options),
            },
        )


def _settle(run: ImportRun, user) -> None:
    """Preview it, or ask what is not known yet. The status is the claim of a worker:
    it goes back to the start."""
    try:
        asking.settle(run, user)
        run.error = ""
    except QuestionError as question:
        run.error = str(question)
    run.status = Status.ASKING if run.error else Status.UPLOADED
    with transaction.atomic():
        run.save()
        if not run.error and run.size > SMALL:
            read_later([run.pk])
    if not run.error and run.size <= SMALL:
        preview(run.pk)
        run.refresh_from_db()


def preview(pk: int) -> None:
    """Stage and compare; from the start, if a worker died over it."""
    with _alone(pk) as mine:
        run = ImportRun.objects.filter(pk=pk, status=Status.UPLOADED).first()
        if not mine or run is None:
            return
        shape = shape_named(run.shape)
        profile = profiles.profile_named(run.profile)
        try:
            counts = staging.stage(run, profile, shape)
        except FileRefusedError as error:
            run.rows.all().delete()
            run.status, run.error, run.row_count = Status.FAILED, str(error), 0
            run.save()
            return
        run.row_count = counts.total()
        for effect in EFFECTS:
            setattr(run, f"{effect}_count", counts[effect])
        run.consequences = shape.consequences(run)
        run.status, run.error, run.previewed_at = Status.PREVIEWED, "", timezone.now()
        run.save()


@contextmanager
def _alone(pk: int) -> Iterator[bool]:
    """Whether nobody else is at it. The lock is the session's: it ends with the
    process that holds it, and chunks can be committed meanwhile."""
    key = f"import:{pk}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [key])
        mine = cursor.fetchone()[0]
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key]
                )


def lock_reading(pk: int) -> bool:
    """Keep everybody from reading the file until the transaction is over; False: who
    reads it was first."""
    key = f"import:{pk}"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [key]
        )
        return cursor.fetchone()[0]


def expired() -> str:
    return _("The preview has expired; upload the file again.")


def too_late(run: ImportRun) -> str:
    if run.status in (Status.ASKING, Status.UPLOADED):
        return _("There is no preview yet; wait for it.")
    if run.status in (Status.PREVIEWED, Status.STALE, Status.FAILED):
        return expired()
    return _("It is applied already (%(status)s); nothing was done twice.") % {
        "status": run.get_status_display()
    }
