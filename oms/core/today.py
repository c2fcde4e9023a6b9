"""Today: what waits, as numbers that lead to exactly the rows they count.

Apps register a function for each area; it is asked only for people who have its
permission. What it gives as rows, all areas together count in one statement; for the
rest it asks the database once or twice, however large the shop is.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from itertools import chain
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from oms.core.counting import count, in_words
from oms.core.navigation import may


class Counter(NamedTuple):
    """A number, or the rows whose number it will be, and the list behind it; `text`
    where it is not shown to the last digit. `alarm`: red unless it is 0."""

    label: str
    number: int | QuerySet
    url: str
    position: int = 0
    text: str = ""
    alarm: bool = False


class Board(NamedTuple):
    """A table; its cells are text or counters. `url` leads to all of it. The first
    `words` columns are read, the others compared."""

    title: str
    headings: list[str]
    rows: list[list[Any]]
    empty: str
    position: int
    url: str = ""
    note: str = ""
    words: int = 1


class Step(NamedTuple):
    """Something that an empty shop needs before it can work: one of these rows, or
    whether it is there."""

    label: str
    why: str
    done: bool | QuerySet
    url: str
    position: int


class Part(NamedTuple):
    """What one area says."""

    counters: tuple[Counter, ...] = ()
    boards: tuple[Board, ...] = ()
    steps: tuple[Step, ...] = ()


Area = Callable[[Any, datetime], Part]

_areas: dict[Area, str] = {}


def register_area(permission: str, area: Area) -> None:
    """Show what `area(user, now)` says to people with this permission: what this one
    sees of it, so that a number is as many rows as its list shows them."""
    _areas[area] = permission


def today(user, now: datetime) -> Part:
    """All parts in one, each kind in the order of its positions. The steps are left
    out once all of them are done."""
    allowed = [each for each, permission in _areas.items() if may(user, permission)]
    parts = [area(user, now) for area in allowed]
    counters, boards, steps = (
        tuple(sorted(sum(kind, ()), key=lambda each: each.position))
        for kind in zip(Part(), *parts, strict=True)
    )
    return _counted(Part(counters, boards, steps))


def _counted(part: Part) -> Part:
    """With numbers for rows, from one statement."""
    cells = chain.from_iterable(row for board in part.boards for row in board.rows)
    shown = [*part.counters, *(cell for cell in cells if isinstance(cell, Counter))]
    wanted = {id(each): each.number for each in shown}
    wanted |= {id(step): _first(step.done) for step in part.steps}
    numbers = count(
        {key: rows for key, rows in wanted.items() if isinstance(rows, QuerySet)}
    )

    def filled(each: Any) -> Any:
        number = numbers.get(id(each))
        if number is None:
            return each
        if isinstance(each, Step):
            return each._replace(done=bool(number))
        return each._replace(number=number, text=in_words(number))

    boards = (
        board._replace(rows=[[filled(cell) for cell in row] for row in board.rows])
        for board in part.boards
    )
    steps = tuple(map(filled, part.steps))
    if all(step.done for step in steps):
        steps = ()
    return Part(tuple(map(filled, part.counters)), tuple(boards), steps)


def _first(rows: bool | QuerySet) -> bool | QuerySet:
    return rows.order_by()[:1] if isinstance(rows, QuerySet) else rows


def spans_of_day(now: datetime) -> dict[str, tuple[datetime, datetime | None]]:
    """Today so far, and the same weekday a week ago: until this time, and whole. The
    last holds the one before it."""
    week_ago = _midnight(now - timedelta(days=7))
    whole_day = _("%(day)s, the whole day") % {
        "day": date_format(week_ago, "FULL_DAY_FORMAT")
    }
    then = datetime.combine(week_ago, now.time(), now.tzinfo)
    return {
        _("Today so far"): (_midnight(now), None),
        _("A week ago by this time"): (week_ago, then),
        whole_day: (week_ago, _midnight(week_ago + timedelta(days=1))),
    }


def rows_of_spans(
    rows: QuerySet, moment: str, url_name: str, now: datetime
) -> list[list[Any]]:
    """A row for each span: those of `rows` that have their `moment` in it."""
    wanted = {
        label: {f"{moment}__gte": start} | ({f"{moment}__lt": end} if end else {})
        for label, (start, end) in spans_of_day(now).items()
    }
    return [
        [label, Counter(label, rows.filter(**each), rows_url(url_name, each))]
        for label, each in wanted.items()
    ]


def _midnight(at: datetime) -> datetime:
    return datetime.combine(at, time.min, at.tzinfo)


def rows_url(url_name: str, filters: Mapping[str, Any]) -> str:
    """The address of a list with these filters."""
    return f"{reverse(url_name)}?{urlencode(filters)}"
