"""Lists: what an app adds to the admin list of a model that stands to its left.

Like panels, so that the list needs no import of what stands to its right: queues (tabs
with a count), columns, what an exact search finds, words of the form `key:value`, what
can be done to many rows at once, and the parts of a document whose work items are the
document's.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.db import models

from oms.core import jobs


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


class BulkForm(forms.Form):
    """What is asked before many rows (`keys`) are changed; its values are the job's,
    so they are JSON. `sample`: in the place of what nobody has written yet, when the
    effect is tried."""

    sample: Mapping[str, Any] = {}

    def __init__(self, *args, keys: Sequence[int] = (), **kwargs):
        super().__init__(*args, **kwargs)

    def tried(self) -> dict[str, Any]:
        """The values of a trial before anybody has written any."""
        values = {
            name: "" if field.initial is None else field.initial
            for name, field in self.fields.items()
        }
        return {**values, **self.sample}


class BulkAction(NamedTuple):
    """A kind of job for ticked rows. `limits(user)` are values that the form does not
    ask for: how far this person's permission reaches."""

    kind: jobs.Kind
    place: int
    form: type[BulkForm] = BulkForm
    destroys: bool = False
    limits: Callable[[Any], dict] = lambda user: {}


class Additions:
    """What was added to the list of one model, each by its name."""

    def __init__(self):
        self.queues: dict[str, Queue] = {}
        self.columns: dict[str, Column] = {}
        self.finders: dict[str, Finder] = {}
        self.words: dict[str, Word] = {}
        self.bulk_actions: dict[str, BulkAction] = {}
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


def add_bulk_actions(model: type[models.Model], *actions: BulkAction) -> None:
    for action in actions:
        jobs.register_kind(action.kind)
        _additions[model].bulk_actions[action.kind.name] = action
