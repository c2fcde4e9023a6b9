"""Lists: what an app adds to the admin list of a model that stands to its left.

Like panels, so that the list needs no import of what stands to its right: queues (tabs
with a count), columns, what an exact search finds, words of the form `key:value`, and
the parts of a document whose work items are the document's.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import models


class Queue(NamedTuple):
    """Rows that wait for the same thing. `where` must not repeat a row: ask for what
    belongs to it by a subquery. Smaller places stand further left."""

    name: str
    label: Any
    where: Callable[[], models.Q]
    place: int


class Column(NamedTuple):
    """`cells(keys of a page's rows)` asks once for all of them; None shows a dash."""

    name: str
    label: Any
    cells: Callable[[Sequence[int]], Mapping[int, Any]]


class Finder(NamedTuple):
    """`where(text)` for rows that this text names exactly; None if it cannot."""

    name: str
    where: Callable[[str], models.Q | None]


class Word(NamedTuple):
    """`where(value)` for `key:value`; a BusinessRuleError refuses the value."""

    key: str
    example: str
    where: Callable[[str], models.Q]


class Additions:
    """What was added to the list of one model, each by its name."""

    def __init__(self):
        self.queues: dict[str, Queue] = {}
        self.columns: dict[str, Column] = {}
        self.finders: dict[str, Finder] = {}
        self.words: dict[str, Word] = {}
        self.parts: dict[str, type[models.Model]] = {}


_additions: dict[type[models.Model], Additions] = defaultdict(Additions)


def additions(model: type[models.Model]) -> Additions:
    return _additions[model]


def add_to_list(
    model: type[models.Model],
    *,
    queues: Iterable[Queue] = (),
    columns: Iterable[Column] = (),
    finders: Iterable[Finder] = (),
    words: Iterable[Word] = (),
    parts: Iterable[type[models.Model]] = (),
) -> None:
    """`parts` have a foreign key to `model`, with the name of the model."""
    added = _additions[model]
    added.queues.update({queue.name: queue for queue in queues})
    added.columns.update({column.name: column for column in columns})
    added.finders.update({finder.name: finder for finder in finders})
    added.words.update({word.key: word for word in words})
    added.parts.update({part._meta.model_name: part for part in parts})
