"""/api/v1/products/: the catalogue."""

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_view

from inventory.api import bodies
from inventory.api.describing import PRODUCTS
from inventory.api.filters import ProductFilters
from inventory.api.shapes import ProductSerializer
from inventory.models import Product
from inventory.services.catalogue import save_products
from oms.core.api.models import ApiKey
from oms.core.api.problems import Problem, Refusal
from oms.core.api.viewsets import ApiViewSet, Readable


@extend_schema_view(**PRODUCTS)
class ProductViewSet(Readable, ApiViewSet):
    model = Product
    read_scope, write_scope = "products:read", "products:write"
    serializer_class = ProductSerializer
    filterset_class = ProductFilters
    one_row = frozenset({"sku", "barcode"})
    lookup_field = "sku"
    lookup_value_regex = "[^/]{1,64}"
    http_method_names = ["get", "head", "post", "patch"]

    def load(self, rows):
        prefetch_related_objects(rows, "barcodes", "components__component")

    def create(self, request, *args, **kwargs):
        _check_limits(request.auth)
        values = self.values(bodies.ProductBody)
        sku = values.pop("sku")
        if self.get_queryset().filter(sku=sku).exists():
            text = _("There is a product with the SKU %(sku)s already; change that.")
            raise Refusal([text % {"sku": sku}])
        response = self._saved(sku, values, 201)
        response["Location"] = request.build_absolute_uri(f"{sku}/")
        return response

    def partial_update(self, request, *args, **kwargs):
        row = self.locked(version_required=True)
        _check_limits(request.auth)
        return self._saved(row.sku, self.values(bodies.ProductChange), 200)

    def _saved(self, sku: str, values: dict, status: int):
        out = save_products({sku: values})
        if out.refused:
            raise Refusal(out.refused[sku])
        return self.shown(self.get_queryset().get(sku=sku), status)


def _check_limits(key: ApiKey) -> None:
    """The catalogue belongs to all: who is limited to a part of the shop, or practises,
    does not change it."""
    if key.is_sandbox or key.channels or key.locations:
        text = _("Only a live key without limits to channels or locations changes it.")
        raise Problem("scope_missing", text)
