"""What must hold of orders and their lines; of payments, see payment_invariants."""

from django.utils.translation import gettext_lazy as _

from oms.core.invariants import Invariant, last_status
from orders.hold_invariants import HOLDS
from orders.payment_invariants import PAYMENTS
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

BUNDLES = [
    Invariant(
        "L9",
        _("A bundle is where its components are, and was cut as they were"),
        """
        SELECT b.id, b.order_id, b.sku, b.allocated_quantity, c.placed - c.shipped,
               b.shipped_quantity, c.shipped, b.delivered_quantity, c.delivered
        FROM orders_orderline b JOIN (
            SELECT p.parent_id,
                   min(p.shipped_quantity / p.pieces_per_bundle) AS shipped,
                   min((p.shipped_quantity + p.allocated_quantity)
                       / p.pieces_per_bundle) AS placed,
                   min(p.delivered_quantity / p.pieces_per_bundle) AS delivered,
                   bool_and(p.order_id = w.order_id AND w.is_bundle
                       AND p.quantity = w.quantity * p.pieces_per_bundle
                       AND p.cancelled_quantity
                           = w.cancelled_quantity * p.pieces_per_bundle) AS fits
            FROM orders_orderline p JOIN orders_orderline w ON w.id = p.parent_id
            GROUP BY 1) c ON c.parent_id = b.id
        WHERE NOT c.fits
           OR (b.allocated_quantity, b.shipped_quantity, b.delivered_quantity)
              <> (c.placed - c.shipped, c.shipped, c.delivered)
        """,
    ),
    Invariant(
        "L10",
        _("A bundle that is in work has its components"),
        """
        SELECT l.id, l.order_id, l.sku FROM orders_orderline l
        JOIN orders_order o ON o.id = l.order_id
        WHERE l.is_bundle AND o.status IN ('confirmed', 'processing', 'completed')
          AND NOT EXISTS (SELECT FROM orders_orderline p
              WHERE p.order_id = l.order_id AND p.parent_id = l.id)
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

INVARIANTS = [*LINES, *BUNDLES, *ORDERS, *HOLDS, *PAYMENTS]
