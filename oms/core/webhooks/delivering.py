"""Deliveries go out: claimed in a set, called outside of any transaction, written in a
set. At least once: a worker that dies leaves its claim to end, and the next one sends
the same bytes under the same id."""

import logging
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core import transitions
from oms.core.faults import fault_point
from oms.core.models import WebhookDelivery, WebhookEndpoint
from oms.core.outside import LEASE
from oms.core.sealed import unseal
from oms.core.sets import update_rows
from oms.core.webhooks import dispatching, orphans, signing
from oms.core.webhooks.calling import GONE, Answer, call
from oms.core.webhooks.endpoints import switch_off

log = logging.getLogger(__name__)
Status = WebhookDelivery.Status

AT_ONCE = 16  # calls side by side, so a set takes as long as its slowest
LONGEST = 20  # seconds after which no more are claimed; the next task goes on
BROKEN = 5  # failures in a row after which an endpoint is only tried now and then
REST = timedelta(minutes=1)
GIVEN_UP = timedelta(days=3)  # without any success: it is switched off
MOST_LOGGED = 30
CLAIM = """
    WITH picked AS (
        SELECT id FROM (
            SELECT due.*, row_number() OVER (
                PARTITION BY p.id ORDER BY due.next_attempt_at, due.id) AS place
            FROM core_webhookendpoint p CROSS JOIN LATERAL (
                SELECT d.id, d.next_attempt_at FROM core_webhookdelivery d
                WHERE d.endpoint_id = p.id AND d.status = 'waiting'
                  AND d.next_attempt_at <= %(at)s
                  AND (%(pks)s::bigint[] IS NULL OR d.id = ANY(%(pks)s))
                ORDER BY d.next_attempt_at, d.id
                LIMIT CASE WHEN p.failures >= %(broken)s THEN 1 ELSE %(most)s END
                FOR NO KEY UPDATE SKIP LOCKED) due
            WHERE p.status = 'active'
              AND (p.resting_until IS NULL OR p.resting_until <= %(at)s
                   OR %(pks)s::bigint[] IS NOT NULL)) ranked
        ORDER BY place, next_attempt_at, id LIMIT %(most)s)
    UPDATE core_webhookdelivery d
    SET attempts = attempts + 1, next_attempt_at = %(leased)s,
        updated_at = statement_timestamp()
    FROM picked WHERE picked.id = d.id RETURNING d.id"""
IS_DUE = """
    SELECT EXISTS (SELECT FROM core_event WHERE dispatched_at IS NULL)
        OR EXISTS (
            SELECT FROM core_webhookendpoint p
            WHERE status = 'active'
              AND (resting_until IS NULL OR resting_until <= %(at)s)
              AND EXISTS (
                SELECT FROM core_webhookdelivery d
                WHERE d.endpoint_id = p.id AND d.status = 'waiting'
                  AND d.next_attempt_at <= %(at)s))"""


