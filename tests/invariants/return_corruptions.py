"""Corruptions of returns and refunds: see `corruptions.py`."""

RETURN = (
    "INSERT INTO returns_return (created_at, updated_at, number, status, order_id,"
    " external_id, source, reason, note, advice, fee_percent, money, tracking_number,"
    " requested_at) VALUES (now(), now(), 'R1', 'received', {delivered}, '', 'staff',"
    " 'other', '', '', 0, 'pending', '', now()); "
)
REFUND = (
    "INSERT INTO returns_refund (created_at, updated_at, number, status, order_id,"
    " kind, currency, amount, goods_amount, shipping_amount, fee_amount, tax_amount,"
    " uncovered_amount, reason, requested_by, approved_by, requested_at)"
    " VALUES (now(), now(), 'B1', '{0}', {{delivered}}, 'goodwill', 'EUR', {1}, 0, 0,"
    " 0, 0, 0, 'x', 'x', '', now()); INSERT INTO returns_refundpart (created_at,"
    " updated_at, refund_id, payment_id, amount) SELECT now(), now(), f.id, p.id, 1"
    " FROM returns_refund f, orders_payment p WHERE p.order_id = {{delivered}}"
)

PLANTED = [
    (
        "R2",
        "UPDATE orders_orderline SET returned_quantity = 1"
        " WHERE order_id = {delivered} AND sku = 'SHIRT'",
    ),
    (
        "R3",
        RETURN + "INSERT INTO returns_returnline (created_at, updated_at, ret_id, sku,"
        " authorized_quantity, received_quantity, rejected_quantity)"
        " SELECT now(), now(), id, 'X', 0, 1, 0 FROM returns_return",
    ),
    ("R4", REFUND.format("requested", 2)),
    ("R4", REFUND.format("succeeded", 1)),
]
