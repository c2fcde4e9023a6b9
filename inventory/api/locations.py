"""/api/v1/locations/: where stock is and work is done, as far as the key sees it."""

from drf_spectacular.utils import extend_schema_view

from inventory.api.describing import LOCATIONS
from inventory.api.filters import LocationFilters
from inventory.api.shapes import LocationSerializer
from inventory.models import Location
from oms.core.api.viewsets import ApiViewSet, Readable


@extend_schema_view(**LOCATIONS)
class LocationViewSet(Readable, ApiViewSet):
    model = Location
    read_scope, write_scope = "stock:read", "stock:write"
    serializer_class = LocationSerializer
    filterset_class = LocationFilters
    lookup_field = "code"
    lookup_value_regex = "[^/]{1,16}"
    http_method_names = ["get", "head"]
