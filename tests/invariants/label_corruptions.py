"""Corruptions of labels: see `corruptions.py`."""

LABEL = (
    "INSERT INTO fulfillment_label (created_at, updated_at, shipment_id, carrier,"
    " service, status, tracking_number, currency, reason, idempotency_key, attempts,"
    " next_attempt_at, error, printed, actor, purchased_at) SELECT now(), now(), id,"
    " carrier, 's', '{1}', {2}, 'EUR', '', gen_random_uuid(), 0, now(), '', 0, 'x',"
    " now() FROM fulfillment_shipment WHERE order_id = {{{0}}}"
)


def label(stage: str, status: str, number: str = "tracking_number") -> str:
    """A label of the stage's parcel; with the number of the parcel, or this one."""
    return LABEL.format(stage, status, number)


TWO = f"{label('packed', 'requested')}; {label('packed', 'unknown')}"
SAME = f"{label('delivered', 'voided')}; {label('delivered', 'voided')}"

PLANTED = [
    ("B2", label("delivered", "voided")),
    ("B2", label("delivered", "failed")),
    ("B2", label("delivered", "purchased", "'other'")),
    ("B2", label("packed", "purchased", "'T0'")),
    (
        "B2",
        label("delivered", "purchased")
        + "; UPDATE fulfillment_shipment SET tracking_number = 'typed'"
        " WHERE order_id = {delivered}",
    ),
    (
        "B3",
        label("delivered", "purchased")
        + "; UPDATE fulfillment_label SET purchased_at = NULL",
    ),
    (
        "B3",
        label("delivered", "purchased")
        + "; UPDATE fulfillment_label SET shipment_id = (SELECT id"
        " FROM fulfillment_shipment WHERE order_id = {packed})",
    ),
]
REFUSED = [
    ("B1", "label_one_live_per_shipment", TWO),
    ("B3", "label_purchased_has_tracking", label("packed", "purchased", "''")),
    ("B3", "label_tracking_number_once", SAME),
]
