"""Corruptions of work that partners are asked to cancel: see `corruptions.py`."""

WORK = (
    "UPDATE fulfillment_fulfillmentorder SET {0} WHERE id = (SELECT min(id)"
    " FROM fulfillment_fulfillmentorder WHERE order_id = {{{1}}})"
)
SENT = "submitted_at = now(), "
ASKED = "cancellation = 'requested', cancellation_asked_at = now(), "
WHY = "cancellation_reason = 'x'"
ANSWERED = "cancellation_asked_at = now(), cancellation_answered_at = now(), "

PLANTED = [
    ("N1", WORK.format(SENT + ASKED + WHY, "packed")),
    ("N2", WORK.format("cancellation = 'accepted', " + ANSWERED + WHY, "packed")),
    ("N2", WORK.format("cancellation = 'accepted', " + ANSWERED + WHY, "delivered")),
    ("N3", WORK.format("cancellation = 'withdrawn', " + ANSWERED + WHY, "delivered")),
]
ALWAYS_REFUSED = [
    (
        "fulfillmentorder_cancellation_known",
        WORK.format("cancellation = 'maybe', " + ANSWERED + WHY, "packed"),
    ),
    ("fulfillmentorder_asked_while_held", WORK.format(ASKED + WHY, "packed")),
    (
        "fulfillmentorder_asked_while_held",
        WORK.format(SENT + ASKED + WHY, "delivered"),
    ),
    (
        "fulfillmentorder_given_back_once_held",
        WORK.format("cancellation = 'accepted', " + ANSWERED + WHY, "assigned"),
    ),
    (
        "fulfillmentorder_asked_with_reason",
        WORK.format(SENT + ASKED.removesuffix(", "), "packed"),
    ),
    (
        "fulfillmentorder_answered_once_asked",
        WORK.format("cancellation_answer = 'no'", "packed"),
    ),
    (
        "fulfillmentorder_refused_with_reason",
        WORK.format("cancellation = 'rejected', " + ANSWERED + WHY, "packed"),
    ),
]
