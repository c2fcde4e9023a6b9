"""What the description of the API says of promises, with an example."""

from drf_spectacular.utils import OpenApiExample, extend_schema

from fulfillment.api.promise_shapes import PromiseBody, PromiseSerializer

WISH = {
    "lines": [{"sku": "SHIRT", "quantity": 2}],
    "ship_to": {"country": "DE", "postal_code": "10969", "lat": 52.5, "lon": 13.4},
}

PROMISES = {
    "create": extend_schema(
        request=PromiseBody,
        responses={200: PromiseSerializer},
        summary="Ask what an order would get",
        description="From where, in how many parcels, when and for how much, were it "
        "ordered now. Nothing is written and nothing reserved. Days and costs are "
        "known where there are rate tables.",
        examples=[OpenApiExample("Usual", WISH, request_only=True)],
    )
}
