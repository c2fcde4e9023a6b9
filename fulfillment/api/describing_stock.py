"""What the description of the API says of stock levels, with examples."""

from drf_spectacular.utils import OpenApiExample, extend_schema

from fulfillment.api import stock_bodies as bodies
from inventory.api.shapes import StockLevelSerializer
from oms.core.api.bulk import BulkAnswerSerializer
from oms.core.api.describing import ID, usual

SET = {"sku": "SHIRT", "location": "BER", "on_hand": 40}
ADJUST = {"sku": "SHIRT", "location": "BER", "delta": -2, "reason": "Broken"}

STOCK_LEVELS = {
    "list": extend_schema(
        summary="List stock levels",
        description="Of the locations of the key. By `updated_at`, oldest first; the "
        "last seconds are left out, unless `sku` names one product. `version` changes "
        "with every movement.",
    ),
    "retrieve": extend_schema(summary="Read a stock level", parameters=[ID]),
    "set_stock": extend_schema(
        request=bodies.SetBody,
        responses={200: StockLevelSerializer},
        summary="Set what is on hand",
        description="A count of sellable pieces. What is counted is true: where fewer "
        "are there than were promised, the newest promises go back to waiting. 409 "
        "with `version` and `on_hand` as they are now, where `if_version` is another.",
        examples=usual(SET | {"if_version": 1764460800000000}),
    ),
    "adjust_stock": extend_schema(
        request=bodies.AdjustBody,
        responses={200: StockLevelSerializer},
        summary="Add pieces, or take some away",
        description="Refused below what is promised to orders: set it then.",
        examples=usual(ADJUST),
    ),
    "bulk": extend_schema(
        request=bodies.StockBulkBody,
        responses={200: BulkAnswerSerializer},
        summary="Set or adjust up to 100 stock levels",
        description="One call sets, or adjusts. `all_or_nothing`: 409, or 400, where "
        "one of them cannot be done. `best_effort`: each says for itself. The `data` "
        "of a result is the stock level.",
        examples=[
            OpenApiExample(name, value, request_only=True)
            for name, value in (
                ("Set", {"mode": "best_effort", "items": [SET]}),
                ("Adjust", {"items": [ADJUST]}),
            )
        ],
    ),
}
