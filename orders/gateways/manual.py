from django.utils.translation import gettext_lazy as _

from orders.gateways.base import Gateway


class Manual(Gateway):
    """Money that staff have seen: a bank transfer, cash, a cheque."""

    code = "manual"
    label = _("By hand")
    local = True
