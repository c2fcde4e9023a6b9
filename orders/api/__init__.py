"""Orders and customers in the partner API."""

from oms.core.api.registry import register_resource
from orders.api.customers import CustomerViewSet
from orders.api.orders import OrderViewSet

register_resource("customers", CustomerViewSet)
register_resource("orders", OrderViewSet)
