"""Imports in the partner API."""

from oms.core.api.registry import register_resource
from oms.core.files.api.views import ImportViewSet

register_resource("imports", ImportViewSet)
