"""What must hold of returns and refunds."""

from django.utils.translation import gettext_lazy as _

from oms.core.invariants import Invariant

INVARIANTS = [
    Invariant(
        "R1r",
        _("What a line says has come back is what its returns have received"),
        """
        SELECT l.id, l.sku, l.returned_quantity, coalesce(sum(r.received_quantity), 0)
               AS received
        FROM orders_orderline l
        LEFT JOIN returns_returnline r ON r.order_line_id = l.id
        WHERE NOT l.is_bundle GROUP BY l.id
        HAVING l.returned_quantity <> coalesce(sum(r.received_quantity), 0)
        """,
    ),
    Invariant(
        "R2",
        _("No more is agreed to come back than was sent"),
        """
        SELECT l.id, l.sku, l.shipped_quantity, x.agreed FROM orders_orderline l JOIN (
            SELECT r.order_line_id, sum(CASE WHEN m.status = 'closed'
                   THEN r.received_quantity ELSE r.authorized_quantity END) AS agreed
            FROM returns_returnline r JOIN returns_return m ON m.id = r.ret_id
            WHERE m.status NOT IN ('declined', 'cancelled', 'expired') GROUP BY 1
        ) x ON x.order_line_id = l.id WHERE x.agreed > l.shipped_quantity
        """,
    ),
    Invariant(
        "R3",
        _("Pieces that came back and stay are in the stock where they lie, once"),
        """
        WITH kept AS (
            SELECT i.line_id, i.location_id,
                   CASE i.disposition WHEN 'restock' THEN 'sellable'
                        ELSE 'quarantine' END AS condition, sum(i.quantity) AS pieces
            FROM returns_returnitem i
            WHERE i.disposition IN ('pending', 'quarantine', 'refurbish', 'restock')
            GROUP BY 1, 2, 3
        ), moved AS (
            SELECT i.line_id, s.location_id, s.condition, sum(m.on_hand_delta) AS pieces
            FROM inventory_stockmovement m
            JOIN returns_returnitem i ON i.id = m.ref_id
            JOIN inventory_stocklevel s ON s.id = m.stock_level_id
            WHERE m.ref_type = 'returnitem' GROUP BY 1, 2, 3
        )
        SELECT l.id, l.sku, location_id, condition, kept.pieces AS kept,
               moved.pieces AS moved
        FROM kept FULL JOIN moved USING (line_id, location_id, condition)
        JOIN returns_returnline l ON l.id = line_id
        JOIN inventory_product p ON p.id = l.product_id
        WHERE p.tracks_stock AND coalesce(kept.pieces, 0) <> coalesce(moved.pieces, 0)
        """,
    ),
    Invariant(
        "R4",
        _("Received pieces are all in items"),
        """
        SELECT r.id, r.sku, r.received_quantity, coalesce(i.pieces, 0) AS in_items
        FROM returns_returnline r LEFT JOIN (
            SELECT line_id, sum(quantity) AS pieces FROM returns_returnitem GROUP BY 1
        ) i ON i.line_id = r.id
        WHERE r.received_quantity <> coalesce(i.pieces, 0)
        """,
    ),
    Invariant(
        "R7",
        _("What came back of orders of practice lies at places of practice"),
        """
        SELECT i.id, m.number, l.code, c.code AS channel FROM returns_returnitem i
        JOIN returns_returnline r ON r.id = i.line_id
        JOIN returns_return m ON m.id = r.ret_id
        JOIN inventory_location l ON l.id = i.location_id
        JOIN orders_order o ON o.id = m.order_id
        JOIN channels_channel c ON c.id = o.channel_id
        WHERE l.is_sandbox <> c.is_sandbox
        """,
    ),
    Invariant(
        "R5",
        _("A refund is the sum of its parts, and it succeeded when all of them did"),
        """
        SELECT f.id, f.number, f.status, f.amount FROM returns_refund f JOIN (
            SELECT p.refund_id, sum(p.amount) AS parts,
                   bool_and(coalesce(q.status = 'succeeded', false)) AS done,
                   bool_or(q.amount <> p.amount
                           OR q.payment_id <> p.payment_id) AS other
            FROM returns_refundpart p
            LEFT JOIN orders_paymentrequest q ON q.id = p.request_id GROUP BY 1
        ) t ON t.refund_id = f.id
        WHERE f.amount <> t.parts OR t.other OR (f.status = 'succeeded' AND NOT t.done)
        """,
    ),
    Invariant(
        "R6",
        _("No more pieces are refunded than were accepted"),
        """
        SELECT l.id, l.sku, l.received_quantity - l.rejected_quantity AS accepted,
               sum(x.quantity) AS refunded
        FROM returns_returnline l JOIN returns_refundline x ON x.return_line_id = l.id
        JOIN returns_refund f ON f.id = x.refund_id
        WHERE f.status NOT IN ('denied', 'failed') GROUP BY l.id
        HAVING sum(x.quantity) > l.received_quantity - l.rejected_quantity
        """,
    ),
    Invariant(
        "X1f",
        _("A processed return message made a return"),
        """
        SELECT m.id, m.external_id FROM channels_inboundmessage m
        WHERE m.kind = 'return' AND m.status = 'processed' AND NOT EXISTS (
            SELECT FROM returns_return r JOIN orders_order o ON o.id = r.order_id
            WHERE o.channel_id = m.channel_id AND r.external_id = m.external_id)
        """,
    ),
]
