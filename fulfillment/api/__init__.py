"""Promises, stock levels, fulfillment orders and parcels in the partner API."""

from fulfillment.api.promises import PromiseViewSet
from fulfillment.api.shipments import ShipmentViewSet
from fulfillment.api.stock_levels import StockLevelViewSet
from fulfillment.api.tracking import TrackingViewSet
from fulfillment.api.works import WorkViewSet
from oms.core.api.registry import register_resource

register_resource("fulfillment-orders", WorkViewSet)
register_resource("promises", PromiseViewSet)
register_resource("shipments", ShipmentViewSet)
register_resource("stock-levels", StockLevelViewSet)
register_resource("tracking-events", TrackingViewSet)
