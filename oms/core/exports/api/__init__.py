"""Exports in the partner API."""

from oms.core.api.registry import register_resource
from oms.core.exports.api.views import ExportViewSet

register_resource("exports", ExportViewSet)
