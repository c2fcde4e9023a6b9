"""Corruptions of waves, picks and parcels handed over: see `corruptions.py`."""

WAVE = (
    "INSERT INTO fulfillment_wave (created_at, updated_at, number, location_id, actor,"
    " made_at) SELECT now(), now(), 'W-X', location_id, 'x', now()"
    " FROM fulfillment_fulfillmentorder WHERE order_id = {{{0}}} LIMIT 1;"
    " UPDATE fulfillment_fulfillmentorder SET slot = 'A', wave_id ="
    " (SELECT id FROM fulfillment_wave) WHERE id = (SELECT min(id)"
    " FROM fulfillment_fulfillmentorder WHERE order_id = {{{0}}});"
)
ELSEWHERE = (
    " UPDATE fulfillment_wave SET location_id ="
    " (SELECT id FROM inventory_location WHERE code = 'NYC')"
)
SCAN = (
    " INSERT INTO fulfillment_pickscan (wave_id, fulfillment_line_id, slot, number,"
    " pieces, code, actor, at) SELECT v.id, f.id, 'A', 1, {1}, 'x', 'x', now()"
    " FROM fulfillment_wave v, fulfillment_fulfillmentorderline f"
    " WHERE f.fulfillment_order_id = (SELECT min(id) FROM fulfillment_fulfillmentorder"
    " WHERE order_id = {{{0}}}) LIMIT 1;"
)
HANDED = (
    "UPDATE fulfillment_shipment SET handed_over_at = now() WHERE order_id = {{{0}}}"
)

PLANTED = [
    ("V1", WAVE.format("assigned")),
    ("V1", WAVE.format("packed") + ELSEWHERE),
    ("V1", WAVE.format("packed") + "UPDATE fulfillment_wave SET cancelled_at = now()"),
    ("V2", WAVE.format("packed") + SCAN.format("packed", 99)),
    ("V2", WAVE.format("packed") + SCAN.format("packed", 1) + ELSEWHERE),
    (
        "V3",
        WAVE.format("assigned") + "UPDATE fulfillment_wave SET finished_at = now();"
        " UPDATE fulfillment_fulfillmentorder SET status = 'released'"
        " WHERE wave_id IS NOT NULL",
    ),
]
REFUSED = [("V4", "shipment_handed_over_has_left", HANDED.format("packed"))]
ALWAYS_REFUSED = [
    (
        "pickscan_counts_pieces",
        WAVE.format("packed") + SCAN.format("packed", 0),
    ),
    (
        "pickscan_counted_once",
        WAVE.format("packed") + 2 * SCAN.format("packed", 1),
    ),
]
