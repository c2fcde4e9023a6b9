"""What lists of products, locations and stock can be narrowed by."""

import django_filters as filters

from inventory.models import Location, Product, StockLevel
from inventory.models.stock import Condition
from oms.core.api.strictness import FlagFilter


class ProductFilters(filters.FilterSet):
    sku = filters.CharFilter()
    barcode = filters.CharFilter(field_name="barcodes__code")
    is_active = FlagFilter()
    is_bundle = FlagFilter()

    class Meta:
        model = Product
        fields: list[str] = []


class LocationFilters(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=Location.Kind.choices)
    is_active = FlagFilter()
    country = filters.CharFilter()

    class Meta:
        model = Location
        fields: list[str] = []


class StockLevelFilters(filters.FilterSet):
    sku = filters.CharFilter(field_name="product__sku")
    location = filters.CharFilter(field_name="location__code")
    condition = filters.ChoiceFilter(choices=Condition.choices)

    class Meta:
        model = StockLevel
        fields: list[str] = []
