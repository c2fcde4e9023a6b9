"""What must hold of returns and refunds."""

from django.utils.translation import gettext_lazy as _

from oms.core.invariants import Invariant

INVARIANTS = [
    Invariant(
        "R2",
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
        "R3",
        _("Received pieces are all in items, and items that we keep are on hand"),
        """
        SELECT r.id, r.sku, r.received_quantity, coalesce(i.pieces, 0) AS in_items
        FROM returns_returnline r LEFT JOIN (
            SELECT line_id, sum(quantity) AS pieces FROM returns_returnitem GROUP BY 1
        ) i ON i.line_id = r.id
        WHERE r.received_quantity <> coalesce(i.pieces, 0)
        """,
    ),
    Invariant(
        "R4",
        _("A refund is the sum of its parts, and it succeeded when all of them did"),
        """
        SELECT f.id, f.number, f.status, f.amount FROM returns_refund f JOIN (
            SELECT p.refund_id, sum(p.amount) AS parts,
                   bool_and(coalesce(q.status = 'succeeded', false)) AS done
            FROM returns_refundpart p
            LEFT JOIN orders_paymentrequest q ON q.id = p.request_id GROUP BY 1
        ) t ON t.refund_id = f.id
        WHERE f.amount <> t.parts OR (f.status = 'succeeded' AND NOT t.done)
        """,
    ),
]
