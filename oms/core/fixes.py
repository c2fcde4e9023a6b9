"""Fixes: what can be done about a work item, by its kind.

Each app says in words what its kinds mean and offers ways out: a fix calls one service
for any number of items, a way is a page. Apps to the right add to kinds of the left,
as with panels.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.db import models
from django.utils.translation import gettext as _

from oms.core import workitems
from oms.core.models import WorkItem
from oms.core.navigation import may
from oms.core.outcome import Outcome
from oms.core.panels import link

CHANGE = "core.change_workitem"


class Fix(NamedTuple):
    """`run(items, actor, values of the form)` answers which items it has mended, or is
    about to; refused: by the item's key. `form`: every field has a first value.
    `careful`: never the button that stands out."""

    name: str
    label: Any
    permission: str
    run: Callable[[Sequence[WorkItem], str, dict], Outcome]
    form: type[forms.Form] | None = None
    offered: Callable[[WorkItem], bool] = lambda item: True
    careful: bool = False


class Way(NamedTuple):
    """A page where it can be mended; `url(item)` "" where there is none for it."""

    label: Any
    permission: str
    url: Callable[[WorkItem], str]


class Comparison(NamedTuple):
    """Two readings of the same: a row is (what, as it is, as suggested)."""

    before: Any
    after: Any
    rows: Sequence[tuple[Any, str, str]]


class Kind(NamedTuple):
    """What kinds of work items are called and mean. `compare(item)` may be asked only
    about the one item that somebody looks at."""

    label: Any
    meaning: Any
    fixes: tuple[Fix, ...] = ()
    ways: tuple[Way, ...] = ()
    compare: Callable[[WorkItem], Comparison | None] = lambda item: None


class Document(NamedTuple):
    """What an item is about: a link, whom it concerns, its timeline, and how titles
    name it."""

    link: str
    who: str
    root: tuple[str, int]
    name: str = ""


Documents = Callable[[Sequence[WorkItem]], Mapping[int, Document]]


class Places(NamedTuple):
    """How items are narrowed to locations: `of(user)` None for all; `choices(of)`
    {key: name}; `where(keys)` the items that concern them."""

    of: Callable[[Any], Collection[int] | None]
    choices: Callable[[Collection[int] | None], Mapping[int, str]]
    where: Callable[[Collection[int]], models.Q]


_kinds: dict[str, Kind] = {}
_documents: list[Documents] = []
_wheres: list[Callable[[Collection[int]], models.Q]] = []
_places: list[Places] = []


def register_kinds(kinds: Mapping[str, Kind]) -> None:
    """A name that ends in ":" stands for all kinds that begin with it."""
    _kinds.update(kinds)


def add_to_kind(name: str, fixes: Iterable[Fix] = (), ways: Iterable[Way] = ()):
    """Before those that are there: who adds knows more."""
    kind = _kinds[name]
    _kinds[name] = kind._replace(fixes=(*fixes, *kind.fixes), ways=(*ways, *kind.ways))


def kind_of(name: str) -> Kind:
    if found := _kinds.get(name) or _kinds.get(f"{name.partition(':')[0]}:"):
        return found
    return Kind(name.replace("_", " ").capitalize(), "", (done(_("It is done")),))


def concerns(user, name: str) -> bool:
    """This person may do something about such items, or look at what they are about;
    who may do neither is not told either."""
    kind = kind_of(name)
    needed = [each.permission for each in (*kind.fixes, *kind.ways)]
    own = [permission for permission in needed if permission != CHANGE]
    return any(may(user, permission) for permission in own or needed)


def hidden_from(user) -> models.Q:
    """The items of kinds that do not concern this person."""
    return models.Q(
        *(
            models.Q(kind__startswith=name)
            if name.endswith(":")
            else models.Q(kind=name)
            for name in _kinds
            if not concerns(user, name)
        ),
        _connector=models.Q.OR,
    )


def label_of(name: str) -> str:
    start, mark, rest = name.partition(":")
    label = str(kind_of(name).label)
    return f"{label}: {rest}" if mark and f"{start}:" in _kinds else label


def is_known(name: str) -> bool:
    return name in _kinds or f"{name.partition(':')[0]}:" in _kinds


# --- Whom and where ------------------------------------------------------------------


def register_documents(documents: Documents) -> None:
    """`documents(items)` {item's key: its document}, in a statement or two."""
    if documents not in _documents:
        _documents.append(documents)


def documents_of(items: Sequence[WorkItem]) -> dict[int, Document]:
    found = {
        item.pk: Document(
            link(item.subject_type, item.subject_id),
            "",
            (item.subject_type, item.subject_id),
        )
        for item in items
    }
    for documents in _documents:
        found |= documents(items)
    return found


def register_places(places: Places) -> None:
    _places[:] = [places]


def concerns_places(where: Callable[[Collection[int]], models.Q]) -> None:
    """Items of another app that concern locations."""
    if where not in _wheres:
        _wheres.append(where)


def places() -> Places | None:
    return _places[0] if _places else None


def at_places(keys: Collection[int]) -> models.Q:
    found = places()
    here = found.where(keys) if found else models.Q()
    for where in _wheres:
        here |= where(keys)
    return here


# --- Fixes that any kind may have ----------------------------------------------------


def done(label: Any, *, careful: bool = False) -> Fix:
    """Somebody has seen to it elsewhere: the item is closed."""

    def run(items, actor, values):
        pks = [item.pk for item in items]
        return workitems.close_items(pks, note=str(label), actor=actor)

    return Fix("done", label, CHANGE, run, careful=careful)


def look_again(label: Any, days: int, name: str = "asked") -> Fix:
    """Somebody else has to answer: the item comes back in so many days."""

    def run(items, actor, values):
        pks = [item.pk for item in items]
        until = workitems.in_days(days)
        return workitems.snooze_items(pks, until, note=str(label), actor=actor)

    return Fix(name, label, CHANGE, run)


def by_subject(items: Sequence[WorkItem], out: Outcome) -> Outcome:
    """What a service has said of the subjects, as said of the items. The subjects
    are not of two types."""
    answer = Outcome()
    for item in items:
        if reasons := out.refused.get(item.subject_id):
            answer.refused[item.pk] = list(reasons)
        else:
            answer.done.append(item)
    return answer


def nothing_to_do(item: WorkItem) -> str:
    return _("%(what)s Nothing is left to do here; look at its page.") % {
        "what": item.title
    }
