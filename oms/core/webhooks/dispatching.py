"""From events to deliveries: what has happened is shared out to those who want it."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from oms.core.faults import fault_point
from oms.core.models import Event
from oms.core.webhooks import subjects

AT_ONCE = 500
# After the first try and each that failed; the tenth failure is the last.
PAUSES = [
    *(timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30)),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
]
JITTER = 0.1  # of a pause is added at most, so that not all come back at one moment
FAN_OUT = """
    INSERT INTO core_webhookdelivery (
        created_at, updated_at, endpoint_id, event_id, message_id, type, body, status,
        attempts, next_attempt_at, answer_text, error, log)
    SELECT %(at)s, %(at)s, p.id, e.id, 'evt_' || e.id, e.type, e.body, 'waiting',
           0, %(at)s, '', '', '[]'
    FROM unnest(%(ids)s::bigint[], %(types)s::varchar[], %(families)s::varchar[],
                %(channels)s::varchar[], %(locations)s::varchar[],
                %(sandboxes)s::boolean[], %(bodies)s::text[])
         AS e(id, type, family, channel, location, is_sandbox, body)
    JOIN core_webhookendpoint p
      ON p.status <> 'disabled' AND p.is_sandbox = e.is_sandbox
     AND p.event_types && ARRAY[e.type, e.family, '*']::varchar[]
     AND (p.channels = '{}' OR e.channel = ANY(p.channels))
     AND (p.locations = '{}' OR e.location = ANY(p.locations))
     AND (%(endpoint)s::bigint IS NULL OR p.id = %(endpoint)s)
    ORDER BY p.id, e.id
    ON CONFLICT (endpoint_id, event_id) DO """
ONCE = "NOTHING"
AGAIN = """UPDATE SET status = 'waiting', attempts = 0,
    next_attempt_at = excluded.next_attempt_at, updated_at = statement_timestamp()"""


def pause(attempts: int) -> timedelta:
    return PAUSES[attempts - 1] * random.uniform(1, 1 + JITTER)  # noqa: S311


@transaction.atomic
def dispatch_events(*, at: datetime | None = None, most: int = AT_ONCE) -> int:
    """Share out the oldest events that have not been; how many there were.

    In one transaction with their stamp: whoever is killed meanwhile has done nothing.
    Others at the same work take other events.
    """
    at = at or timezone.now()
    waiting = Event.objects.filter(dispatched_at=None).order_by("id")
    events = list(waiting.select_for_update(no_key=True, skip_locked=True)[:most])
    if not events:
        return 0
    share_out(events, at=at)
    keys = [event.pk for event in events]
    Event.objects.filter(pk__in=keys).update(dispatched_at=at)
    fault_point("webhook.dispatched")
    return len(events)


def share_out(
    events: Sequence[Event],
    *,
    at: datetime,
    endpoint: int | None = None,
    again: bool = False,
) -> int:
    """Deliveries for all endpoints, or one, that want these events and may see what
    they are about; how many. `again`: also those that were made before."""
    rows = subjects.shown(events)
    given = {
        "at": at,
        "endpoint": endpoint,
        "ids": [row.event.pk for row in rows],
        "types": [row.event.action for row in rows],
        "families": [subjects.family(row.event.action) for row in rows],
        "channels": [row.facts.channel for row in rows],
        "locations": [row.facts.location for row in rows],
        "sandboxes": [row.facts.is_sandbox for row in rows],
        "bodies": [row.body for row in rows],
    }
    with connection.cursor() as cursor:
        cursor.execute(FAN_OUT + (AGAIN if again else ONCE), given)
        return cursor.rowcount
