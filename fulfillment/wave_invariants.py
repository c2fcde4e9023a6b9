"""What must hold of waves, of what is picked for them, and of parcels handed over."""

from django.utils.translation import gettext_lazy as _

from oms.core.invariants import Invariant

WAVES = [
    Invariant(
        "V1",
        _("Work in a wave is of its location and was released; the wave lives"),
        """
        SELECT w.id, w.number, w.status, v.number AS wave, v.cancelled_at
        FROM fulfillment_fulfillmentorder w
        JOIN fulfillment_wave v ON v.id = w.wave_id
        WHERE w.location_id <> v.location_id OR v.cancelled_at IS NOT NULL
           OR w.status IN ('reserved', 'scheduled', 'assigned')
        """,
    ),
    Invariant(
        "V2",
        _("What was scanned for a line is not more than it has, at its own location"),
        """
        SELECT f.id, f.quantity, sum(p.pieces) AS scanned
        FROM fulfillment_pickscan p
        JOIN fulfillment_fulfillmentorderline f ON f.id = p.fulfillment_line_id
        JOIN fulfillment_fulfillmentorder w ON w.id = f.fulfillment_order_id
        JOIN fulfillment_wave v ON v.id = p.wave_id
        GROUP BY f.id, f.quantity
        HAVING sum(p.pieces) > f.quantity
            OR bool_or(v.location_id <> w.location_id)
        """,
    ),
    Invariant(
        "V3",
        _("A wave that is picked lacks nothing"),
        """
        SELECT f.id, v.number, w.slot, f.quantity, f.picked_quantity
        FROM fulfillment_wave v
        JOIN fulfillment_fulfillmentorder w ON w.wave_id = v.id
        JOIN fulfillment_fulfillmentorderline f ON f.fulfillment_order_id = w.id
        WHERE v.finished_at IS NOT NULL AND w.status IN ('released', 'picking')
          AND f.picked_quantity < f.quantity - f.released_quantity
        """,
    ),
    Invariant(
        "V4",
        _("Only parcels that have left were handed over"),
        """
        SELECT id, number, status, handed_over_at FROM fulfillment_shipment
        WHERE handed_over_at IS NOT NULL AND status NOT IN ('shipped', 'delivered')
        """,
    ),
]
