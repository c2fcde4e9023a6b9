"""What channels add to the rail and to Today."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels.models import Channel
from oms.core.navigation import Entry, register_entry
from oms.core.today import Part, Step, register_area

LIST = "admin:channels_channel_changelist"

register_entry(Entry(gettext_lazy("Channels"), LIST, "channels.view_channel", 70))


def first_channel(user, now: datetime) -> Part:
    step = Step(
        _("Connect a channel"),
        _("Where orders come from."),
        Channel.objects.all(),
        reverse("admin:channels_channel_add"),
        30,
    )
    return Part(steps=(step,))


register_area("channels.add_channel", first_channel)
