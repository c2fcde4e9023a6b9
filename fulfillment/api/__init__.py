"""Stock levels and promises in the partner API."""

from fulfillment.api.promises import PromiseViewSet
from fulfillment.api.stock_levels import StockLevelViewSet
from oms.core.api.registry import register_resource

register_resource("promises", PromiseViewSet)
register_resource("stock-levels", StockLevelViewSet)
