"""What must hold of work that partners are asked to cancel; constraints hold what one
row can say."""

from django.utils.translation import gettext_lazy as _

from oms.core.invariants import Invariant

PARTNERS = [
    Invariant(
        "N1",
        _("Only work that a partner has, for a live order, is asked back"),
        """
        SELECT w.id, w.number, w.status, l.kind, o.status AS order_status, t.open
        FROM fulfillment_fulfillmentorder w
        JOIN inventory_location l ON l.id = w.location_id
        JOIN orders_order o ON o.id = w.order_id
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(open_quantity), 0) AS open
            FROM fulfillment_fulfillmentorderline WHERE fulfillment_order_id = w.id) t
        WHERE w.cancellation = 'requested' AND (l.kind NOT IN ('3pl', 'supplier')
            OR o.status NOT IN ('confirmed', 'processing') OR t.open = 0)
        """,
    ),
    Invariant(
        "N2",
        _("Work that a partner gave back is over; what had left was not given back"),
        """
        SELECT w.id, w.number, w.status, t.released
        FROM fulfillment_fulfillmentorder w CROSS JOIN LATERAL (
            SELECT coalesce(sum(released_quantity), 0) AS released
            FROM fulfillment_fulfillmentorderline WHERE fulfillment_order_id = w.id) t
        WHERE w.cancellation = 'accepted' AND w.status <> 'cancelled'
          AND (w.status <> 'fulfilled' OR t.released = 0)
        """,
    ),
    Invariant(
        "N3",
        _("What became of a request to cancel work is what its last event says"),
        """
        SELECT w.id, w.number, w.cancellation, e.said
        FROM fulfillment_fulfillmentorder w LEFT JOIN (
            SELECT DISTINCT ON (subject_id) subject_id,
                   split_part(action, '.cancellation_', 2) AS said
            FROM core_event WHERE subject_type = 'fulfillmentorder'
             AND action LIKE 'fulfillmentorder.cancellation\\_%'
            ORDER BY subject_id, id DESC) e ON e.subject_id = w.id
        WHERE w.cancellation <> coalesce(e.said, '')
        """,
    ),
]
