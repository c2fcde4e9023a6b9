"""What must hold of orders, their lines and their payments."""

from django.utils.translation import gettext_lazy as _

from oms.core.invariants import Invariant, last_status
from orders.services import rollups

# The roll-ups are derived by the very SQL that writes them, over all orders.
FACTS_OF_ALL = rollups.FACTS.replace("WHERE o.id = ANY(%s)", "")

LINES = [
    Invariant(
        "L1",
        _("Shipped + cancelled + allocated + waiting = ordered, and none is negative"),
        """
        SELECT id, quantity, cancelled_quantity, allocated_quantity, shipped_quantity,
               delivered_quantity, returned_quantity
        FROM orders_orderline
        WHERE quantity <= 0 OR delivered_quantity > shipped_quantity
           OR returned_quantity > shipped_quantity
           OR cancelled_quantity + allocated_quantity + shipped_quantity > quantity
           OR least(cancelled_quantity, allocated_quantity, shipped_quantity,
                    delivered_quantity, returned_quantity) < 0
        """,
    ),
    Invariant(
        "L4",
        _("No order without a line"),
        """
        SELECT o.id, o.number FROM orders_order o
        WHERE NOT EXISTS (SELECT FROM orders_orderline l WHERE l.order_id = o.id)
        """,
    ),
    Invariant(
        "L6",
        _("A line's product has the line's SKU"),
        """
        SELECT l.id, l.sku, p.sku AS product FROM orders_orderline l
        JOIN inventory_product p ON p.id = l.product_id WHERE p.sku <> l.sku
        """,
    ),
]

ORDERS = [
    Invariant(
        "O1",
        _("Each external order id once in a channel"),
        """
        SELECT min(id) AS id, channel_id, external_id, count(*)
        FROM orders_order GROUP BY 2, 3 HAVING count(*) > 1
        """,
    ),
    Invariant(
        "O2",
        _("The status of an order agrees with its pieces"),
        """
        SELECT o.id, o.number, o.status, t.ordered, t.cancelled, t.allocated, t.shipped
        FROM orders_order o JOIN (
            SELECT order_id, sum(quantity) AS ordered,
                   sum(cancelled_quantity) AS cancelled,
                   sum(allocated_quantity) AS allocated,
                   sum(shipped_quantity) AS shipped
            FROM orders_orderline GROUP BY 1) t ON t.order_id = o.id
        WHERE (o.status IN ('draft', 'pending') AND t.shipped > 0)
           OR (o.status = 'confirmed' AND t.shipped > 0)
           OR (o.status = 'cancelled'
               AND (t.shipped > 0 OR t.cancelled <> t.ordered))
           OR (o.status = 'completed'
               AND (t.shipped = 0 OR t.shipped + t.cancelled <> t.ordered))
           OR (o.status IN ('confirmed', 'processing')
               AND t.shipped + t.cancelled = t.ordered)
        """,
    ),
    Invariant(
        "O4",
        _("The total is the sum of lines, shipping, its tax and fee"),
        """
        SELECT o.id, o.number, o.total_amount,
               l.total + o.shipping_amount + o.shipping_tax_amount + o.fee_amount
        FROM orders_order o JOIN (
            SELECT order_id, sum(total_amount) AS total FROM orders_orderline
            GROUP BY 1) l ON l.order_id = o.id
        WHERE o.total_amount <>
            l.total + o.shipping_amount + o.shipping_tax_amount + o.fee_amount
        """,
    ),
    Invariant(
        "O5",
        _("Payment, fulfillment and phase are what the rows of the order say"),
        f"""
        WITH facts AS ({FACTS_OF_ALL}), words AS ({rollups.WORDS})
        SELECT o.id, o.number, o.payment_status, w.payment_status AS payment_is,
               o.fulfillment_status, w.fulfillment_status AS fulfillment_is,
               o.phase, w.phase AS phase_is
        FROM orders_order o JOIN words w ON w.id = o.id
        WHERE (o.payment_status, o.fulfillment_status, o.phase)
           <> (w.payment_status, w.fulfillment_status, w.phase)
        """,  # noqa: S608
    ),
    Invariant(
        "E1",
        _("An order's status is that of its last change"),
        last_status("orders_order", "order"),
    ),
    Invariant(
        "X1c",
        _("A processed order message made an order, and no other message did"),
        """
        SELECT m.id, m.status, o.number FROM channels_inboundmessage m
        LEFT JOIN orders_order o ON o.inbound_message_id = m.id
        WHERE m.kind = 'order' AND (m.status = 'processed') <> (o.id IS NOT NULL)
        """,
    ),
    Invariant(
        "X1d",
        _("An order is in the channel of its message"),
        """
        SELECT o.id, o.number, o.channel_id, m.channel_id AS message_channel
        FROM orders_order o JOIN channels_inboundmessage m
            ON m.id = o.inbound_message_id
        WHERE m.channel_id <> o.channel_id
        """,
    ),
    Invariant(
        "T1",
        _("No order is stuck: live, not waiting for stock, and no event for 24 hours"),
        """
        SELECT o.id, o.number, o.status, o.phase FROM orders_order o
        WHERE o.status IN ('confirmed', 'processing') AND o.phase = 'in_fulfillment'
          AND NOT EXISTS (
              SELECT FROM core_event e WHERE e.root_type = 'order'
              AND e.root_id = o.id AND e.at > now() - interval '24 hours')
        """,
        warning=True,
    ),
]

