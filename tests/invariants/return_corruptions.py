"""Corruptions of returns and refunds: see `corruptions.py`."""

RETURN = (
    "INSERT INTO returns_return (created_at, updated_at, number, status, order_id,"
    " external_id, source, reason, note, advice, fee_percent, money, tracking_number,"
    " requested_at) VALUES (now(), now(), 'R1', '{0}', {{delivered}}, '', 'staff',"
    " 'other', '', '', 0, 'pending', '', now()); "
)
LINE = (
    "INSERT INTO returns_returnline (created_at, updated_at, ret_id, order_line_id,"
    " product_id, sku, authorized_quantity, received_quantity, rejected_quantity)"
    " SELECT now(), now(), r.id, l.id, l.product_id, l.sku, {0}, {1}, 0"
    " FROM returns_return r, orders_orderline l"
    " WHERE l.order_id = {{delivered}} AND l.sku = 'SHIRT'; "
)
STRANGER = (
    "INSERT INTO returns_returnline (created_at, updated_at, ret_id, product_id, sku,"
    " authorized_quantity, received_quantity, rejected_quantity)"
    " SELECT now(), now(), r.id, p.id, 'X', 0, 1, 0 FROM returns_return r,"
    " inventory_product p WHERE p.sku = 'SHIRT'; "
)
ITEM = (
    "INSERT INTO returns_returnitem (created_at, updated_at, line_id, location_id,"
    " quantity, disposition, note) SELECT now(), now(), l.id, p.id, 1, '{0}', ''"
    " FROM returns_returnline l, inventory_location p WHERE p.code = 'BER'; "
)
REFUND = (
    "INSERT INTO returns_refund (created_at, updated_at, number, status, order_id,"
    " kind, currency, amount, goods_amount, shipping_amount, fee_amount, tax_amount,"
    " uncovered_amount, reason, requested_by, approved_by, requested_at)"
    " VALUES (now(), now(), 'B1', '{0}', {{delivered}}, 'goodwill', 'EUR', {1}, 0, 0,"
    " 0, 0, 0, 'x', 'x', '', now()); INSERT INTO returns_refundpart (created_at,"
    " updated_at, refund_id, payment_id, amount) SELECT now(), now(), f.id, p.id, 1"
    " FROM returns_refund f, orders_payment p WHERE p.order_id = {{delivered}}; "
)
REQUEST = (
    "INSERT INTO orders_paymentrequest (created_at, updated_at, payment_id, kind,"
    " amount, idempotency_key, status, error, reason, attempts, next_attempt_at, actor)"
    " SELECT now(), now(), id, 'refund', 2, 'k', 'waiting', '', '', 0, now(), 'x'"
    " FROM orders_payment WHERE order_id = {delivered}; UPDATE returns_refundpart"
    " SET request_id = (SELECT id FROM orders_paymentrequest"
    " WHERE idempotency_key = 'k')"
)
PIECES = (
    "INSERT INTO returns_refundline (refund_id, return_line_id, quantity, amount,"
    " tax_amount) SELECT f.id, l.id, 2, 0, 0 FROM returns_refund f,"
    " returns_returnline l"
)
TRUE_LINE = RETURN.format("received") + LINE.format(1, 1)

PLANTED = [
    (
        "R1r",
        "UPDATE orders_orderline SET returned_quantity = 1"
        " WHERE order_id = {delivered} AND sku = 'SHIRT'",
    ),
    ("R2", RETURN.format("approved") + LINE.format(3, 0)),
    ("R2", RETURN.format("closed") + LINE.format(3, 3)),
    ("R3", TRUE_LINE + ITEM.format("pending")),
    ("R3", TRUE_LINE + ITEM.format("restock")),
    ("R3", RETURN.format("received") + STRANGER + ITEM.format("quarantine")),
    ("R4", TRUE_LINE),
    ("R5", REFUND.format("requested", 2)),
    ("R5", REFUND.format("succeeded", 1)),
    ("R5", REFUND.format("submitted", 1) + REQUEST),
    (
        "R7",
        TRUE_LINE
        + ITEM.format("scrap")
        + "UPDATE inventory_location SET is_sandbox = true",
    ),
    ("R6", TRUE_LINE + ITEM.format("scrap") + REFUND.format("requested", 1) + PIECES),
]
