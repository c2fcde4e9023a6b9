"""What the description of the API says of orders and customers, with examples."""

from functools import partial

from drf_spectacular.utils import extend_schema

from oms.core.api.bulk import BulkAnswerSerializer
from oms.core.api.describing import ID, by_number, done_to, read_of, usual
from orders.api import bodies, shapes

SHIP_TO = {
    "name": "Erika Muster",
    "street": "Lindenstraße 1",
    "city": "Berlin",
    "postal_code": "10969",
    "country": "DE",
}
NEW_ORDER = {
    "external_id": "WEB-1001",
    "currency": "EUR",
    "lines": [{"sku": "SHIRT", "quantity": 2, "unit_price": "19.90"}],
    "customer": {"email": "erika@example.org", "name": "Erika Muster"},
    "ship_to": SHIP_TO,
    "shipping_amount": "4.90",
    "total_amount": "44.70",
}
NUMBER = by_number("order")
_action = partial(done_to, NUMBER, answer={200: shapes.OrderSerializer})
_read = partial(read_of, NUMBER)

ORDERS = {
    "list": extend_schema(
        summary="List orders",
        description="By `updated_at`, oldest first; the last seconds are left out, "
        "unless `external_id` names one order.",
    ),
    "retrieve": _read(shapes.OrderSerializer, "Read an order"),
    "create": extend_schema(
        request=bodies.OrderBody,
        responses={201: shapes.OrderSerializer, 200: shapes.OrderSerializer},
        summary="Create an order",
        description="201 for a new order; 200 where the channel has one with this "
        "`external_id` and the same content already; 409 where the content differs. "
        "What cannot be confirmed yet (an unknown SKU, a missing payment) is taken "
        "and waits: see `refusals`.",
        examples=usual(NEW_ORDER),
    ),
    "bulk": extend_schema(
        request=bodies.OrderBulkBody,
        responses={200: BulkAnswerSerializer},
        summary="Create up to 100 orders",
        description="`all_or_nothing`: 409, or 400, where one of them cannot be done. "
        "`best_effort`: each says for itself. The `data` of a result is the order in "
        "short.",
        examples=usual({"mode": "best_effort", "items": [NEW_ORDER]}),
    ),
    "partial_update": extend_schema(
        parameters=[NUMBER],
        request=bodies.OrderChange,
        responses={200: shapes.OrderSerializer},
        summary="Change an order",
        description="What is left out stays; `tags` are all of them.",
        examples=usual({"ship_to": {"street": "Lindenstraße 2"}, "priority": 10}),
    ),
    "confirm": _action(bodies.NothingBody, "Try to confirm an order again", {}),
    "cancel": extend_schema(
        parameters=[NUMBER],
        request=bodies.CancelBody,
        responses={200: shapes.OrderSerializer, 202: shapes.OrderSerializer},
        summary="Cancel an order, or pieces of it",
        description="202 where a 3PL or a supplier has pieces and was asked to cancel "
        "them: they are cancelled once it agrees, see `cancellation_requests`. The "
        "rest is cancelled at once.",
        examples=usual(
            {"reason": "Ordered twice", "lines": [{"position": 1, "quantity": 1}]}
        ),
    ),
    "hold": _action(
        bodies.HoldBody,
        "Hold an order",
        {
            "handle": "address-check",
            "reason": "customer_request",
            "blocks": ["release", "ship"],
            "note": "The customer asks us to wait.",
        },
    ),
    "release": _action(
        bodies.ReleaseBody, "Release a hold of your own", {"handle": "address-check"}
    ),
    "payments": _read(shapes.PaymentListSerializer, "Read the payments of an order"),
    "notes": _read(shapes.NoteListSerializer, "Read your notes"),
}
CUSTOMERS = {
    "list": extend_schema(summary="List customers"),
    "retrieve": extend_schema(
        summary="Read a customer",
        parameters=[ID],
    ),
}
ADD_NOTE = _action(
    bodies.NoteBody,
    "Add a note",
    {"text": "Leave it with the neighbour."},
    answer={200: shapes.NoteListSerializer},
)
