"""From a file to its preview: nothing is written before somebody has seen what would
be. What follows stands in deciding.py."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core.exceptions import BusinessRuleError
from oms.core.files import profiles, staging
from oms.core.files.keeping import keep, path_of, shown_name
from oms.core.files.models import EFFECTS, ImportMapping, ImportRun
from oms.core.files.opening import open_sheet
from oms.core.files.profiles import Profile
from oms.core.files.shapes import shape_named
from oms.core.files.sheet import FileRefusedError, Row, Sheet
from oms.core.tasks import enqueue

SMALL = 200_000  # bytes: previewed while the person waits
STILL = timedelta(minutes=2)
TASK = "oms.core.files.runs.carry_on"
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
    """Keep a file and find out what it is, by what was said of files with this header
    before, where nothing is said now (`options`, among them `columns`). Whatever is
    wrong with it, the run says."""
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
    run.error = _question(run, user)
    run.status = Status.ASKING if run.error else Status.UPLOADED
    with transaction.atomic():
        run.save()
        if not run.error and run.size > SMALL:
            enqueue(TASK, [run.pk])
    if not run.error and run.size <= SMALL:
        preview(run.pk)
        run.refresh_from_db()


def _question(run: ImportRun, user) -> str:
    """Chooses the profile; what keeps the file from being read, or ""."""
    header, options = Row(1, run.header), run.options
    among = [
        each
        for each in profiles.all_profiles()
        if user is None or user.has_perm(shape_named(each.shape).permission)
    ]
    if not run.profile:
        fitting = profiles.best_profiles(header, among)
        if not fitting:
            return _nobody_knows(header, among)
        run.profile = fitting[0].code
    profile = profiles.profile_named(run.profile)
    if profile is None or profile not in among:
        run.profile = ""
        return _("This kind of file is not known here, or not yours to import.")
    shape = shape_named(profile.shape)
    run.shape = shape.name
    try:
        columns = options.get("columns", {})
        binding = profiles.bind_header(
            profile, header, columns, options.get("ignored", [])
        )
    except FileRefusedError as error:
        return str(error)
    for option in profiles.options_of(profile, binding.positions):
        choices = [value for value, _label in option.choices()]
        if len(choices) == 1:  # a shop with one channel is not asked which
            options[option.name] = choices[0]
        if options.get(option.name) not in choices:
            return _("Say for the whole file: %(what)s.") % {"what": option.label}
    run.scope = shape.scope(options)[:80]
    return ""


def _nobody_knows(header: Row, among: Iterable[Profile]) -> str:
    """By what is missing from the profile that comes nearest."""
    nearest = profiles.nearest_profile(header, among)
    if nearest is not None:
        try:
            profiles.bind_header(nearest, header, {}, ["*"])
        except FileRefusedError as error:
            return str(error)
    return _("Nobody knows these columns: %(found)s. Say what the file is.") % {
        "found": ", ".join(filter(None, header.cells))[:300]
    }


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


def carry_on(pks: Iterable[int]) -> None:
    """The task."""
    for pk in pks:
        preview(pk)


def sweep_imports() -> None:
    """Every minute: files whose worker or task was lost."""
    still = ImportRun.objects.filter(
        status=Status.UPLOADED, updated_at__lt=timezone.now() - STILL
    )
    carry_on(still.order_by("pk").values_list("pk", flat=True))


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
