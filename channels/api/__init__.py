"""Listings and availability in the partner API."""

from channels.api.availability import AvailabilityViewSet
from channels.api.listings import ListingViewSet
from oms.core.api.registry import register_resource

register_resource("availability", AvailabilityViewSet)
register_resource("listings", ListingViewSet)