LEDGER = """
    SELECT payment_id,
           coalesce(sum(amount) FILTER (
               WHERE kind = 'auth' AND status = 'succeeded'), 0) AS authorized,
           coalesce(sum(amount) FILTER (
               WHERE kind = 'capture' AND status = 'succeeded'), 0) AS captured,
           coalesce(sum(amount) FILTER (
               WHERE kind = 'capture' AND status IN ('succeeded', 'pending')), 0)
               AS capturing,
           coalesce(sum(amount) FILTER (
               WHERE kind = 'refund' AND status = 'succeeded'), 0) AS refunded,
           coalesce(sum(amount) FILTER (
               WHERE kind = 'refund' AND status IN ('succeeded', 'pending')), 0)
               AS refunding,
           bool_or(kind = 'auth') AS has_authorization
    FROM orders_paymenttransaction GROUP BY 1"""

PAYMENTS = [
    Invariant(
        "P1",
        _("No payment gives back more than it has captured"),
        f"""
        SELECT payment_id AS id, captured, refunding FROM ({LEDGER}) t
        WHERE refunding > captured
        """,  # noqa: S608
    ),
    Invariant(
        "P2",
        _("No payment captures more than it authorized, where it did authorize"),
        f"""
        SELECT payment_id AS id, authorized, capturing FROM ({LEDGER}) t
        WHERE has_authorization AND capturing > authorized
        """,  # noqa: S608
    ),
    Invariant(
        "P4",
        _("One currency for an order, its payments and their transactions"),
        """
        SELECT p.id, o.currency AS of_order, p.currency, t.currency AS of_transaction
        FROM orders_payment p JOIN orders_order o ON o.id = p.order_id
        LEFT JOIN orders_paymenttransaction t
            ON t.payment_id = p.id AND t.currency <> p.currency
        WHERE p.currency <> o.currency OR t.id IS NOT NULL
        """,
    ),
    Invariant(
        "P5",
        _("A provider's reference is recorded once"),
        """
        SELECT min(id) AS id, payment_id, kind, reference, count(*)
        FROM orders_paymenttransaction WHERE reference IS NOT NULL
        GROUP BY 2, 3, 4 HAVING count(*) > 1
        """,
    ),
    Invariant(
        "P6",
        _("The amounts of a payment are the sums of its ledger"),
        f"""
        SELECT p.id, p.authorized_amount, p.captured_amount, p.refunded_amount,
               t.authorized, t.captured, t.refunded
        FROM orders_payment p LEFT JOIN ({LEDGER}) t ON t.payment_id = p.id
        WHERE p.captured_amount <> coalesce(t.captured, 0)
           OR p.refunded_amount <> coalesce(t.refunded, 0)
           OR p.authorized_amount <> CASE WHEN t.has_authorization THEN t.authorized
                                          ELSE coalesce(t.captured, 0) END
        """,  # noqa: S608
    ),
]

INVARIANTS = [*LINES, *ORDERS, *PAYMENTS]
