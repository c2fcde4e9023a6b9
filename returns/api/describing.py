"""What the description of the API says of returns and refunds, with examples."""

from functools import partial

from drf_spectacular.utils import extend_schema

from oms.core.api.describing import by_number, done_to, read_of, usual
from orders.api.bodies import NothingBody
from returns.api import bodies, shapes

NEW_RETURN = {
    "order": "1001",
    "lines": [{"position": 1, "quantity": 1}],
    "reason": "changed_mind",
    "external_id": "RMA-1",
}
ARRIVED = {"items": [{"sku": "SHIRT", "quantity": 1}], "location": "BER"}
DECIDED = {"items": [{"id": 501, "disposition": "restock", "quantity": 1}]}
MONEY = {
    "order": "1001",
    "amount": "5.00",
    "currency": "EUR",
    "reason": "The box was damaged",
}
RETURN, REFUND = by_number("return"), by_number("refund")
_action = partial(done_to, RETURN, answer={200: shapes.ReturnSerializer})

RETURNS = {
    "list": extend_schema(summary="List returns"),
    "retrieve": read_of(RETURN, shapes.ReturnSerializer, "Read a return"),
    "create": extend_schema(
        request=bodies.ReturnBody,
        responses={201: shapes.ReturnSerializer},
        summary="Ask for a return",
        description="For a customer: 409 with the reason where the policy of the "
        "channel is against it.",
        examples=usual(NEW_RETURN),
    ),
    "approve": _action(NothingBody, "Approve a return", {}),
    "decline": _action(
        bodies.ReasonBody, "Decline a return", {"reason": "Sold as final"}
    ),
    "cancel": _action(
        bodies.ReasonBody, "Cancel a return", {"reason": "The customer keeps it"}
    ),
    "receive": _action(
        bodies.ReceiveBody,
        "Count what has arrived",
        ARRIVED,
        "What was not agreed is kept too, on a line without a position.",
    ),
    "inspect": _action(
        bodies.InspectBody,
        "Say what becomes of it",
        DECIDED,
        "`quarantine` and `refurbish` can be decided again, the others are final.",
    ),
    "refund": _action(
        bodies.ReturnRefundBody,
        "Refund a return",
        {"amount": "19.90", "currency": "EUR"},
        "What is due, or another amount. Read it under `refunds`.",
    ),
    "close": _action(NothingBody, "Close a return", {}),
}
REFUNDS = {
    "list": extend_schema(summary="List refunds"),
    "retrieve": read_of(REFUND, shapes.RefundSerializer, "Read a refund"),
    "create": extend_schema(
        request=bodies.RefundBody,
        responses={201: shapes.RefundSerializer},
        summary="Refund money without goods",
        description="At most what the order has paid and nobody has refunded. Above "
        "the limit of the policy it is `requested` until a second person agrees.",
        examples=usual(MONEY),
    ),
}
