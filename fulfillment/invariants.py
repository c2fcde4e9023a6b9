"""What must hold of work and parcels. A fulfillment order line is the allocation;
open = quantity − shipped − released."""

from django.utils.translation import gettext_lazy as _

from fulfillment.label_invariants import LABELS
from fulfillment.partner_invariants import PARTNERS
from fulfillment.wave_invariants import WAVES
from oms.core.invariants import Invariant, last_status

ALLOCATIONS = [
    Invariant(
        "S2b",
        _("What open work holds of a level is what the level has allocated"),
        """
        SELECT l.id, l.allocated, coalesce(f.held, 0) AS held
        FROM inventory_stocklevel l LEFT JOIN (
            SELECT stock_level_id, sum(open_quantity) AS held
            FROM fulfillment_fulfillmentorderline WHERE open_quantity > 0 GROUP BY 1
        ) f ON f.stock_level_id = l.id
        WHERE l.allocated <> coalesce(f.held, 0)
        """,
    ),
    Invariant(
        "A1",
        _("Open pieces belong to open work of a live order, or wait reserved"),
        """
        SELECT f.id, w.number, w.status, o.number AS order_number,
               o.status AS order_status
        FROM fulfillment_fulfillmentorderline f
        JOIN fulfillment_fulfillmentorder w ON w.id = f.fulfillment_order_id
        JOIN orders_order o ON o.id = w.order_id
        WHERE f.open_quantity > 0 AND (w.status IN ('fulfilled', 'cancelled')
            OR (w.status = 'reserved') <> (o.status = 'pending')
            OR o.status NOT IN ('pending', 'confirmed', 'processing'))
        """,
    ),
    Invariant(
        "A2",
        _("What a line has allocated is what open work holds for it"),
        """
        SELECT l.id, l.allocated_quantity, coalesce(f.held, 0) AS held
        FROM orders_orderline l LEFT JOIN (
            SELECT order_line_id, sum(open_quantity) AS held
            FROM fulfillment_fulfillmentorderline WHERE open_quantity > 0 GROUP BY 1
        ) f ON f.order_line_id = l.id
        WHERE l.allocated_quantity <> coalesce(f.held, 0) AND NOT l.is_bundle
        """,
    ),
    Invariant(
        "A3",
        _("Work is for its line's own product, order and location"),
        """
        SELECT f.id, w.number, l.product_id, s.product_id AS held_product,
               w.location_id, s.location_id AS held_location
        FROM fulfillment_fulfillmentorderline f
        JOIN fulfillment_fulfillmentorder w ON w.id = f.fulfillment_order_id
        JOIN orders_orderline l ON l.id = f.order_line_id
        LEFT JOIN inventory_stocklevel s ON s.id = f.stock_level_id
        WHERE w.order_id <> l.order_id OR (s.id IS NOT NULL AND (
            s.location_id <> w.location_id
            OR s.product_id IS DISTINCT FROM l.product_id))
        """,
    ),
    Invariant(
        "A4",
        _("What work has shipped of a line is what the line has shipped"),
        """
        SELECT l.id, l.shipped_quantity, coalesce(f.shipped, 0) AS by_work
        FROM orders_orderline l LEFT JOIN (
            SELECT order_line_id, sum(shipped_quantity) AS shipped
            FROM fulfillment_fulfillmentorderline GROUP BY 1
        ) f ON f.order_line_id = l.id
        WHERE l.shipped_quantity <> coalesce(f.shipped, 0) AND NOT l.is_bundle
        """,
    ),
    Invariant(
        "A5",
        _(
            "Work that nobody has begun, or that is cancelled, has shipped nothing; "
            "open work holds pieces"
        ),
        """
        SELECT w.id, w.number, w.status, t.open, t.shipped
        FROM fulfillment_fulfillmentorder w LEFT JOIN (
            SELECT fulfillment_order_id, sum(open_quantity) AS open,
                   sum(shipped_quantity) AS shipped
            FROM fulfillment_fulfillmentorderline GROUP BY 1
        ) t ON t.fulfillment_order_id = w.id
        WHERE (w.status NOT IN ('picking', 'packed', 'fulfilled')
               AND coalesce(t.shipped, 0) > 0)
           OR (w.status NOT IN ('fulfilled', 'cancelled') AND coalesce(t.open, 0) = 0)
           OR (w.status = 'fulfilled' AND coalesce(t.shipped, 0) = 0)
        """,
    ),
    Invariant(
        "A6",
        _("Real locations serve real orders, and places of practice those of practice"),
        """
        SELECT w.id, w.number, l.code, c.code AS channel
        FROM fulfillment_fulfillmentorder w
        JOIN inventory_location l ON l.id = w.location_id
        JOIN orders_order o ON o.id = w.order_id
        JOIN channels_channel c ON c.id = o.channel_id
        WHERE w.status <> 'cancelled' AND l.is_sandbox <> c.is_sandbox
        """,
    ),
    Invariant(
        "R1",
        _("Work that was rejected is cancelled, and only that is let in again"),
        """
        SELECT id, number, status, reject_code FROM fulfillment_fulfillmentorder
        WHERE (reject_code <> '' AND status <> 'cancelled')
           OR (reject_code = '' AND exclusion_lifted_at IS NOT NULL)
        """,
    ),
    Invariant(
        "E1w",
        _("The status of work is that of its last change"),
        last_status("fulfillment_fulfillmentorder", "fulfillmentorder"),
    ),
]

SHIPPED = "s.status IN ('shipped', 'delivered')"

