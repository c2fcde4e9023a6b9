"""The corruptions that tests plant: (code, SQL) where nothing in the database is in the
way, (code, constraint, SQL) where a constraint is."""

from tests.invariants import (
    door_corruptions,
    hold_corruptions,
    import_corruptions,
    job_corruptions,
    label_corruptions,
    partner_corruptions,
    payment_corruptions,
    return_corruptions,
    wave_corruptions,
)

LEVEL = "(SELECT min(id) FROM inventory_stocklevel WHERE allocated > 0)"
MOVE = (
    "INSERT INTO inventory_stockmovement (stock_level_id, kind, on_hand_delta,"
    " allocated_delta, ref_type, reason, actor, at) VALUES "
)
EVENT = (
    "INSERT INTO core_event (subject_type, subject_id, root_type, root_id, action,"
    " from_status, to_status, actor, data, at) VALUES "
)
ITEM = (
    "INSERT INTO core_workitem (created_at, updated_at, kind, subject_type,"
    " subject_id, title, data, status, opened_at)"
    " VALUES (now(), now(), 'k', 'order', 1, 't', '[]', '{}', now())"
)


def order(stage: str, change: str) -> str:
    return f"UPDATE orders_order SET {change} WHERE id = {{{stage}}}"


def line(stage: str, change: str, sku: str = "SHIRT") -> str:
    return (
        f"UPDATE orders_orderline SET {change}"
        f" WHERE order_id = {{{stage}}} AND sku = '{sku}'"
    )


def work(stage: str, change: str) -> str:
    return (
        f"UPDATE fulfillment_fulfillmentorder SET {change} WHERE order_id = {{{stage}}}"
    )


def piece(stage: str, change: str) -> str:
    return (
        f"UPDATE fulfillment_fulfillmentorderline SET {change} WHERE id = (SELECT f.id"
        " FROM fulfillment_fulfillmentorderline f"
        " JOIN orders_orderline l ON l.id = f.order_line_id"
        f" WHERE l.order_id = {{{stage}}} AND l.sku = 'SHIRT')"
    )


def part(change: str) -> str:
    """The only component of the KIT that is packed."""
    return f"UPDATE orders_orderline SET {change} WHERE parent_id IS NOT NULL"


def parcel(stage: str, change: str) -> str:
    return f"UPDATE fulfillment_shipment SET {change} WHERE order_id = {{{stage}}}"


def content(stage: str, change: str) -> str:
    return (
        f"UPDATE fulfillment_shipmentline SET {change} WHERE shipment_id ="
        f" (SELECT id FROM fulfillment_shipment WHERE order_id = {{{stage}}})"
    )


def level(change: str) -> str:
    return f"UPDATE inventory_stocklevel SET {change} WHERE id = {LEVEL}"


def message(stage: str, change: str) -> str:
    return (
        f"UPDATE channels_inboundmessage SET {change} WHERE id ="
        f" (SELECT inbound_message_id FROM orders_order WHERE id = {{{stage}}})"
    )


def events(stage: str) -> str:
    return (
        "DELETE FROM core_event WHERE subject_type = 'order'"
        f" AND subject_id = {{{stage}}}"
    )


