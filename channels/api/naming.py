"""Which channel a body means."""

from django.utils.translation import gettext as _

from channels.models import Channel
from oms.core.api.models import ApiKey
from oms.core.api.problems import invalid


def channels_of(key: ApiKey) -> dict[str, Channel]:
    return {row.code: row for row in Channel.objects.for_key(key)}


def channel_of(values: dict, known: dict[str, Channel]) -> Channel:
    """A key of one channel need not name it."""
    facts = {"all": ", ".join(sorted(known)) or "-"}
    if code := values.get("channel"):
        if code in known:
            return known[code]
        text = _("This key sees no such channel; it sees: %(all)s.") % facts
        raise invalid("/channel", "unknown_channel", text)
    if len(known) == 1:
        return next(iter(known.values()))
    text = _("Name the channel; this key sees: %(all)s.") % facts
    raise invalid("/channel", "required", text)
