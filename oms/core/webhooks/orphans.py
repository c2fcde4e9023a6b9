"""Endpoints whose key has ended: nobody may hear in its name any more."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from oms.core import transitions
from oms.core.api.clients import ended
from oms.core.models import WebhookEndpoint
from oms.core.webhooks.endpoints import put_off

Status = WebhookEndpoint.Status


@transaction.atomic
def stop_orphans(
    clients: Collection[int] | None = None, *, actor: str, at: datetime
) -> list[WebhookEndpoint]:
    """Switch off the endpoints of these clients, or of all, that have no key that still
    works."""
    rows = WebhookEndpoint.objects.exclude(status=Status.DISABLED)
    rows = rows.exclude(client=None)
    if clients is not None:
        rows = rows.filter(client__in=clients)
    owners = dict(rows.values_list("pk", "client"))
    ends = ended(set(owners.values()), at) if owners else {}
    gone = [pk for pk, client in owners.items() if client in ends]
    if not gone:
        return []
    locked = transitions.lock(WebhookEndpoint, gone)
    reasons = {endpoint.pk: ends[endpoint.client] for endpoint in locked}
    put_off(reasons, locked, actor=actor, at=at)
    return locked
