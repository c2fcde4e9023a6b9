"""What the description of the API says of products and locations, with examples."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema

from inventory.api import bodies, shapes
from oms.core.api.describing import usual

SKU = OpenApiParameter("sku", OpenApiTypes.STR, "path")
CODE = OpenApiParameter("code", OpenApiTypes.STR, "path")
NEW = {
    "sku": "SHIRT-M",
    "name": "Shirt, size M",
    "weight_grams": 180,
    "barcodes": ["4006381333931"],
}

PRODUCTS = {
    "list": extend_schema(summary="List products"),
    "retrieve": extend_schema(summary="Read a product", parameters=[SKU]),
    "create": extend_schema(
        request=bodies.ProductBody,
        responses={201: shapes.ProductSerializer},
        summary="Create a product",
        description="Bundles are made in the back office. For keys without limits to "
        "channels or locations.",
        examples=usual(NEW),
    ),
    "partial_update": extend_schema(
        parameters=[SKU],
        request=bodies.ProductChange,
        responses={200: shapes.ProductSerializer},
        summary="Change a product",
        description="What is left out stays; `barcodes` are all of them. For keys "
        "without limits to channels or locations.",
        examples=usual({"weight_grams": 185, "is_active": False}),
    ),
}
LOCATIONS = {
    "list": extend_schema(
        summary="List locations",
        description="Those that the key names; all, where it names no location and no "
        "channel.",
    ),
    "retrieve": extend_schema(summary="Read a location", parameters=[CODE]),
}
