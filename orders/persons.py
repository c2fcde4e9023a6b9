"""What is kept of a person. Each app registers its own part, so that a person can be
exported and erased without this app knowing what stands to its right.

A part is about orders, given by primary key: those of the person.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

Keys = Sequence[int]


class Part(NamedTuple):
    """`kept`: {heading: rows as {field: value}}. `under_way`: {order: reasons} why the
    person may not be erased yet. `erase`: blank what says who it was, in the same
    transaction; money and goods stay. `columns` of ledgers that it blanks."""

    kept: Callable[[Keys], Mapping[str, list[dict[str, Any]]]]
    under_way: Callable[[Keys], Mapping[int, list[str]]]
    erase: Callable[[Keys, datetime], None]
    columns: tuple[str, ...] = ()


_parts: dict[str, Part] = {}


def register_part(name: str, part: Part) -> None:
    _parts[name] = part


def parts() -> list[Part]:
    return list(_parts.values())


def rows(queryset: QuerySet, *without: str) -> list[dict[str, Any]]:
    """All columns of the rows but those named, oldest first; one statement."""
    names = [f.attname for f in queryset.model._meta.concrete_fields]
    kept = [name for name in names if name not in without]
    return list(queryset.order_by("pk").values(*kept))


def open_ledgers() -> None:
    """Let the texts of ledgers be blanked until the transaction ends."""
    names = ",".join(sorted({name for part in parts() for name in part.columns}))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('oms.erased_columns', %s, true)", [names])


def close_ledgers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('oms.erased_columns', '', true)")
