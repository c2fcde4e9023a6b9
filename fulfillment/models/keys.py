"""What a partner's key may see of what belongs to an order and to a location, and when
that changed."""

from django.db import models

from channels.models import Channel
from inventory.models import Location
from oms.core.api.models import ApiKey


class ChangesWithOrder:
    @property
    def changed_at(self):
        """Whatever changes of it, or of what it says of its order, stamps the order."""
        return self.order.updated_at


class WorkSet(models.QuerySet):
    def for_key(self, key: ApiKey) -> "WorkSet":
        """A warehouse sees the work of its locations, a shop that of its orders."""
        return _of_channels(at_places(self, key, "location"), key)


class ShipmentSet(models.QuerySet):
    def for_key(self, key: ApiKey) -> "ShipmentSet":
        """Those of the work that it sees."""
        return _of_channels(at_places(self, key, "fulfillment_order__location"), key)


def _of_channels(rows: models.QuerySet, key: ApiKey) -> models.QuerySet:
    return rows.filter(order__channel__in=channels_of(key))


def at_places(rows: models.QuerySet, key: ApiKey, location: str) -> models.QuerySet:
    """Those at its locations, where it is limited to some; `location` is the path."""
    if not key.locations:
        return rows
    places = Location.objects.filter(code__in=key.locations)
    return rows.filter(**{f"{location}__in": list(places.values_list("pk", flat=True))})


def channels_of(key: ApiKey) -> list[int]:
    """Unlike `Channel.objects.for_key`, all for a key that is limited to locations: a
    warehouse works for any channel."""
    rows = Channel.objects.filter(is_sandbox=key.is_sandbox)
    if key.channels:
        rows = rows.filter(code__in=key.channels)
    return list(rows.values_list("pk", flat=True))
