"""What people read of an import: samples, errors by repair, and the error file."""

import csv
import re
from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Count, F, Min, Q, QuerySet
from django.utils.translation import gettext as _

from oms.core.files.keeping import path_of
from oms.core.files.models import ImportRow, ImportRun
from oms.core.files.opening import open_sheet
from oms.core.files.profiles import ERROR_COLUMN

ROWS = 100  # on a page
MOST_KINDS = 20
MOST_REASONS = 8
RISKY = re.compile(r"[=+\-@\t\r＝＋－＠]")
PLAIN = re.compile(r"[+-]?\d+([.,]\d+)?")
LOOK = {
    "new": "work",
    "conflict": "wait",
    "error": "bad",
    "refused": "bad",
    "kept": "wait",
    "done": "ok",
}
Effect, Status = ImportRow.Effect, ImportRow.Status
# Rows that have not been written, and why stands with them.
LEFT = Q(effect__in=[Effect.ERROR, Effect.CONFLICT], status=Status.STAGED) | Q(
    status__in=[Status.REFUSED, Status.KEPT]
)


class Shown(NamedTuple):
    """A row as a page shows it; changes: (column, before, after)."""

    number: int
    what: str
    changes: list[tuple[str, str, str]]
    word: str
    look: str
    text: str


class Repair(NamedTuple):
    """Rows that need the same repair, with the first of them."""

    count: int
    number: int
    column: str
    text: str


def sample(run: ImportRun, effect: str, start: int) -> list[Shown]:
    return [_shown(row) for row in _rows(run, effect)[start : start + ROWS]]


def _rows(run: ImportRun, effect: str) -> QuerySet[ImportRow]:
    """Rows of an effect, or those of each that would be written or are in conflict."""
    rows = run.rows.order_by("position")
    if effect in Effect.values:
        return rows.filter(effect=effect)
    if effect == "left":
        return rows.filter(LEFT)
    return rows.filter(effect__in=[Effect.NEW, Effect.CHANGED, Effect.CONFLICT])


def rows_file(run: ImportRun, effect: str) -> Iterator[str]:
    """All of what a page shows a hundred of, as CSV."""
    writer = csv.writer(_Echo())
    header = _("Row"), _("What"), _("Effect"), _("Change"), _("Result")
    yield "\ufeff" + writer.writerow(header)
    for row in map(_shown, _rows(run, effect).iterator(ROWS)):
        changes = [f"{name}: {was} → {now}" for name, was, now in row.changes]
        cells = row.what, row.word, "; ".join(changes), row.text
        yield writer.writerow([row.number, *map(_safe, cells)])


def _shown(row: ImportRow) -> Shown:
    errors = [_said(error) for error in row.errors]
    is_over = row.status != Status.STAGED and row.status != Status.WAITING
    state = row.status if is_over else row.effect
    word = row.get_status_display() if is_over else row.get_effect_display()
    what = row.key
    if what.startswith("\n"):
        what = " · ".join(list(row.cells.values())[:3])[:120]
    return Shown(
        row.number,
        what,
        [
            (name, cell_text(before), cell_text(after))
            for name, (before, after) in row.difference.items()
        ],
        word,
        LOOK.get(state, ""),
        " ".join([*errors, row.note, row.result]).strip(),
    )


def _said(error: dict) -> str:
    place = f"{error['column']}: " if error["column"] else ""
    return f"{place}{error['text']}."


def cell_text(value) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def repairs(run: ImportRun) -> list[Repair]:
    """What is wrong, by what has to be done about it, the most first."""
    wrong = run.rows.filter(effect=Effect.ERROR)
    kinds = wrong.values(kind=F("errors__0__kind"))
    groups = kinds.annotate(n=Count("pk"), first=Min("position")).order_by("-n")
    groups = list(groups[:MOST_KINDS])
    firsts = run.rows.filter(position__in=[group["first"] for group in groups])
    rows = {row.position: row for row in firsts}
    found = []
    for group in groups:
        row = rows[group["first"]]
        error = row.errors[0]
        found.append(Repair(group["n"], row.number, error["column"], error["text"]))
    return found


def left(run: ImportRun) -> list[tuple[int, str]]:
    """What the file has that changes nothing: how many rows for each reason, the most
    first."""
    notes = run.rows.filter(effect=Effect.UNCHANGED).exclude(note="")
    groups = notes.values_list("note").annotate(n=Count("pk")).order_by("-n", "note")
    return [(number, note) for note, number in groups[:MOST_REASONS]]


def error_file(run: ImportRun) -> Iterator[str]:
    """The rows that have not been written, with the columns of the file and what is
    wrong: corrected, they can be sent again. Both sides stream, by the row's number."""
    left = run.rows.filter(LEFT).order_by("number", "position")
    left = left.iterator(ROWS)
    writer = csv.writer(_Echo())
    sheet = open_sheet(path_of(run.stored_as))
    at = [n for n, cell in enumerate(sheet.header.cells) if not _is_error(cell)]
    width = len(sheet.header.cells)
    yield "\ufeff" + writer.writerow(
        [*(_safe(sheet.header.cells[n]) for n in at), ERROR_COLUMN]
    )
    row = next(left, None)
    for line in sheet.rows:
        if row is None:
            return
        said = []
        while row is not None and row.number <= line.number:
            said.append(_why(row))
            row = next(left, None)
        if not said:
            continue
        cells = [*line.cells, *[""] * (width - len(line.cells))]
        more = cells[width:]
        cells = [cells[n] for n in at] + [" ".join(dict.fromkeys(said))] + more
        yield writer.writerow([_safe(cell) for cell in cells])


def _is_error(name: str) -> bool:
    return name.strip().casefold() == ERROR_COLUMN


def _why(row: ImportRow) -> str:
    return " ".join([*map(_said, row.errors), row.note, row.result]).strip()


def _safe(cell: str) -> str:
    """So that no spreadsheet runs it; numbers stay numbers."""
    if cell and RISKY.match(cell) and not PLAIN.fullmatch(cell):
        return f"'{cell}"
    return cell


class _Echo:
    """Gives back what a writer writes."""

    def write(self, text: str) -> str:
        return text


def error_name(run: ImportRun) -> str:
    return _("%(file)s errors.csv") % {"file": _stem(run)}


def rows_name(run: ImportRun) -> str:
    return _("%(file)s rows.csv") % {"file": _stem(run)}


def _stem(run: ImportRun) -> str:
    return re.sub(r"[^\w\-. ]", "_", run.name).rsplit(".", 1)[0][:80]
