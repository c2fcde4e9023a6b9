"""Today: what waits, as numbers that lead to exactly the rows they count.

Apps register a function for each area; it asks the database once or twice, however
large the shop is, and only for people who have its permission.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from oms.core.navigation import may


class Counter(NamedTuple):
    """A number and the list behind it; `text` where it is not shown to the last digit.
    `alarm`: red unless it is 0."""

    label: str
    number: int
    url: str
    position: int = 0
    text: str = ""
    alarm: bool = False


class Board(NamedTuple):
    """A table; its cells are text or counters. `url` leads to all of it."""

    title: str
    headings: list[str]
    rows: list[list[Any]]
    empty: str
    position: int
    url: str = ""
    note: str = ""


class Step(NamedTuple):
    """Something that an empty shop needs before it can work."""

    label: str
    why: str
    done: bool
    url: str
    position: int


class Part(NamedTuple):
    """What one area says."""

    counters: tuple[Counter, ...] = ()
    boards: tuple[Board, ...] = ()
    steps: tuple[Step, ...] = ()


Area = Callable[[datetime], Part]

_areas: dict[Area, str] = {}


def register_area(permission: str, area: Area) -> None:
    """Show what `area(now)` says to people with this permission."""
    _areas[area] = permission


def today(user, now: datetime) -> Part:
    """All parts in one, each kind in the order of its positions. The steps are left
    out once all of them are done."""
    parts = [area(now) for area, permission in _areas.items() if may(user, permission)]
    counters, boards, steps = (
        tuple(sorted(sum(kind, ()), key=lambda each: each.position))
        for kind in zip(Part(), *parts, strict=True)
    )
    if all(step.done for step in steps):
        steps = ()
    return Part(counters, boards, steps)


def rows_url(url_name: str, filters: Mapping[str, Any]) -> str:
    """The address of a list with these filters."""
    return f"{reverse(url_name)}?{urlencode(filters)}"
