"""Returns and refunds in the partner API."""

from oms.core.api.registry import register_resource
from returns.api.refunds import RefundViewSet
from returns.api.returns import ReturnViewSet

register_resource("refunds", RefundViewSet)
register_resource("returns", ReturnViewSet)