def is_anything_due(at: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(IS_DUE, {"at": at})
        return cursor.fetchone()[0]


def deliver_due(*, at: datetime | None = None) -> int:
    """Share out events and send what is due, until nothing is or the time is up.
    Nothing more goes to endpoints whose key has expired."""
    orphans.stop_orphans(actor="task:webhooks", at=at or timezone.now())
    until, sent = time.monotonic() + LONGEST, 0
    while time.monotonic() < until:
        shared = dispatching.dispatch_events(at=at)
        called = deliver(at=at)
        if not shared and not called:
            break
        sent += called
    return sent


def deliver(pks: Iterable[int] | None = None, *, at: datetime | None = None) -> int:
    """Send up to AT_ONCE deliveries that are due, of these keys if given; how many.
    Call it outside of any transaction."""
    fault_point("webhook.before_claim")
    rows = claim(at=at or timezone.now(), pks=pks)
    fault_point("webhook.claimed")
    if rows:
        answers = _call_all(rows, at or timezone.now())
        fault_point("webhook.called")
        store(rows, answers, at=at or timezone.now())
        fault_point("webhook.stored")
    return len(rows)


def claim(
    *, at: datetime, pks: Iterable[int] | None = None, most: int = AT_ONCE
) -> list[WebhookDelivery]:
    """Lease what is due, in turn by endpoint: a slow one keeps no other waiting."""
    given = {
        "at": at,
        "leased": at + LEASE,
        "pks": None if pks is None else list(pks),
        "most": most,
        "broken": BROKEN,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, given)
        found = [pk for (pk,) in cursor.fetchall()]
    rows = WebhookDelivery.objects.filter(pk__in=found) if found else []
    return list(rows.select_related("endpoint").order_by("pk")) if found else []


def _call_all(rows: Sequence[WebhookDelivery], at: datetime) -> list[Answer]:
    with ThreadPoolExecutor(min(len(rows), AT_ONCE)) as threads:
        return list(threads.map(lambda row: _send(row, at), rows))


def _send(row: WebhookDelivery, at: datetime) -> Answer:
    keys = keys_of(row.endpoint, at)
    if not keys:
        return Answer(None, "", 0, _("Its secret cannot be opened; make a new one."))
    body = row.body.encode()
    return call(row.endpoint.url, signing.headers(row.message_id, body, keys, at), body)


def keys_of(endpoint: WebhookEndpoint, at: datetime) -> list[bytes]:
    """What signs now: the secret, and the one before until its end."""
    sealed = [endpoint.sealed]
    if endpoint.old_until is not None and endpoint.old_until > at:
        sealed.append(endpoint.old_sealed)
    keys = []
    for each in sealed:
        try:
            keys.append(unseal(each))
        except ValueError:
            log.error("a secret of webhook endpoint %s cannot be opened", endpoint.pk)
    return keys


# --- What became of it ----------------------------------------------------------------


@transaction.atomic
def store(
    claimed: Sequence[WebhookDelivery], answers: Sequence[Answer], *, at: datetime
) -> None:
    """Write what the endpoints said. Of a row that somebody else has claimed or sent
    again meanwhile, the other one tells."""
    told = dict(zip((row.pk for row in claimed), answers, strict=True))
    counted = {row.pk: row.attempts for row in claimed}
    locked = transitions.lock(WebhookEndpoint, {row.endpoint_id for row in claimed})
    endpoints = {endpoint.pk: endpoint for endpoint in locked}
    rows = [
        row
        for row in transitions.lock(WebhookDelivery, told)
        if row.status == Status.WAITING and row.attempts == counted[row.pk]
    ]
    for row in rows:
        _note(row, told[row.pk], at)
        _judge(endpoints[row.endpoint_id], told[row.pk], at)
    _write(rows, endpoints.values())
    switch_off(
        {pk: why for pk, one in endpoints.items() if (why := _hopeless(one, at))},
        locked,
        actor="task:deliver_webhooks",
        at=at,
    )


def _note(row: WebhookDelivery, answer: Answer, at: datetime) -> None:
    row.answer_status, row.answer_text = answer.status, answer.text
    row.answer_ms, row.error = answer.ms, answer.error[:200]
    entry = {"at": at.isoformat(), "status": answer.status, "ms": answer.ms}
    row.log = [*row.log, entry | {"error": row.error}][-MOST_LOGGED:]
    if answer.is_good:
        row.status = Status.DELIVERED
    elif row.attempts > len(dispatching.PAUSES):
        row.status = Status.FAILED
    else:
        row.next_attempt_at = at + dispatching.pause(row.attempts)


def _judge(endpoint: WebhookEndpoint, answer: Answer, at: datetime) -> None:
    if answer.is_good:
        endpoint.failures, endpoint.failing_since = 0, None
        endpoint.resting_until = None
        return
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or at
    endpoint.is_gone = answer.status == GONE
    if endpoint.failures >= BROKEN:
        endpoint.resting_until = at + REST


def _hopeless(endpoint: WebhookEndpoint, at: datetime) -> str:
    """Why it is asked no more; "" where it is."""
    if endpoint.status == WebhookEndpoint.Status.DISABLED:
        return ""
    if getattr(endpoint, "is_gone", False):
        return _("It answered 410 Gone.")
    since = endpoint.failing_since
    if since is not None and at - since >= GIVEN_UP:
        return _("Nothing got through for %(n)d days.") % {"n": GIVEN_UP.days}
    return ""


def _write(
    rows: Sequence[WebhookDelivery], endpoints: Iterable[WebhookEndpoint]
) -> None:
    names = ["status", "next_attempt_at", "answer_status", "answer_text", "answer_ms"]
    names += ["error", "log"]
    values = {row.pk: tuple(getattr(row, name) for name in names) for row in rows}
    update_rows(WebhookDelivery, values, names)
    names = ["failures", "failing_since", "resting_until"]
    values = {one.pk: tuple(getattr(one, name) for name in names) for one in endpoints}
    update_rows(WebhookEndpoint, values, names)
