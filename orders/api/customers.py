"""Customers, as far as they have ordered in the channels of the key."""

from drf_spectacular.utils import extend_schema_view

from oms.core.api.viewsets import ApiViewSet, Readable
from orders.api.describing import CUSTOMERS
from orders.api.filters import CustomerFilters
from orders.api.shapes import CustomerSerializer
from orders.models import Customer


@extend_schema_view(**CUSTOMERS)
class CustomerViewSet(Readable, ApiViewSet):
    model = Customer
    read_scope, write_scope = "orders:read", "orders:write"
    serializer_class = CustomerSerializer
    filterset_class = CustomerFilters
    one_row = frozenset({"email"})
    lookup_value_regex = r"[0-9]{1,18}"
    http_method_names = ["get", "head"]
