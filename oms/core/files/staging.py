"""From a file to staged rows that say what they would do. Rows are read, compared and
written by COPY set by set: memory does not grow with the file. What belongs together
mostly stands together; where it does not, its rows are compared once more."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby, islice
from operator import attrgetter

from django.db import transaction
from django.db.models import F, Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core.building import build
from oms.core.faults import fault_point
from oms.core.files import profiles
from oms.core.files.keeping import path_of
from oms.core.files.models import ImportRow, ImportRun
from oms.core.files.opening import open_sheet
from oms.core.files.profiles import Line, Profile
from oms.core.files.shapes import Reading, Shape, Unit
from oms.core.files.sheet import FileRefusedError, Sheet
from oms.core.files.values import Moments, Numbers
from oms.core.sets import assign_ids, insert_rows, update_rows

MOST_IN_UNIT = 5_000
COMPARED = "unit", "effect", "difference", "errors", "note", "values", "status"
PARTICULAR = re.compile(r"\d+|“[^”]*”")  # rows that differ in it need the same repair
Effect, Status = ImportRow.Effect, ImportRow.Status
GOOD = Effect.NEW, Effect.CHANGED


def stage(run: ImportRun, profile: Profile, shape: Shape) -> Counter:
    """Read the file into rows, each of which says what it would do; how many there are
    of each effect. Raises FileRefusedError."""
    sheet = open_sheet(path_of(run.stored_as))
    options = run.options
    zone = timezone.get_default_timezone()
    reading = Reading(options, Numbers(), Moments(zone, options.get("date_order", "")))
    run.rows.all().delete()
    counts: Counter = Counter()
    lines = enumerate(_lines(run, sheet, profile), 1)
    rows = (_row(run, position, line, shape, reading) for position, line in lines)
    for units in _batches(_units(rows), shape.chunk):
        staged = list(chain.from_iterable(units))
        with transaction.atomic():
            assign_ids(staged)
            _compare(units, run, shape)
            insert_rows(staged)
            counts.update(row.effect for row in staged)
            _show_progress(run, counts.total())
        fault_point("rows_staged")
    if not counts:
        raise FileRefusedError(_("No rows to import: the file has only a header."))
    _join(run, shape, counts)
    return counts


def _batches(rows: Iterable, size: int) -> Iterator[list]:
    rows = iter(rows)
    while batch := list(islice(rows, size)):
        yield batch


def _units(rows: Iterable[ImportRow]) -> Iterator[list[ImportRow]]:
    """Neighbours of one key; refused if they are too many to be looked at as one."""
    for _key, neighbours in groupby(rows, attrgetter("key")):
        first = 0
        for unit in _batches(neighbours, MOST_IN_UNIT):
            if first or len(unit) == MOST_IN_UNIT:
                _refuse_many(unit)
            first = first or unit[0].position
            for row in unit:
                row.unit = first
            yield unit


def _lines(run: ImportRun, sheet: Sheet, profile: Profile) -> Iterator[Line]:
    """In our columns. Rows that cannot be read go through the profile too: it knows
    whom they belong to."""
    options = run.options
    binding = profiles.bind_header(
        profile, sheet.header, options.get("columns", {}), options.get("ignored", [])
    )
    may_be_short = sheet.kind == "xlsx"

    def found() -> Iterator[Line]:
        for row in sheet.rows:
            if row.is_blank:
                continue
            trouble = binding.trouble(row, may_be_short=may_be_short)
            if trouble:
                yield Line(row.number, _found(binding, row), trouble)
            else:
                yield Line(row.number, binding.cells(row))

    yield from profile.translate(found(), options)


def _found(binding, row) -> dict[str, str]:
    return {
        name: "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in v)
        for name, v in binding.cells(row).items()
    }


def _row(
    run: ImportRun, position: int, line: Line, shape: Shape, reading: Reading
) -> ImportRow:
    row = build(
        ImportRow,
        run_id=run.pk,
        position=position,
        number=line.number,
        key="",
        cells={name: cell for name, cell in line.cells.items() if cell.strip()},
    )
    if line.note:
        row.note = line.note[:300]
    else:
        shape.read(row, reading)
    if line.error:  # what was read is the key: whom it takes with it
        row.errors, row.values, row.note = [], {}, ""
        row.wrong("", line.error, kind=PARTICULAR.sub("", line.error))
    for error in row.errors:
        error["is_read"] = True
    if row.note or not row.key:
        row.key = f"\n{position}"  # on its own: no key that is read has a line break
    return row


def _show_progress(run: ImportRun, rows: int) -> None:
    ImportRun.objects.filter(pk=run.pk).update(
        row_count=rows, updated_at=timezone.now()
    )


def _join(run: ImportRun, shape: Shape, counts: Counter) -> None:
    """Compare once more what one key has in several places."""
    torn = run.rows.values("key").annotate(first=Min("unit"), last=Max("unit"))
    torn = torn.filter(first__lt=F("last")).values("key").order_by()
    rows = run.rows.filter(key__in=torn).order_by("key", "position")
    for units in _batches(_units(rows.iterator(shape.chunk)), shape.chunk):
        found = list(chain.from_iterable(units))
        counts.subtract(row.effect for row in found)
        for row in found:
            _as_it_was_read(row)
        with transaction.atomic():
            _compare(units, run, shape)
            values = {row.pk: tuple(getattr(row, n) for n in COMPARED) for row in found}
            update_rows(ImportRow, values, COMPARED)
        counts.update(row.effect for row in found)


def _as_it_was_read(row: ImportRow) -> None:
    """A row with a note from reading stands alone: it is never among them."""
    row.effect, row.difference, row.note = Effect.UNCHANGED, {}, ""
    row.errors = [error for error in row.errors if error.get("is_read")]


def _refuse_many(rows: Iterable[ImportRow]) -> None:
    text = _("more than %(most)d rows belong to the same; send them apart")
    for row in rows:
        row.wrong("", text % {"most": MOST_IN_UNIT}, kind="many")


def _compare(units: Sequence[Unit], run: ImportRun, shape: Shape) -> None:
    if not shape.is_grouped:
        for unit in units:
            _refuse_twice(unit)
    sound = [unit for unit in units if not any(r.errors or r.note for r in unit)]
    if sound:
        shape.compare(sound, run)
    for unit in units:
        _spread(unit)


def _refuse_twice(unit: Unit) -> None:
    if len(unit) == 1:
        return
    numbers = [str(row.number) for row in unit]
    for row in unit:
        others = [number for number in numbers if number != str(row.number)][:5]
        row.wrong(
            "",
            _("twice in the file: row %(rows)s too; keep one of them")
            % {"rows": ", ".join(others or numbers[:1])},
            kind="twice",
        )


def _spread(unit: Unit) -> None:
    """A unit goes as a whole: one wrong row keeps the others out. What is good waits
    until somebody applies it."""
    wrong = next((row for row in unit if row.errors), None)
    for row in unit:
        good = wrong is None and row.effect in GOOD
        row.status = Status.WAITING if good else Status.STAGED
    if wrong is None:
        return
    for row in unit:
        row.effect, row.difference = Effect.ERROR, {}
        if not row.errors:
            text = _("row %(row)d belongs to the same and is wrong")
            row.wrong("", text % {"row": wrong.number}, kind="together")
