"""The feed of events: the same rows and the same JSON as webhooks, for who asks instead
of being told, or has missed something."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from oms.core.models import Event
from oms.core.webhooks import subjects
from oms.core.webhooks.subjects import Limits

MOST = 200  # messages of a page
SCANNED = 1000  # events at a time
MOST_SCANNED = 5  # times
# Numbers are given out before their rows can be seen. Who asks "after 7" must not get 9
# while 8 is still being written, so the newest are left out: the last seconds, and all
# that is younger than the oldest transaction that writes.
MARGIN = timedelta(seconds=3)
OLDEST_WRITER = """
    SELECT min(xact_start) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_xid IS NOT NULL
      AND pid <> pg_backend_pid()"""


class Page(NamedTuple):
    """`after` is where to go on, also where nothing was found; `more`: at once."""

    messages: list[dict[str, Any]]
    after: int
    more: bool


def events_after(
    limits: Limits, after: int = 0, limit: int = MOST, *, at: datetime | None = None
) -> Page:
    """What happened after the event with this sequence, oldest first."""
    horizon, messages = _horizon(at or timezone.now()), []
    limit = min(limit, MOST)
    for _turn in range(MOST_SCANNED):
        events = _settled(after, horizon)
        for row in subjects.shown(events):
            if not limits.admit(row.facts):
                continue
            if len(messages) == limit:
                return Page(messages, messages[-1]["sequence"], True)
            messages.append(row.message)
        if not events:
            return Page(messages, after, False)
        after = events[-1].pk
        if len(events) < SCANNED:
            return Page(messages, after, False)
    return Page(messages, after, True)


def _horizon(now: datetime) -> datetime:
    with connection.cursor() as cursor:
        cursor.execute(OLDEST_WRITER)
        (oldest,) = cursor.fetchone()
    return min(filter(None, [now, oldest])) - MARGIN


def _settled(after: int, horizon: datetime) -> list[Event]:
    """The next events, up to the first that is too young."""
    found = Event.objects.filter(
        id__gt=after, subject_type__in=subjects.subject_types()
    ).order_by("id")[:SCANNED]
    events = []
    for event in found:
        if event.at > horizon:
            break
        events.append(event)
    return events
