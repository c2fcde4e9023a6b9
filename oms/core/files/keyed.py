"""Shapes whose rows have a key of their own, and facts that a file may give one by one:
products by SKU, locations by code. An empty cell leaves what is there, “-” empties it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import time
from typing import Any, ClassVar, NamedTuple

from django.db import models, transaction
from django.utils.translation import gettext as _

from oms.core.files import values
from oms.core.files.columns import Column
from oms.core.files.models import ImportRow, ImportRun
from oms.core.files.shapes import Reading, Shape, Unit
from oms.core.files.values import WrongValueError
from oms.core.keyed import plain
from oms.core.outcome import Outcome

NOTHING = "-"
YES, NO = {"yes", "ja", "true", "1", "y", "x"}, {"no", "nein", "false", "0", "n"}
Effect = ImportRow.Effect
Facts = dict[str, Any]  # {column: value as JSON has it}


class Fact(NamedTuple):
    """A column beside the key. `read(reading, cell)`: its value as JSON has it. `empty`
    is what “-” says; without one it cannot be emptied. `is_needed`: in a new row.
    `field` of the model, if it is called otherwise there."""

    name: str
    read: Callable[[Reading, str], Any]
    aliases: Sequence[str] = ()
    empty: Any = ...
    is_needed: bool = False
    field: str = ""

    def value(self, cell: str, reading: Reading) -> Any:
        if cell.strip() == NOTHING and self.empty is not ...:
            return self.empty
        return self.read(reading, cell)


class KeyedShape(Shape):
    keys: ClassVar[Sequence[Column]]  # the key, or its parts
    facts: ClassVar[Sequence[Fact]]
    reads = "values", "difference"

    def __init_subclass__(cls):
        facts = [Column(fact.name, fact.aliases) for fact in cls.facts]
        cls.columns = [*cls.keys, *facts]

    def rows(self, keys: Sequence[str]) -> models.QuerySet:
        """Those that are there, in the order in which they are locked."""
        raise NotImplementedError

    def key_of(self, row: models.Model) -> str:
        return getattr(row, self.keys[0].name)

    def facts_of(self, row: models.Model) -> Facts:
        return {f.name: plain(getattr(row, f.field or f.name)) for f in self.facts}

    def save(self, wanted: Mapping[str, Facts], actor: str) -> Outcome:
        """By a service, {key: {field: value}}; refused by key."""
        raise NotImplementedError

    def drop(self, keys: Sequence[str]) -> Outcome:
        """Take away what was new; refused by key."""
        raise NotImplementedError

    def refuse_unseen(self, rows: Mapping[str, ImportRow], run: ImportRun) -> None:
        """Say of rows that they are beyond what a partner's key may see."""

    def read_key(self, row: ImportRow, reading: Reading) -> str | None:
        name = self.keys[0].name
        return reading.required(row, name, values.code_of)

    def read(self, row: ImportRow, reading: Reading) -> None:
        row.key = self.read_key(row, reading) or ""
        for fact in self.facts:
            value = reading.value(row, fact.name, fact.value, reading)
            if fact.name in row.cells:
                row.values[fact.name] = value

    def compare(self, units: Sequence[Unit], run: ImportRun) -> None:
        rows = {row.key: row for unit in units for row in unit}
        self.refuse_unseen(rows, run)
        rows = {key: row for key, row in rows.items() if not row.errors}
        if not rows:
            return
        found = self._current(rows)
        for key, row in rows.items():
            self._compare(row, found.get(key))
        with transaction.atomic():  # what the service says to it
            wanted = {
                key: _after(row)
                for key, row in rows.items()
                if row.effect != Effect.UNCHANGED and not row.errors
            }
            refused = self._save(wanted, run.actor)
            transaction.set_rollback(True)
        for key, why in refused.items():
            rows[key].wrong("", why, kind=why.removeprefix(key))

    def _current(self, keys: Iterable[str], *, lock: bool = False):
        """{key: what is there now, of all columns}."""
        rows = self.rows(list(keys))
        if lock:
            rows = rows.select_for_update(no_key=True, of=("self",))
        return {self.key_of(row): self.facts_of(row) for row in rows}

    def _save(self, wanted: Mapping[str, Facts], actor: str) -> dict[str, str]:
        fields = {fact.name: fact.field or fact.name for fact in self.facts}
        out = self.save(
            {
                key: {fields[name]: value for name, value in facts.items()}
                for key, facts in wanted.items()
            },
            actor,
        )
        return {key: " ".join(reasons) for key, reasons in out.refused.items()}

    def _compare(self, row: ImportRow, before: Facts | None) -> None:
        if before is None:
            for fact in self.facts:
                if fact.is_needed and not row.values.get(fact.name):
                    row.wrong(fact.name, _("a new row needs it"), kind="new")
            row.effect = Effect.NEW
            before = {}
        else:
            row.effect = Effect.CHANGED
        row.difference = {
            name: [before.get(name), value]
            for name, value in row.values.items()
            if name not in before or before[name] != value
        }
        if row.effect == Effect.CHANGED and not row.difference:
            row.effect = Effect.UNCHANGED

    def apply(self, units: Sequence[Unit], run: ImportRun) -> dict[int, str]:
        rows = {row.key: row for unit in units for row in unit}
        found = self._current(rows, lock=True)
        stale = {key: _stale(row, found.get(key)) for key, row in rows.items()}
        refused = {key: why for key, why in stale.items() if why}
        wanted = {k: _after(row) for k, row in rows.items() if k not in refused}
        refused |= self._save(wanted, run.job.actor)
        return {rows[key].pk: why for key, why in refused.items()}

    def undo(self, units: Sequence[Unit], run: ImportRun) -> dict[int, str]:
        rows = {row.key: row for unit in units for row in unit}
        found = self._current(rows, lock=True)
        refused, wanted, new = {}, {}, []
        for key, row in rows.items():
            if why := _changed_since(row, found.get(key)):
                refused[key] = why
            elif row.effect == Effect.NEW:
                new.append(key)
            else:
                wanted[key] = {n: before for n, (before, _) in row.difference.items()}
        refused |= self._save(wanted, run.undo_job.actor)
        dropped = self.drop(new).refused
        refused |= {key: " ".join(reasons) for key, reasons in dropped.items()}
        return {rows[key].pk: why for key, why in refused.items()}


