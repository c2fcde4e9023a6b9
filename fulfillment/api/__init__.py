"""Stock levels in the partner API."""

from fulfillment.api.stock_levels import StockLevelViewSet
from oms.core.api.registry import register_resource

register_resource("stock-levels", StockLevelViewSet)
