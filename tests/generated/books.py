"""What must be true of generated orders, by plain SQL and with nothing of the services:
each statement finds the rows of which it is not."""

from collections.abc import Mapping

from django.db import connection

from tests.generated.messages import DIGITS

SHOWN = 5  # rows of one difference
DIGITS_OF = (
    "CASE o.currency "
    + " ".join(f"WHEN '{code}' THEN {digits}" for code, digits in DIGITS.items())
    + " END"
)
LEDGER = """
    (SELECT payment_id, coalesce(sum(amount) FILTER (WHERE kind = 'authorize'), 0) AS
     authorized, coalesce(sum(amount) FILTER (WHERE kind = 'capture'), 0) AS captured,
     coalesce(sum(amount) FILTER (WHERE kind = 'refund'), 0) AS refunded
     FROM orders_paymenttransaction WHERE status = 'succeeded' GROUP BY 1)"""
# {sold line: pieces kept, pieces and money refunded}; a bundle with its components
REFUNDED = """
    (SELECT coalesce(l.parent_id, l.id) AS id, sum(l.quantity - l.cancelled_quantity)
     AS kept, sum(r.pieces) AS pieces, sum(r.amount) AS amount, sum(r.tax) AS tax,
     max(r.at) AS at
     FROM orders_orderline l LEFT JOIN (
         SELECT x.order_line_id, sum(y.quantity) AS pieces, sum(y.amount) AS amount,
                sum(y.tax_amount) AS tax, max(f.requested_at) AS at
         FROM returns_refundline y JOIN returns_refund f ON f.id = y.refund_id
         JOIN returns_returnline x ON x.id = y.return_line_id
         WHERE f.status NOT IN ('denied', 'failed') GROUP BY 1
     ) r ON r.order_line_id = l.id
     WHERE NOT l.is_bundle GROUP BY 1)"""
# what was cut after the last refund cannot be in a refund any more
LATE_CUT = """
    EXISTS (SELECT FROM core_event e WHERE e.root_type = 'order' AND e.root_id = o.id
            AND e.action = 'order.pieces_cancelled' AND e.at > t.at)"""
# what one tender has paid of a refund that another declined is shared out by value: the
# money of such an order is compared as a whole
TORN = """
    EXISTS (SELECT FROM returns_refund f JOIN returns_refundpart p ON p.refund_id = f.id
            JOIN orders_paymentrequest q ON q.id = p.request_id
            WHERE f.order_id = o.id AND f.status = 'failed'
            AND q.status = 'succeeded')"""
PAID_BACK = """
    (SELECT p.refund_id, sum(p.amount) AS parts,
            coalesce(sum(p.amount) FILTER (WHERE q.status = 'succeeded'), 0) AS paid
     FROM returns_refundpart p LEFT JOIN orders_paymentrequest q ON q.id = p.request_id
     GROUP BY 1)"""

