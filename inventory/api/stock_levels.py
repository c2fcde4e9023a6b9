"""/api/v1/stock-levels/: the numbers of the key's locations. Writing them is added
where it is known who loses pieces."""

from django.db.models import prefetch_related_objects

from inventory.api.filters import StockLevelFilters
from inventory.api.shapes import StockLevelSerializer
from inventory.models import StockLevel
from oms.core.api.viewsets import ApiViewSet, Readable


class ReadStockLevels(Readable, ApiViewSet):
    model = StockLevel
    read_scope, write_scope = "stock:read", "stock:write"
    serializer_class = StockLevelSerializer
    filterset_class = StockLevelFilters
    one_row = frozenset({"sku"})
    lookup_value_regex = r"[0-9]{1,18}"
    http_method_names = ["get", "head", "post"]

    def load(self, rows):
        prefetch_related_objects(rows, "product", "location")
