"""What events are about, as partners may see it.

The kernel knows no order. Each app says for its documents what they are called outside
and to whom they belong, for a set of keys at once. An event of anything else is told to
nobody.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db import models

from oms.core.models import Event

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
ANYTHING = "*"


class Facts(NamedTuple):
    """A document: its number, the codes of its channel and location ("" for none), and
    for a part the number of its order."""

    number: str
    channel: str
    updated_at: datetime
    is_sandbox: bool = False
    location: str = ""
    order: str = ""


Find = Callable[[set[int]], Mapping[int, Facts]]


class Subject(NamedTuple):
    """`object` is its name in the API; `find(keys)` asks once."""

    object: str
    find: Find


class Shown(NamedTuple):
    """An event with what may be told of it."""

    event: Event
    facts: Facts
    message: dict[str, Any]

    @property
    def body(self) -> str:
        return written(self.message)


class Limits(NamedTuple):
    """What a key or an endpoint may see; codes, and none is no limit."""

    channels: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    is_sandbox: bool = False

    def admit(self, facts: Facts) -> bool:
        return (
            facts.is_sandbox == self.is_sandbox
            and (not self.channels or facts.channel in self.channels)
            and (not self.locations or facts.location in self.locations)
        )


_subjects: dict[str, Subject] = {}


def register_subject(model: type[models.Model], object: str, find: Find) -> None:  # noqa: A002
    _subjects[model._meta.model_name] = Subject(object, find)


def subject_types() -> list[str]:
    return sorted(_subjects)


def family(action: str) -> str:
    """ "order.confirmed" is one of "order.*"."""
    return f"{action.partition('.')[0]}.{ANYTHING}"


def shown(events: Iterable[Event]) -> list[Shown]:
    """Those of the events that may be told at all, in their order; one statement for
    each kind of document."""
    events = list(events)
    keys: dict[str, set[int]] = defaultdict(set)
    for event in events:
        if event.subject_type in _subjects:
            keys[event.subject_type].add(event.subject_id)
    found = {
        (name, pk): facts
        for name, pks in keys.items()
        for pk, facts in _subjects[name].find(pks).items()
    }
    return [
        Shown(event, facts, message_of(event, facts))
        for event in events
        if (facts := found.get((event.subject_type, event.subject_id)))
    ]


def message_of(event: Event, facts: Facts) -> dict[str, Any]:
    """Thin: what to look up, not what it says. `sequence` grows with each event of a
    document, `version` with each change of it."""
    data = {
        "id": facts.number,
        "object": _subjects[event.subject_type].object,
        "version": (facts.updated_at - EPOCH) // MICROSECOND,
    }
    if facts.order:
        data["order"] = facts.order
    return message(event.action, event.at, data, event.pk)


def message(kind: str, at: datetime, data: dict, sequence: int) -> dict[str, Any]:
    stamp = at.astimezone(UTC).isoformat(timespec="microseconds")
    return {
        "type": kind,
        "timestamp": stamp.replace("+00:00", "Z"),
        "data": data,
        "sequence": sequence,
    }


def written(said: dict[str, Any]) -> str:
    return json.dumps(said, separators=(",", ":"))