def _after(row: ImportRow) -> Facts:
    return {name: after for name, (_before, after) in row.difference.items()}


def _stale(row: ImportRow, now: Facts | None) -> str:
    """Why the preview does not hold any more, or ""."""
    if row.effect == Effect.NEW:
        return "" if now is None else _("it was made since the preview; look again.")
    if now is None:
        return _("it was taken away since the preview; look again.")
    for name, (before, _after) in row.difference.items():
        if now[name] != before:
            text = _("%(column)s was %(before)s in the preview and is %(now)s now.")
            return text % {
                "column": name,
                "before": said(before),
                "now": said(now[name]),
            }
    return ""


def _changed_since(row: ImportRow, now: Facts | None) -> str:
    if now is None:
        return _("it was taken away since.")
    for name, (_before, after) in row.difference.items():
        if now[name] != after:
            text = _(
                "%(column)s was changed since: the file said %(after)s, it is %(now)s."
            )
            return text % {"column": name, "after": said(after), "now": said(now[name])}
    return ""


def said(value: Any) -> str:
    """A value in a sentence."""
    if value in (None, "", []):
        return _("empty")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return ", ".join(map(str, value)) if isinstance(value, list) else f"“{value}”"


# --- How cells are read ---------------------------------------------------------------


def text(most: int) -> Callable[[Reading, str], str]:
    return lambda reading, cell: values.text_of(cell, most)


def code(reading: Reading, cell: str) -> str:
    return values.code_of(cell)


def number(least: int = 0) -> Callable[[Reading, str], int]:
    return lambda reading, cell: reading.numbers.quantity(cell, least=least)


def decimal(reading: Reading, cell: str) -> str:
    return plain(reading.numbers.number(cell))


def degrees(reading: Reading, cell: str) -> float:
    return float(reading.numbers.number(cell))


def day(reading: Reading, cell: str) -> str:
    return plain(reading.moments.moment(cell).date())


def flag(reading: Reading, cell: str) -> bool:
    word = cell.strip().casefold()
    if word in YES or word in NO:
        return word in YES
    text = _("expected yes or no, found %(found)s")
    raise WrongValueError(text % {"found": values.shown(cell)})


def one_of(words: Iterable[str]) -> Callable[[Reading, str], str]:
    return lambda reading, cell: word_of(cell, words)


def word_of(cell: str, words: Iterable[str]) -> str:
    word = cell.strip().casefold()
    if word in words:
        return word
    text = _("expected one of %(all)s, found %(found)s")
    raise WrongValueError(text % {"all": ", ".join(words), "found": values.shown(cell)})


def clock(reading: Reading, cell: str) -> str:
    """ "14:30"."""
    try:
        return plain(time.fromisoformat(cell.strip()))
    except ValueError:
        text = _("expected a time such as 14:30, found %(found)s")
        raise WrongValueError(text % {"found": values.shown(cell)}) from None


def numbers(reading: Reading, cell: str) -> list[int]:
    found = several(reading, cell)
    return sorted(reading.numbers.quantity(each) for each in found)


def days(reading: Reading, cell: str) -> list[str]:
    return sorted(day(reading, each) for each in several(reading, cell))


def several(reading: Reading, cell: str) -> list[str]:
    """Between commas, sorted: in which order they stand says nothing."""
    found = values.text_of(cell, 1_000).replace(";", ",").split(",")
    return sorted({each.strip() for each in found if each.strip()})
