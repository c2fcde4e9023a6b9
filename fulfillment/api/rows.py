"""Rows that belong to an order: its lock is theirs, and its time."""

from oms.core import transitions
from oms.core.api import etags
from orders.models import Order


class OfOrder:
    """A part of viewsets. The list goes by the time of the order, so that a partner who
    follows it hears of a new address or a hold too."""

    stamp = "order__updated_at"

    def get_queryset(self):
        return super().get_queryset().select_related("order")

    def locked(self, *, version_required: bool = False):
        transitions.lock(Order, [self.get_object().order_id])
        row = self.get_object()  # as it is after the wait
        etags.check(self.request, row, required=version_required)
        return row
