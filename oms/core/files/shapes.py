"""Shapes: the kinds of rows that we take. Each app registers its own.

A shape is read row by row without the database, and compared, applied and undone set by
set. `Unit` is what goes together or not at all: the rows of one order, or a single row.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any, ClassVar, NamedTuple

from django.db import models
from django.utils.translation import gettext as _

from oms.core.api.models import ApiKey
from oms.core.files.columns import Column
from oms.core.files.models import ImportRow, ImportRun
from oms.core.files.values import Moments, Numbers, WrongValueError

Unit = Sequence[ImportRow]
# Rows in conflict are written as the file has them, or by what the file has changed.
FILE, DIFFERENCE = "file", "difference"


class Consequence(NamedTuple):
    """A sentence, and the rows that it is about: (model, primary key, name)."""

    text: str
    concerned: Sequence[tuple[str, int, str]] = ()


class Option(NamedTuple):
    """What a person says about the whole file, such as the channel of its orders.
    `choices(key)`: (value, label) of those there are, or of those that a partner's key
    sees. `needed(columns)`: whether it must be said, given the names of our columns
    that the file has."""

    name: str
    label: Any
    choices: Callable[[ApiKey | None], Sequence[tuple[str, Any]]]
    needed: Callable[[set[str]], bool] = lambda columns: True


class Reading:
    """What is known while rows are read: the options, and the signs that the numbers
    and dates of this file have shown so far. Rows have no blank cells."""

    def __init__(self, options: Mapping[str, str], numbers: Numbers, moments: Moments):
        self.options, self.numbers, self.moments = options, numbers, moments
        self._last: dict[str, tuple] = {}  # by column: rows of an order repeat it

    def value(self, row: ImportRow, column: str, read: Callable, *args, **kwargs):
        """`read(cell, …)`; None for an empty cell, or one that is wrong, which the row
        says then."""
        cell = row.cells.get(column)
        if not cell:
            return None
        how = type(cell), read, args, kwargs
        last = self._last.get(column)
        if last is not None and last[0] == cell and last[1] == how:
            return last[2]
        try:
            value = read(cell, *args, **kwargs)
        except WrongValueError as error:
            row.wrong(column, str(error))
            return None
        self._last[column] = cell, how, value
        return value

    def required(self, row: ImportRow, column: str, read: Callable, *args, **kwargs):
        """The same; an empty cell is wrong."""
        if column not in row.cells:
            row.wrong(column, _("the cell is empty"), kind=f"empty {column}")
            return None
        return self.value(row, column, read, *args, **kwargs)


class Bound(Enum):
    """What keeps the rows of a shape within what a partner's key may see."""

    CHANNELS = "channels"
    LOCATIONS = "locations"
    EITHER = "either"
    NONE = "none"  # all partners share them: only a key without limits changes them


class Shape:
    """One kind of row. `is_grouped`: rows of one key are one thing (an order), wherever
    they stand; otherwise a key twice is wrong, and both rows say so. `key_scope`: what
    a partner's key needs beside the scope for imports; "": no key imports them."""

    name: ClassVar[str]
    label: ClassVar[Any]
    permission: ClassVar[str]
    key_scope: ClassVar[str] = ""
    bound: ClassVar[Bound] = Bound.NONE
    columns: ClassVar[Sequence[Column]]
    options: ClassVar[Sequence[Option]] = ()
    is_grouped: ClassVar[bool] = False
    takes_conflicts: ClassVar[Sequence[str]] = ()  # how a person may have them written
    chunk: ClassVar[int] = 500  # units of one transaction
    reads: ClassVar[Sequence[str]] = ("values",)  # what `apply` needs of a row
    noun: ClassVar[Any] = ""  # "orders": what units are to people, if not rows

    def why_not(self, key: ApiKey) -> str:
        """Why this key may not import them, or ""."""
        facts = {"kind": self.label, "scope": self.key_scope}
        limited = bool(key.channels or key.locations)
        if not self.key_scope:
            return _("%(kind)s: staff import them, no key does.") % facts
        if self.key_scope not in key.scopes:
            return (
                _("%(kind)s: this needs a key with the scope “%(scope)s” too.") % facts
            )
        if self.bound == Bound.NONE and (limited or key.is_sandbox):
            text = _(
                "%(kind)s: all partners share them; only a live key without limits to "
                "channels or locations imports them."
            )
            return text % facts
        if self.bound == Bound.CHANNELS and key.locations and not key.channels:
            text = _("%(kind)s: a key that is limited to locations sees no channel.")
            return text % facts
        if self.bound == Bound.LOCATIONS and key.channels and not key.locations:
            text = _("%(kind)s: a key that is limited to channels sees no location.")
            return text % facts
        return ""

    def scope(self, options: Mapping[str, str]) -> str:
        """Options that make the same file another import, such as its location."""
        return "/".join(options.get(option.name, "") for option in self.options)

    def read(self, row: ImportRow, reading: Reading) -> None:
        """`row.cells` into `row.values` (JSON) and `row.key`; what is wrong by
        `row.wrong`. A row that gets a `note` here is left as it is. No statement."""
        raise NotImplementedError

    def compare(self, units: Sequence[Unit], run: ImportRun) -> None:
        """Set effect, difference ({column: [before, after]}), note and values of rows
        that are sound so far; `row.wrong` what only the database knows. The number of
        statements is the same for one unit and for a thousand."""
        raise NotImplementedError

    def consequences(self, run: ImportRun) -> list[Consequence]:
        """What applying would do beyond the rows."""
        return []

    def apply(self, units: Sequence[Unit], run: ImportRun) -> dict[int, str]:
        """Write them by services, in the transaction that is open: {row pk: why it was
        refused}. One refused row refuses its unit. Sets `row.undo` and `row.result`."""
        raise NotImplementedError

    def undo(self, units: Sequence[Unit], run: ImportRun) -> dict[int, str]:
        """Give back what was there before: {row pk: why that cannot be}."""
        raise NotImplementedError

    def after(self, units: Sequence[Unit], run: ImportRun) -> None:
        """What has to happen outside of the transaction, once it is over."""


def seen(model: type[models.Model], run: ImportRun) -> models.QuerySet:
    """The rows that whoever has sent the file may see: a key its own, staff all."""
    rows = model.objects
    return rows.all() if run.key is None else rows.for_key(run.key)


_shapes: dict[str, Shape] = {}


def register_shape(shape: Shape) -> None:
    _shapes[shape.name] = shape


def shape_named(name: str) -> Shape | None:
    return _shapes.get(name)


def shapes_for(user) -> list[Shape]:
    """Those that this person may import."""
    return [each for each in _shapes.values() if user.has_perm(each.permission)]
