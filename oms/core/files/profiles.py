"""Profiles: what files look like. Each says how well a header fits it, and turns its
rows into rows of one of our shapes."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from oms.core.files.columns import Binding, Column, bind, key_of
from oms.core.files.shapes import Option, Shape, register_shape, shape_named
from oms.core.files.sheet import Row

ERROR_COLUMN = "error"  # of our error files: corrected and sent again


class Line(NamedTuple):
    """A row with its cells by name: those of the file, or ours. `error` says why it
    cannot be used, `note` why it is left as it is on purpose. A cell of our own making
    is text; one that is handed on stays as it is (a `Numeral` tells that zeros may be
    gone)."""

    number: int
    cells: dict[str, str]
    error: str = ""
    note: str = ""


class Profile:
    """`columns` are those of the file; a header without a required one does not fit.
    `translate` streams: it may merge and split rows and carry cells on. A row that it
    does not use it hands on with an error or a note, so that each is accounted for;
    one that could not even be read comes with its error and goes on with it."""

    code: ClassVar[str]
    label: ClassVar[Any]
    shape: ClassVar[str]
    columns: ClassVar[Sequence[Column]]
    options: ClassVar[Sequence[Option]] = ()  # beyond those of the shape
    ignores_unknown: ClassVar[bool] = True

    def translate(
        self, lines: Iterator[Line], options: Mapping[str, str]
    ) -> Iterator[Line]:
        """As they are, where the file speaks as the shape does."""
        return lines

    def all_columns(self, header: Row) -> Sequence[Column]:
        """For files whose columns have names of the shop's own, such as one for each
        location."""
        return self.columns

    def fits(self, header: Row) -> float:
        """0 where a required column is missing; else 1 and more for each column that is
        recognised, less a share for each that is not."""
        columns = self.all_columns(header)
        names = {key_of(cell) for cell in header.cells if cell.strip()}
        if any(c.is_required and not c.keys & names for c in columns):
            return 0
        known = names & set().union(*(column.keys for column in columns))
        return 1 + len(known) - len(names - known) / 100 if known else 0


class OwnProfile(Profile):
    """The shape as we write it ourselves: a column that nobody knows is refused, unless
    somebody chooses to ignore it."""

    ignores_unknown = False

    def __init__(self, shape: Shape):
        self.code, self.label, self.shape = shape.name, shape.label, shape.name
        self.columns = shape.columns

    def fits(self, header: Row) -> float:
        """A file of another system has a few names in common with ours."""
        fit = super().fits(header)
        return fit if 4 * fit > sum(map(bool, map(str.strip, header.cells))) else 0


_profiles: dict[str, Profile] = {}


def register_profile(profile: Profile) -> None:
    _profiles[profile.code] = profile


def register(shape: Shape) -> None:
    """A shape, with the profile of its own columns."""
    register_shape(shape)
    register_profile(OwnProfile(shape))


def profile_named(code: str) -> Profile | None:
    return _profiles.get(code)


def all_profiles() -> list[Profile]:
    return list(_profiles.values())


def best_profiles(header: Row, among: Iterable[Profile]) -> list[Profile]:
    """Those that fit, the best first."""
    fits = {profile.code: profile.fits(header) for profile in among}
    fitting = [_profiles[code] for code, fit in fits.items() if fit]
    return sorted(fitting, key=lambda profile: -fits[profile.code])


def options_of(profile: Profile, columns: Iterable[str]) -> list[Option]:
    """What has to be said about a file with these columns."""
    shape, names = shape_named(profile.shape), set(columns)
    asked = {each.name: each for each in (*shape.options, *profile.options)}
    return [option for option in asked.values() if option.needed(names)]


def fingerprint(header: Row) -> str:
    names = sorted({key_of(cell) for cell in header.cells} - {"", ERROR_COLUMN})
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def bind_header(
    profile: Profile,
    header: Row,
    columns: Mapping[str, str],
    ignored: Sequence[str] = (),
) -> Binding:
    """`columns`: {column of the profile: what this file calls it}, as a person mapped
    them; such a header is read by no other name. Raises FileRefusedError."""
    ignored = ["*"] if profile.ignores_unknown else [*ignored, ERROR_COLUMN]
    if columns:
        cells, unused = _renamed(header.cells, columns)
        header, ignored = header._replace(cells=cells), [*ignored, *unused]
    return bind(header, profile.all_columns(header), ignored=ignored)


def _renamed(
    cells: Sequence[str], columns: Mapping[str, str]
) -> tuple[list[str], list[str]]:
    """The header with our names, and the columns that had one of them without being
    meant."""
    ours = {key_of(theirs): name for name, theirs in columns.items()}
    taken = {key_of(name) for name in columns}
    renamed, unused = [], []
    for cell in cells:
        name = ours.get(key_of(cell), cell)
        if name == cell and key_of(cell) in taken and key_of(cell) not in ours:
            name = f"{cell} –"
            unused.append(name)
        renamed.append(name)
    return renamed, unused


def nearest_profile(header: Row, among: Iterable[Profile]) -> Profile | None:
    """The one that knows most of the columns, though others are missing."""
    names = {key_of(cell) for cell in header.cells if cell.strip()}

    def known(profile: Profile) -> int:
        return sum(bool(c.keys & names) for c in profile.columns)

    nearest = max(among, key=known, default=None)
    return nearest if nearest is not None and known(nearest) else None
