"""Which column is which: by its name, however people write it."""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from oms.core.files.sheet import FileRefusedError, Row

INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")


class Column(NamedTuple):
    """`name` is ours; `aliases` are what other systems call it."""

    name: str
    aliases: Sequence[str] = ()
    is_required: bool = False

    @property
    def keys(self) -> set[str]:
        return {key_of(each) for each in (self.name, *self.aliases)}


class Binding(NamedTuple):
    """{name of a column: its position}, how wide the header is, and which of the file's
    columns nobody asked for."""

    positions: dict[str, int]
    width: int
    ignored: list[str]

    def cells(self, row: Row) -> dict[str, str]:
        """{name: cell} of a row; a cell that the row has not is empty."""
        cells = row.cells
        if (lacking := self.width - len(cells)) > 0:
            cells = cells + [""] * lacking
        return {name: cells[at] for name, at in self.positions.items()}

    def trouble(self, row: Row, *, may_be_short: bool) -> str:
        """Why the row does not fit the header, or "". Workbooks leave out empty cells
        at the end."""
        if row.trouble:
            return row.trouble
        found = len(row.cells)
        if found == self.width:
            return ""
        while found > self.width and not row.cells[found - 1].strip():
            found -= 1
        if found > self.width or (found < self.width and not may_be_short):
            return _("it has %(found)d cells, expected %(expected)d.") % {
                "found": found,
                "expected": self.width,
            }
        return ""


def key_of(name: str) -> str:
    """ "On hand ", "ON_HAND" and "on-hand" are the same."""
    name = INVISIBLE.sub("", name).casefold()
    return re.sub(r"[\s_\-.]+", " ", name).strip(" *:")


def letters_of(position: int) -> str:
    """As spreadsheets name it: A … Z, AA …"""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(65 + rest) + name
    return name


def bind(
    header: Row, columns: Sequence[Column], *, ignored: Collection[str] = ()
) -> Binding:
    """Find the columns in the header. `ignored`: names that somebody chose to leave
    out; "*" for all that nobody knows. Raises FileRefusedError."""
    names = [name.strip() for name in header.cells]
    names = names[: max((n for n, name in enumerate(names, 1) if name), default=0)]
    places: dict[str, list[int]] = defaultdict(list)
    for position, name in enumerate(names):
        places[key_of(name)].append(position)
    positions = {}
    for column in columns:
        found = sorted(at for key in column.keys for at in places.get(key, ()))
        if len(found) > 1:
            raise _twice(names, found)
        if found:
            positions[column.name] = found[0]
    if missing := [
        c.name for c in columns if c.is_required and c.name not in positions
    ]:
        raise _missing(missing, names)
    unknown = _unknown_names(names, columns)
    chosen = {key_of(each) for each in ignored}
    refused = [name for name in unknown if key_of(name) not in chosen]
    if refused and "*" not in ignored:
        raise _unknown(refused)
    return Binding(positions, len(names), unknown)


def _unknown_names(names: Sequence[str], columns: Sequence[Column]) -> list[str]:
    known = set().union(*(column.keys for column in columns))
    return [name for name in names if name and key_of(name) not in known]


def _twice(names: Sequence[str], found: Sequence[int]) -> FileRefusedError:
    text = _("Column “%(name)s” appears twice (%(places)s). Keep one of them.")
    places = ", ".join(letters_of(at) for at in found)
    return FileRefusedError(text % {"name": names[found[0]], "places": places})


def _missing(missing: Sequence[str], names: Sequence[str]) -> FileRefusedError:
    found = ", ".join(filter(None, names))[:300]
    if len(missing) == 1:
        text = _("Column “%(missing)s” is missing. Found: %(found)s.")
    else:
        text = _("Columns “%(missing)s” are missing. Found: %(found)s.")
    return FileRefusedError(
        text % {"missing": "”, “".join(missing), "found": found or "–"}
    )


def _unknown(names: Sequence[str]) -> FileRefusedError:
    text = _(
        "Nobody knows the column “%(names)s”. Correct its name, or choose to ignore it."
    )
    if len(names) > 1:
        text = _(
            "Nobody knows the columns “%(names)s”. Correct their names, or choose to "
            "ignore them."
        )
    return FileRefusedError(text % {"names": "”, “".join(names[:20])})
