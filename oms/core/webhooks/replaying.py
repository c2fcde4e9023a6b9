"""Telling once more, trying out, and throwing old deliveries away."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core import transitions
from oms.core.models import Event, WebhookDelivery, WebhookEndpoint
from oms.core.outcome import Outcome
from oms.core.sets import insert_rows, update_rows
from oms.core.sound import keys
from oms.core.timeline import event_of
from oms.core.webhooks import dispatching, subjects
from oms.core.webhooks.models import KEPT_FOR

MOST = 10_000  # events of one replay
AT_ONCE = 1000
TEST = "webhook.test"
SWEEP = """
    DELETE FROM core_webhookdelivery WHERE id IN (
        SELECT id FROM (SELECT id, created_at FROM core_webhookdelivery
                        ORDER BY id LIMIT %(most)s) oldest
        WHERE created_at < %(before)s)"""


@transaction.atomic
def replay_deliveries(pks: Iterable[int], *, actor: str, at=None) -> Outcome:
    """Send these again, with the same id and the same bytes. done: the deliveries,
    which wait; refused: those whose endpoint does not listen."""
    at, wanted = at or timezone.now(), set(pks)
    found = WebhookDelivery.objects.filter(pk__in=keys(wanted))
    endpoints = transitions.lock(
        WebhookEndpoint, found.values_list("endpoint_id", flat=True)
    )
    by_key = {endpoint.pk: endpoint for endpoint in endpoints}
    locked = transitions.lock(WebhookDelivery, keys(wanted))
    out = transitions.missing(wanted, locked, _("The delivery"))
    for row in locked:
        if reason := not_listening(by_key[row.endpoint_id]):
            out.refuse(row.pk, reason)
        else:
            row.status, row.attempts = WebhookDelivery.Status.WAITING, 0
            row.next_attempt_at = at
            out.done.append(row)
    names = ["status", "attempts", "next_attempt_at"]
    values = {row.pk: tuple(getattr(row, name) for name in names) for row in out.done}
    update_rows(WebhookDelivery, values, names)
    return out


@transaction.atomic
def replay_events(
    endpoint: int, *, since: datetime, until: datetime, actor: str, at=None
) -> Outcome:
    """Tell an endpoint what happened from `since` to before `until`, whether it has
    heard of it or not. done: a row of {"deliveries": how many}."""
    at = at or timezone.now()
    locked = transitions.lock(WebhookEndpoint, keys([endpoint]))
    out = transitions.missing([endpoint], locked, _("The webhook endpoint"))
    if not locked:
        return out
    found = Event.objects.filter(
        at__gte=since, at__lt=until, subject_type__in=subjects.subject_types()
    )
    events = list(found.order_by("id")[: MOST + 1])
    if reason := not_listening(locked[0]) or _too_many(events, since, until):
        out.refuse(endpoint, reason)
        return out
    count = 0
    for start in range(0, len(events), AT_ONCE):
        part = events[start : start + AT_ONCE]
        count += dispatching.share_out(part, at=at, endpoint=endpoint, again=True)
    data = {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "deliveries": count,
    }
    action = "webhookendpoint.replayed"
    insert_rows([event_of(locked[0], action, actor=actor, at=at, data=data)])
    out.done.append(data)
    return out


def not_listening(endpoint: WebhookEndpoint) -> str:
    if endpoint.status == WebhookEndpoint.Status.ACTIVE:
        return ""
    return _("%(endpoint)s is not active; switch it on first.") % {"endpoint": endpoint}


def _too_many(events: list[Event], since: datetime, until: datetime) -> str:
    if since >= until:
        return _("The beginning has to be before the end.")
    if len(events) > MOST:
        return _("These are more than %(n)d events; choose a shorter time.") % {
            "n": MOST
        }
    return ""


@transaction.atomic
def send_test(endpoint: WebhookEndpoint, *, at=None) -> WebhookDelivery:
    """A message without an event, for who sets an endpoint up; it waits to be sent."""
    at = at or timezone.now()
    version = (endpoint.updated_at - subjects.EPOCH) // subjects.MICROSECOND
    data = {"id": str(endpoint.pk), "object": "webhook_endpoint", "version": version}
    said = subjects.message(TEST, at, data, 0)
    return WebhookDelivery.objects.create(
        endpoint=endpoint,
        message_id=f"test_{uuid.uuid4().hex}",
        type=TEST,
        body=subjects.written(said),
        next_attempt_at=at,
    )


def sweep_deliveries(*, at=None, most: int = 10_000) -> int:
    """Delete what is older than KEPT_FOR, in parts; how many."""
    before, deleted = (at or timezone.now()) - KEPT_FOR, 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(SWEEP, {"before": before, "most": most})
            deleted += cursor.rowcount
            if cursor.rowcount < most:
                return deleted
