"""Partners by their keys: a key and those that replaced it are one client."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from oms.core.api.models import ApiKey


def ended(clients: Collection[int], at: datetime) -> dict[int, str]:
    """{client: how its last key ended} of those that have none any more."""
    keys = ApiKey.objects.filter(pk__in=clients)
    keys |= ApiKey.objects.filter(origin__in=clients)
    last: dict[int, ApiKey] = {}
    alive = set()
    for key in keys.order_by("pk"):
        last[key.client] = key
        if not key.why_not(at):
            alive.add(key.client)
    return {client: _how(last[client], at) for client in last.keys() - alive}


def _how(key: ApiKey, at: datetime) -> str:
    text = _("Its API key %(key)s has expired.")
    if key.why_not(at) == "revoked":
        text = _("Its API key %(key)s was revoked.")
    return text % {"key": key}
