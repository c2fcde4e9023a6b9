"""Webhooks and the feed of events in the partner API."""

from oms.core.api.registry import register_resource
from oms.core.webhooks.api.views import DeliveryViewSet, EndpointViewSet, EventViewSet

register_resource("events", EventViewSet)
register_resource("webhook-deliveries", DeliveryViewSet)
register_resource("webhook-endpoints", EndpointViewSet)