STOCK = [
    ("S1", level("on_hand = on_hand + 1")),
    ("S1", MOVE + f"({LEVEL}, 'received', 1, 0, '', '', 'x', now())"),
    ("S2", level("allocated = allocated + 1")),
    ("S2", level("allocated = allocated - 1")),
    (
        "S2b",
        level("allocated = allocated + 1")
        + ";"
        + MOVE
        + f"({LEVEL}, 'allocated', 0, 1, '', '', 'x', now())",
    ),
    (
        "S4",
        MOVE
        + f"({LEVEL}, 'received', -999, 0, '', '', 'x', now()),"
        + f"({LEVEL}, 'received', 999, 0, '', '', 'x', now())",
    ),
]
LINES = [
    ("L2", content("delivered", "quantity = quantity + 1")),
    ("L2", line("delivered", "delivered_quantity = 0")),
    ("L3", "DELETE FROM inventory_stockmovement WHERE kind = 'shipped'"),
    (
        "L3",
        "INSERT INTO inventory_stockmovement (stock_level_id, kind, on_hand_delta,"
        " allocated_delta, ref_type, ref_id, reason, actor, at) SELECT stock_level_id,"
        " kind, on_hand_delta, allocated_delta, ref_type, ref_id, reason, actor, at"
        " FROM inventory_stockmovement WHERE kind = 'shipped'",
    ),
    ("L3b", MOVE + f"({LEVEL}, 'shipped', -1, -1, '', '', 'x', now())"),
    ("L4", "DELETE FROM orders_orderline WHERE order_id = {pending}"),
    (
        "L5",
        content(
            "delivered",
            "order_line_id = (SELECT min(id) FROM orders_orderline"
            " WHERE order_id = {packed})",
        ),
    ),
    ("L6", line("assigned", "sku = 'OTHER'")),
    ("L7", piece("delivered", "quantity = 3, shipped_quantity = 3")),
    ("L8", parcel("packed", "order_id = {assigned}")),
    ("D1", content("packed", "quantity = quantity + 1")),
    ("L9", line("packed", "shipped_quantity = 1, allocated_quantity = 0", "KIT")),
    ("L9", line("packed", "allocated_quantity = 0", "KIT")),
    ("L9", part("pieces_per_bundle = 2")),
    ("L9", part("order_id = {assigned}")),
    ("L10", part("parent_id = NULL, pieces_per_bundle = NULL")),
]
ALLOCATIONS = [
    ("A1", work("assigned", "status = 'cancelled'")),
    ("A1", order("assigned", "status = 'completed'")),
    ("A1", order("packed", "status = 'pending'")),
    ("A2", line("assigned", "allocated_quantity = allocated_quantity - 1")),
    ("A2", piece("assigned", "released_quantity = 1")),
    (
        "A3",
        piece(
            "assigned",
            "stock_level_id = (SELECT min(s.id) FROM inventory_stocklevel s"
            " JOIN inventory_product p ON p.id = s.product_id WHERE sku = 'MUG')",
        ),
    ),
    (
        "A3",
        work(
            "assigned",
            "location_id = (SELECT id FROM inventory_location WHERE code = 'HAM')",
        ),
    ),
    ("A3", work("assigned", "order_id = {packed}")),
    ("A4", piece("delivered", "released_quantity = 1, shipped_quantity = 1")),
    ("A5", work("assigned", "status = 'fulfilled'")),
    ("A5", work("cancelled", "status = 'released'")),
    ("A5", work("delivered", "status = 'picking'")),
    ("A6", "UPDATE inventory_location SET is_sandbox = true"),
    ("R1", work("assigned", "reject_code = 'other'")),
    ("R1", work("cancelled", "exclusion_lifted_at = now()")),
]
ORDERS = [
    ("O2", order("delivered", "status = 'pending'")),
    ("O2", order("delivered", "status = 'confirmed'")),
    ("O2", order("delivered", "status = 'processing'")),
    ("O2", order("delivered", "status = 'cancelled'")),
    ("O2", order("assigned", "status = 'cancelled'")),
    ("O2", order("assigned", "status = 'completed'")),
    ("O2", order("cancelled", "status = 'completed'")),
    ("O2", order("cancelled", "status = 'confirmed'")),
    ("O4", order("assigned", "total_amount = total_amount + 0.01")),
    ("O4", order("assigned", "shipping_amount = 1")),
    ("O4", order("assigned", "shipping_tax_amount = 1")),
    ("O4", order("assigned", "fee_amount = 1")),
    ("O4", line("assigned", "total_amount = 0")),
    ("O5", order("delivered", "payment_status = 'unpaid'")),
    ("O5", order("delivered", "fulfillment_status = 'fulfilled'")),
    ("O5", order("delivered", "phase = 'new'")),
    ("E1", order("assigned", "status = 'processing'")),
    ("E1", events("assigned")),
    ("E1w", work("assigned", "status = 'released'")),
    ("E1s", parcel("delivered", "status = 'shipped'")),
    ("E2", events("delivered") + " AND to_status = 'confirmed'"),
    (
        "E2",
        EVENT + "('order', {assigned}, 'order', {assigned}, 'order.x', 'draft',"
        " 'confirmed', 'x', '{{}}', now())",
    ),
    ("X1b", message("pending", "status = 'refused'")),
    ("X1b", message("pending", "error = 'why'")),
    ("X1b", message("pending", "processed_at = NULL")),
    ("X1c", order("assigned", "inbound_message_id = NULL")),
    ("X1c", message("assigned", "status = 'waiting', processed_at = NULL")),
    (
        "X1d",
        "INSERT INTO channels_channel (created_at, updated_at, code, name,"
        " payment, address_required, payment_terms, reserve_minutes, address_checked,"
        " ship_complete, is_sandbox) VALUES"
        " (now(), now(), 'b', 'B', 'later', true, '', 60, false, false, false);"
        + order(
            "assigned",
            "channel_id = (SELECT id FROM channels_channel WHERE code = 'b')",
        ),
    ),
]
WARNINGS = [
    (
        "X3",
        EVENT + "('order', {assigned}, 'order', {assigned}, 'order.x', '', '', 'x',"
        " '{{}}', now() - interval '1 hour')",
    ),
    ("T1", "UPDATE core_event SET at = at - interval '2 days'"),
    *door_corruptions.WARNINGS,
]
PLANTED = [*STOCK, *LINES, *ALLOCATIONS, *ORDERS, *payment_corruptions.PLANTED]
PLANTED += [*hold_corruptions.PLANTED, *label_corruptions.PLANTED]
PLANTED += [*wave_corruptions.PLANTED, *job_corruptions.PLANTED]
PLANTED += partner_corruptions.PLANTED
PLANTED += [*return_corruptions.PLANTED, *door_corruptions.PLANTED]
PLANTED += import_corruptions.PLANTED

