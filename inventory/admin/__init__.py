"""Products and places may be edited; stock and its ledger are only looked at, and
changed by the tools on a stock level's page."""

from django.utils.translation import gettext_lazy

from inventory import exports
from inventory.admin import locations, products, stock, today
from oms.core import panels

__all__ = ["exports", "locations", "products", "stock", "today"]

panels.describe_events(
    {
        "stocklevel.safety_stock_set": gettext_lazy("Safety stock set"),
        "stocklevel.bin_set": gettext_lazy("Bin set"),
    },
    {"before": gettext_lazy("before"), "after": gettext_lazy("after")},
)
