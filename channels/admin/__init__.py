"""Channels may be edited; what they said is only looked at."""

from django.utils.translation import gettext_lazy

from channels import exports
from channels.admin import channels, door, fixes, inbox, listings, today
from oms.core.panels import describe_events

__all__ = ["channels", "door", "exports", "fixes", "inbox", "listings", "today"]

describe_events(
    {"channel.secret_made": gettext_lazy("Secret made")},
    {"older_end": gettext_lazy("older secrets end")},
)
