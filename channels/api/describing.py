"""What the description of the API says of listings and availability, with
examples."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema

from channels.api import shapes
from channels.api.availability_shapes import AvailabilityListSerializer
from oms.core.api.describing import ID, usual

LISTINGS = {
    "list": extend_schema(summary="List listings"),
    "retrieve": extend_schema(summary="Read a listing", parameters=[ID]),
    "create": extend_schema(
        request=shapes.ListingBody,
        responses={201: shapes.ListingSerializer, 200: shapes.ListingSerializer},
        summary="List a product in a channel",
        description="201 for a new listing; 200 where it is there already, just so; "
        "409 where the channel's SKU means something else: change that by its id. "
        "Orders that waited for the SKU go on.",
        examples=usual(
            {"channel": "shop", "channel_sku": "A-17", "sku": "SHIRT", "buffer": 2}
        ),
    ),
    "partial_update": extend_schema(
        parameters=[ID],
        request=shapes.ListingChange,
        responses={200: shapes.ListingSerializer},
        summary="Change a listing",
        description="What is left out stays. Shown is what may be promised less "
        "`buffer`, of that `percent`, and never more than `most`.",
        examples=usual({"percent": 50, "most": 20}),
    ),
}


def _parameter(name: str, description: str, *, required: bool = False):
    return OpenApiParameter(
        name, OpenApiTypes.STR, "query", required=required, description=description
    )


AVAILABILITY = {
    "list": extend_schema(
        parameters=[
            _parameter(
                "sku", "Of our products; up to 100, with commas.", required=True
            ),
            _parameter("location", "This one only."),
            _parameter("channel", "This one only."),
        ],
        responses={200: AvailabilityListSerializer},
        filters=False,
        summary="Read how much may be promised",
        description="By active location of the key, and for each of its channels over "
        "the locations that serve it, with what its listings show. At once, without "
        "pages.",
    ),
}
