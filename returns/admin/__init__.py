"""Returns, refunds and policies. What they add to the pages of orders and locations
stands in `tools.py` and `returns/panels.py`."""

from django.utils.translation import gettext_lazy

from oms.core import panels
from oms.core.admin import register_panel
from orders.models import Customer, Order
from returns import causes, exports, lists
from returns.admin import fixes, order_steps, pages, today, tools
from returns.panels import (
    refunds_of_customer,
    refunds_of_order,
    returns_of_customer,
    returns_of_order,
)

__all__ = [
    "causes",
    "exports",
    "fixes",
    "lists",
    "order_steps",
    "pages",
    "today",
    "tools",
]

register_panel(Order, returns_of_order)
register_panel(Order, refunds_of_order)
register_panel(Customer, returns_of_customer)
register_panel(Customer, refunds_of_customer)

panels.describe_events(
    {
        "return.requested": gettext_lazy("Return asked for"),
        "return.approved": gettext_lazy("Return approved"),
        "return.declined": gettext_lazy("Return declined"),
        "return.cancelled": gettext_lazy("Return cancelled"),
        "return.expired": gettext_lazy("Return expired: nothing came"),
        "return.received": gettext_lazy("Return counted"),
        "return.scanned": gettext_lazy("Returned piece scanned"),
        "return.disposed": gettext_lazy("Returned pieces decided on"),
        "return.inspected": gettext_lazy("Return inspected"),
        "return.matched": gettext_lazy("Unknown parcel matched"),
        "return.refund_denied": gettext_lazy("Money of the return denied"),
        "return.closed": gettext_lazy("Return closed"),
        "refund.requested": gettext_lazy("Refund asked for"),
        "refund.submitted": gettext_lazy("Refund sent to the gateways"),
        "refund.denied": gettext_lazy("Refund denied"),
        "refund.succeeded": gettext_lazy("Refund paid"),
        "refund.failed": gettext_lazy("Refund refused by a gateway"),
        "refund.tried_again": gettext_lazy("Refund tried again"),
    },
    {
        "sku": gettext_lazy("SKU"),
        "disposition": gettext_lazy("disposition"),
    },
)
