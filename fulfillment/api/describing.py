"""What the description of the API says of work and parcels, with examples."""

from functools import partial

from drf_spectacular.utils import extend_schema

from fulfillment.api import bodies, shapes
from oms.core.api.bulk import BulkAnswerSerializer
from oms.core.api.describing import by_number, done_to, read_of, usual
from orders.api.bodies import NothingBody

BULK = (
    "`all_or_nothing`: 409, or 400, where one of them cannot be done. `best_effort`: "
    "each says for itself. "
)
BY_ORDER = (
    "By the time of the last change of their order, oldest first; the last seconds are "
    "left out, unless a filter names one order or one parcel."
)
ACCEPT = {"reference": "WMS-4711"}
REJECT = {"code": "no_capacity", "reason": "Two pickers are ill"}
REQUEST = {"reason": "The customer has changed her mind"}
ANSWER = {"reason": "The parcel stands in the van already"}
LOST = {"pieces": 1, "code": "not_in_stock"}
PICK = {"lines": [{"id": 1201, "picked": 2, "missing": LOST}]}
SHIP = {"tracking_number": "00340434161094000001", "carrier": "dhl"}
PART = {"fulfillment_order": "F1001", "lines": [{"id": 1201, "quantity": 1}]}
SHIP_BULK = {
    "mode": "best_effort",
    "items": [PART | SHIP, {"fulfillment_order": "F1002", **SHIP}],
}
REPORT = {
    "tracking_number": "00340434161094000001",
    "status": "in_transit",
    "at": "2026-01-31T12:00:00Z",
    "description": "Arrived at the depot",
}
WORK, PARCEL = by_number("fulfillment order"), by_number("shipment")
_action = partial(done_to, WORK, answer={200: shapes.WorkSerializer})
_read = partial(read_of, PARCEL)

WORKS = {
    "list": extend_schema(summary="List fulfillment orders", description=BY_ORDER),
    "retrieve": read_of(WORK, shapes.WorkSerializer, "Read a fulfillment order"),
    "accept": _action(
        bodies.AcceptBody,
        "Accept a fulfillment order",
        ACCEPT,
        "Puts it on the list of its location. Suppliers give a `reference`.",
    ),
    "reject": _action(
        bodies.RejectBody,
        "Reject a fulfillment order",
        REJECT,
        "The order is sent from elsewhere, or waits. `not_in_stock` and `damaged` "
        "correct the stock of the lines named, or of all.",
    ),
    "request_cancellation": _action(
        bodies.RequestBody,
        "Ask the partner to cancel a fulfillment order",
        REQUEST,
        "What a 3PL or a supplier was sent is not cancelled without it. Cancelling the "
        "order asks too. What it answers is an event, and stands in `cancellation`.",
    ),
    "withdraw_cancellation": _action(
        NothingBody, "Withdraw the request to cancel a fulfillment order", {}
    ),
    "accept_cancellation": _action(
        NothingBody,
        "Cancel a fulfillment order, as asked",
        {},
        "Its stock is free again. Until then, what is sent has left: that refuses the "
        "request.",
    ),
    "reject_cancellation": _action(
        bodies.AnswerBody,
        "Refuse to cancel a fulfillment order",
        ANSWER,
        "The work goes on, and whoever asked reads why.",
    ),
    "start_picking": _action(NothingBody, "Begin to pick", {}),
    "pick": _action(
        bodies.PickBody,
        "Count what is picked",
        PICK,
        "Without `lines`: everything. What is missing is sent from elsewhere, or "
        "waits, and the stock is corrected.",
    ),
    "pack": _action(NothingBody, "Close the parcel", {}),
    "ship": _action(
        bodies.ShipBody,
        "Send the parcel",
        SHIP,
        "Of released work it says that everything is picked and packed too. With "
        "`lines` a part of it leaves, picked and packed so; the rest is still to be "
        "sent.",
    ),
    "bulk_ship": extend_schema(
        request=bodies.ShipBulkBody,
        responses={200: BulkAnswerSerializer},
        summary="Send up to 100 parcels",
        description=BULK + "The `data` of a result is the parcel in short. Several may "
        "be of one fulfillment order: each names its `lines`, one may have the rest.",
        examples=usual(SHIP_BULK),
    ),
}
SHIPMENTS = {
    "list": extend_schema(summary="List shipments", description=BY_ORDER),
    "retrieve": _read(shapes.ShipmentSerializer, "Read a shipment"),
    "label": _read(shapes.LabelSerializer, "Read the label of a shipment"),
    "tracking_events": _read(
        shapes.TrackingEventListSerializer, "Read where a parcel was"
    ),
}
TRACKING = {
    "create": extend_schema(
        request=bodies.TrackingBulkBody,
        responses={200: BulkAnswerSerializer},
        summary="Report where up to 100 parcels are",
        description=BULK + "Reports may come twice and in any order.",
        examples=usual({"mode": "best_effort", "items": [REPORT]}),
    ),
}
