"""Products and locations in the partner API. Stock levels are registered by the app
that knows who loses pieces when a count says so."""

from inventory.api.locations import LocationViewSet
from inventory.api.products import ProductViewSet
from oms.core.api.registry import register_resource

register_resource("locations", LocationViewSet)
register_resource("products", ProductViewSet)