PARCELS = [
    Invariant(
        "L2",
        _("What a line has shipped and delivered is what its parcels hold"),
        f"""
        SELECT l.id, l.shipped_quantity, coalesce(p.shipped, 0) AS in_parcels,
               l.delivered_quantity, coalesce(p.delivered, 0) AS arrived
        FROM orders_orderline l LEFT JOIN (
            SELECT x.order_line_id, sum(x.quantity) AS shipped,
                   sum(x.quantity) FILTER (WHERE s.status = 'delivered') AS delivered
            FROM fulfillment_shipmentline x
            JOIN fulfillment_shipment s ON s.id = x.shipment_id
            WHERE {SHIPPED} GROUP BY 1
        ) p ON p.order_line_id = l.id
        WHERE NOT l.is_bundle AND (l.shipped_quantity, l.delivered_quantity)
           <> (coalesce(p.shipped, 0), coalesce(p.delivered, 0))
        """,  # noqa: S608
    ),
    Invariant(
        "L3",
        _("Every shipped piece left stock exactly once"),
        f"""
        SELECT x.id, x.quantity, coalesce(m.on_hand, 0) AS left_stock,
               coalesce(m.allocated, 0) AS left_allocated
        FROM fulfillment_shipmentline x
        JOIN fulfillment_shipment s ON s.id = x.shipment_id
        JOIN fulfillment_fulfillmentorderline f ON f.id = x.fulfillment_line_id
        LEFT JOIN (
            SELECT ref_id, stock_level_id, sum(on_hand_delta) AS on_hand,
                   sum(allocated_delta) AS allocated
            FROM inventory_stockmovement
            WHERE ref_type = 'shipmentline' AND kind = 'shipped' GROUP BY 1, 2
        ) m ON m.ref_id = x.id AND m.stock_level_id = f.stock_level_id
        WHERE coalesce(m.on_hand, 0) <> coalesce(m.allocated, 0)
           OR coalesce(-m.on_hand, 0) <>
              CASE WHEN {SHIPPED} AND f.stock_level_id IS NOT NULL
                   THEN x.quantity ELSE 0 END
        """,  # noqa: S608
    ),
    Invariant(
        "L3b",
        _("What left stock for a parcel is in that parcel"),
        """
        SELECT m.id, m.stock_level_id, m.ref_id FROM inventory_stockmovement m
        LEFT JOIN fulfillment_shipmentline x ON x.id = m.ref_id
        LEFT JOIN fulfillment_fulfillmentorderline f ON f.id = x.fulfillment_line_id
        WHERE m.kind = 'shipped' AND (m.ref_type <> 'shipmentline'
            OR f.stock_level_id IS DISTINCT FROM m.stock_level_id)
        """,
    ),
    Invariant(
        "L5",
        _("A parcel's lines are of its own order and its own work"),
        """
        SELECT x.id, s.number FROM fulfillment_shipmentline x
        JOIN fulfillment_shipment s ON s.id = x.shipment_id
        JOIN orders_orderline l ON l.id = x.order_line_id
        JOIN fulfillment_fulfillmentorderline f ON f.id = x.fulfillment_line_id
        WHERE l.order_id <> s.order_id OR f.order_line_id <> x.order_line_id
           OR f.fulfillment_order_id <> s.fulfillment_order_id
        """,
    ),
    Invariant(
        "L7",
        _("What work has shipped of its line is what the work's parcels hold"),
        f"""
        SELECT f.id, f.shipped_quantity, coalesce(p.shipped, 0) AS in_parcels
        FROM fulfillment_fulfillmentorderline f LEFT JOIN (
            SELECT x.fulfillment_line_id, sum(x.quantity) AS shipped
            FROM fulfillment_shipmentline x
            JOIN fulfillment_shipment s ON s.id = x.shipment_id
            WHERE {SHIPPED} GROUP BY 1
        ) p ON p.fulfillment_line_id = f.id
        WHERE f.shipped_quantity <> coalesce(p.shipped, 0)
        """,  # noqa: S608
    ),
    Invariant(
        "L8",
        _("A parcel belongs to the order of its work"),
        """
        SELECT s.id, s.number, s.order_id, w.order_id AS of_work
        FROM fulfillment_shipment s
        JOIN fulfillment_fulfillmentorder w ON w.id = s.fulfillment_order_id
        WHERE s.order_id <> w.order_id
        """,
    ),
    Invariant(
        "B2a",
        _("A tracking number is on one parcel of a carrier"),
        """
        SELECT min(id) AS id, carrier, tracking_number, count(*)
        FROM fulfillment_shipment WHERE tracking_number <> ''
        GROUP BY 2, 3 HAVING count(*) > 1
        """,
    ),
    Invariant(
        "B2b",
        _("A parcel that has left has a tracking number"),
        f"""
        SELECT s.id, s.number, s.status FROM fulfillment_shipment s
        WHERE {SHIPPED} AND s.tracking_number = ''
        """,  # noqa: S608
    ),
    Invariant(
        "E1s",
        _("The status of a parcel is that of its last change"),
        last_status("fulfillment_shipment", "shipment"),
    ),
    Invariant(
        "D1",
        _("A draft parcel holds only pieces that its work still holds"),
        """
        SELECT x.id, s.number, x.quantity, f.open_quantity
        FROM fulfillment_shipmentline x
        JOIN fulfillment_shipment s ON s.id = x.shipment_id
        JOIN fulfillment_fulfillmentorderline f ON f.id = x.fulfillment_line_id
        WHERE s.status = 'draft' AND x.quantity > f.open_quantity
        """,
    ),
]

INVARIANTS = [*ALLOCATIONS, *PARCELS, *LABELS, *PARTNERS, *WAVES]
