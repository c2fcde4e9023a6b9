from django.utils.translation import gettext_lazy as _

from orders.gateways.base import Gateway


class ChannelPaid(Gateway):
    """The channel collects the money and gives it back; here it is noted."""

    code = "channel"
    label = _("Collected by the channel")
    local = True