COPY_LEVEL = (
    "INSERT INTO inventory_stocklevel (created_at, updated_at, product_id, location_id,"
    " condition, on_hand, allocated, safety_stock) SELECT now(), now(), product_id,"
    f" location_id, condition, 0, 0, 0 FROM inventory_stocklevel WHERE id = {LEVEL}"
)
COPY_MESSAGE = (
    "INSERT INTO channels_inboundmessage (created_at, updated_at, channel_id, kind,"
    " external_id, payload, status, error, received_at) SELECT now(), now(),"
    " channel_id, kind, external_id, payload, 'waiting', '', now()"
    " FROM channels_inboundmessage"
)
SAME_ID = "external_id = (SELECT external_id FROM orders_order WHERE id = {packed})"
SAME_NUMBER = (
    "(tracking_number, carrier) = (SELECT tracking_number, carrier"
    " FROM fulfillment_shipment WHERE order_id = {delivered})"
)

REFUSED = [
    ("S3", "stocklevel_not_oversold", level("allocated = on_hand + 1")),
    ("S3", "stocklevel_not_oversold", level("allocated = -1")),
    ("S3", "stocklevel_not_oversold", level("on_hand = -1")),
    ("S3", "stocklevel_only_sellable_allocated", level("condition = 'damaged'")),
    ("S5", "stocklevel_unique", COPY_LEVEL),
    ("L1", "orderline_quantity_positive", line("pending", "quantity = 0", "NO-SUCH")),
    ("L1", "orderline_counters_not_negative", line("assigned", "returned_quantity=-1")),
    (
        "L1",
        "orderline_counters_not_negative",
        line("assigned", "cancelled_quantity = -1"),
    ),
    ("L1", "orderline_not_over_served", line("assigned", "cancelled_quantity = 1")),
    ("L1", "orderline_not_over_served", line("assigned", "shipped_quantity = 1")),
    (
        "L1",
        "orderline_back_only_what_left",
        line("delivered", "delivered_quantity = 3"),
    ),
    ("L1", "orderline_back_only_what_left", line("assigned", "returned_quantity = 1")),
    ("O1", "order_external_id_unique_per_channel", order("assigned", SAME_ID)),
    ("B2a", "shipment_tracking_number_once", parcel("packed", SAME_NUMBER)),
    (
        "B2b",
        "shipment_shipped_has_tracking",
        parcel("delivered", "tracking_number = ''"),
    ),
    *payment_corruptions.REFUSED,
    *label_corruptions.REFUSED,
    *wave_corruptions.REFUSED,
    ("X1a", "inboundmessage_stored_once", COPY_MESSAGE),
    (
        "W1",
        "workitem_one_open_per_kind",
        f"{ITEM.format('open')}; {ITEM.format('snoozed')}",
    ),
    (
        "A2",
        "fulfillmentorderline_not_over_used",
        piece("assigned", "released_quantity = 3"),
    ),
]