CHECKS = {
    "an order that costs what its channel says goes on": """
        SELECT number, status, total_amount, claimed_total_amount FROM orders_order
        WHERE status = 'pending'""",
    "a line costs its pieces, less discount, with tax where prices are without": f"""
        SELECT l.id, l.total_amount FROM orders_orderline l
        JOIN orders_order o ON o.id = l.order_id
        WHERE l.parent_id IS NULL AND l.total_amount <> round(
            l.unit_price * (l.quantity - l.cancelled_quantity), {DIGITS_OF})
            - l.discount_amount
            + CASE WHEN o.prices_include_tax THEN 0 ELSE l.tax_amount END""",
    "the discounts of the lines are those that were told": """
        SELECT o.id, sum(l.discount_amount) FROM orders_orderline l
        JOIN orders_order o ON o.id = l.order_id
        JOIN channels_inboundmessage m ON m.id = o.inbound_message_id
        GROUP BY o.id, m.payload HAVING sum(l.cancelled_quantity) = 0
        AND sum(l.discount_amount) <>
            coalesce((m.payload ->> 'discount_amount')::numeric, 0) + (
                SELECT coalesce(sum((x ->> 'discount_amount')::numeric), 0)
                FROM jsonb_array_elements(m.payload -> 'lines') x)""",
    "lines, shipping, its tax and fee sum to the order": """
        SELECT o.id, o.total_amount FROM orders_order o
        JOIN orders_orderline l ON l.order_id = o.id GROUP BY o.id
        HAVING o.total_amount <> sum(l.total_amount) + o.shipping_amount
            + o.shipping_tax_amount + o.fee_amount""",
    "no tender gives back more than it has taken, or takes more than it may": f"""
        SELECT p.id, p.refunded_amount, t.* FROM orders_payment p
        JOIN {LEDGER} t ON t.payment_id = p.id
        WHERE t.refunded > t.captured OR p.captured_amount <> t.captured
           OR p.refunded_amount <> t.refunded
           OR (t.authorized > 0 AND t.captured > t.authorized)""",
    "no order gives back more than it has taken, or takes more than it costs": f"""
        SELECT o.id, o.total_amount, sum(t.captured), sum(t.refunded)
        FROM orders_order o JOIN orders_payment p ON p.order_id = o.id
        JOIN {LEDGER} t ON t.payment_id = p.id GROUP BY o.id
        HAVING sum(t.refunded) > sum(t.captured)
            OR sum(t.captured) > o.claimed_total_amount""",
    "no more comes back than has left": """
        SELECT l.id, l.sku, l.shipped_quantity, l.returned_quantity, sum(x.received)
        FROM orders_orderline l JOIN (
            SELECT order_line_id, received_quantity AS received
            FROM returns_returnline) x ON x.order_line_id = l.id
        GROUP BY l.id HAVING sum(x.received) > l.shipped_quantity
            OR sum(x.received) <> l.returned_quantity""",
    "what has come is all in items": """
        SELECT r.id, r.received_quantity, sum(i.quantity) FROM returns_returnline r
        LEFT JOIN returns_returnitem i ON i.line_id = r.id GROUP BY r.id
        HAVING r.received_quantity <> coalesce(sum(i.quantity), 0)""",
    "the parts of a refund sum to it, and it has succeeded where all of them have": f"""
        SELECT f.id, f.status, f.amount, b.parts, b.paid FROM returns_refund f
        LEFT JOIN {PAID_BACK} b ON b.refund_id = f.id
        WHERE f.amount IS DISTINCT FROM b.parts
           OR (f.status = 'succeeded') <> (b.paid = f.amount)
           OR f.status = 'submitted'""",
    "a refund of a return is goods and shipping less the fee": f"""
        SELECT f.id, f.amount, f.uncovered_amount, f.goods_amount, f.shipping_amount,
               f.fee_amount, r.fee_percent
        FROM returns_refund f JOIN returns_return r ON r.id = f.ret_id
        JOIN orders_order o ON o.id = f.order_id
        WHERE f.amount + f.uncovered_amount
            <> f.goods_amount + f.shipping_amount - f.fee_amount
           OR f.fee_amount <> round(f.goods_amount * r.fee_percent / 100, {DIGITS_OF})
        """,
    "the lines of a refund sum to its goods": """
        SELECT f.id, f.goods_amount, sum(y.amount) FROM returns_refund f
        JOIN returns_refundline y ON y.refund_id = f.id WHERE f.kind = 'return'
        GROUP BY f.id HAVING f.goods_amount <> sum(y.amount)""",
    "no piece is refunded that has not come, or twice": """
        SELECT x.id, x.received_quantity, x.rejected_quantity, sum(y.quantity)
        FROM returns_returnline x JOIN returns_refundline y ON y.return_line_id = x.id
        JOIN returns_refund f ON f.id = y.refund_id
        WHERE f.status NOT IN ('denied', 'failed') GROUP BY x.id
        HAVING sum(y.quantity) > x.received_quantity""",
    "a line that has come back whole was refunded to the cent": f"""
        SELECT l.id, l.sku, l.total_amount, t.amount, l.tax_amount, t.tax
        FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
        JOIN {REFUNDED} t ON t.id = l.id
        WHERE t.pieces = t.kept AND NOT {LATE_CUT} AND NOT {TORN}
          AND (l.total_amount, l.tax_amount) <> (t.amount, t.tax)""",
    "no line is refunded beyond what it costs": f"""
        SELECT l.id, l.sku, l.total_amount, t.amount FROM orders_orderline l
        JOIN orders_order o ON o.id = l.order_id JOIN {REFUNDED} t ON t.id = l.id
        WHERE (t.amount > l.total_amount OR t.pieces > t.kept) AND NOT {LATE_CUT}""",
    "shipping comes back with the last piece, once": f"""
        SELECT o.id, o.shipping_amount + o.shipping_tax_amount, f.shipping, t.*
        FROM orders_order o JOIN (
            SELECT l.order_id, bool_and(coalesce(t.pieces, 0) = t.kept) AS whole,
                   max(t.at) AS at
            FROM orders_orderline l JOIN {REFUNDED} t ON t.id = l.id GROUP BY 1
        ) t ON t.order_id = o.id JOIN (
            SELECT order_id, sum(shipping_amount) AS shipping FROM returns_refund
            WHERE status NOT IN ('denied', 'failed') AND kind = 'return' GROUP BY 1
        ) f ON f.order_id = o.id JOIN channels_channel c ON c.id = o.channel_id
        WHERE NOT {LATE_CUT} AND NOT {TORN} AND f.shipping <> CASE
            WHEN t.whole AND c.code <> 'strict'
            THEN o.shipping_amount + o.shipping_tax_amount ELSE 0 END""",
    "an order that has come back whole was paid back to the cent": f"""
        SELECT o.id, t.worth, b.paid, b.fees, b.uncovered FROM orders_order o JOIN (
            SELECT l.order_id, bool_and(coalesce(t.pieces, 0) = t.kept) AS whole,
                   sum(l.total_amount) AS worth, max(t.at) AS at
            FROM orders_orderline l JOIN {REFUNDED} t ON t.id = l.id GROUP BY 1
        ) t ON t.order_id = o.id JOIN (
            SELECT f.order_id, sum(b.paid) AS paid,
                   sum(f.fee_amount) FILTER (WHERE f.status = 'succeeded') AS fees,
                   sum(f.uncovered_amount) FILTER (WHERE f.status = 'succeeded')
                   AS uncovered
            FROM returns_refund f JOIN {PAID_BACK} b ON b.refund_id = f.id
            WHERE f.kind = 'return' GROUP BY 1
        ) b ON b.order_id = o.id JOIN channels_channel c ON c.id = o.channel_id
        WHERE t.whole AND NOT {LATE_CUT} AND NOT ({TORN} AND b.fees > 0)
          AND b.paid + b.fees + b.uncovered <> t.worth + CASE WHEN c.code <> 'strict'
            THEN o.shipping_amount + o.shipping_tax_amount ELSE 0 END""",
    "what gateways have really paid for a return is what its pieces are worth": f"""
        SELECT r.id, r.money, b.paid, w.worth FROM returns_return r
        JOIN orders_order o ON o.id = r.order_id JOIN (
            SELECT f.ret_id, sum(b.paid) AS paid FROM returns_refund f
            JOIN {PAID_BACK} b ON b.refund_id = f.id GROUP BY 1) b ON b.ret_id = r.id
        JOIN (
            SELECT x.ret_id, count(*) AS lines, sum(coalesce(s.total_amount,
                       l.total_amount)
                   * CASE WHEN l.parent_id IS NULL THEN x.received_quantity
                       / nullif(l.quantity - l.cancelled_quantity, 0)::numeric
                     ELSE 1 END) AS worth
            FROM returns_returnline x JOIN orders_orderline l ON l.id = x.order_line_id
            LEFT JOIN orders_orderline s ON s.id = l.parent_id GROUP BY 1
        ) w ON w.ret_id = r.id
        WHERE b.paid > w.worth + o.shipping_amount + o.shipping_tax_amount
            + w.lines * 2 * power(10::numeric, -{DIGITS_OF})""",
}
STOCK = """
    SELECT p.sku, coalesce(here.pieces, 0), coalesce(sent.pieces, 0),
           coalesce(back.pieces, 0)
    FROM inventory_product p LEFT JOIN (
        SELECT product_id, sum(on_hand) AS pieces FROM inventory_stocklevel GROUP BY 1
    ) here ON here.product_id = p.id LEFT JOIN (
        SELECT l.product_id, sum(x.quantity) AS pieces FROM fulfillment_shipmentline x
        JOIN fulfillment_shipment s ON s.id = x.shipment_id
        JOIN orders_orderline l ON l.id = x.order_line_id
        WHERE s.status IN ('shipped', 'delivered') GROUP BY 1
    ) sent ON sent.product_id = p.id LEFT JOIN (
        SELECT r.product_id, sum(i.quantity) AS pieces FROM returns_returnitem i
        JOIN returns_returnline r ON r.id = i.line_id
        WHERE i.disposition IN ('pending', 'quarantine', 'refurbish', 'restock')
        GROUP BY 1
    ) back ON back.product_id = p.id
    WHERE p.tracks_stock ORDER BY 1"""
LEVELS = """
    SELECT s.id, s.on_hand, s.allocated, m.* FROM inventory_stocklevel s LEFT JOIN (
        SELECT stock_level_id, sum(on_hand_delta) AS moved, sum(allocated_delta) AS held
        FROM inventory_stockmovement GROUP BY 1) m ON m.stock_level_id = s.id
    WHERE (s.on_hand, s.allocated) <> (coalesce(m.moved, 0), coalesce(m.held, 0))"""


def differences(received: Mapping[str, int]) -> list[str]:
    """What is not true, in words with the first rows; `received`: {SKU: pieces} that
    suppliers have brought."""
    found = []
    for name, statement in (CHECKS | {"levels sum their ledger": LEVELS}).items():
        rows = _rows(statement)
        if rows:
            found.append(f"not true of {len(rows)}: {name}: {rows[:SHOWN]}")
    for sku, here, sent, back in _rows(STOCK):
        should = received.get(sku, 0) - sent + back
        if here != should:
            found.append(f"{sku}: {here} pieces on hand, {should} should be")
    return found


def _rows(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()
