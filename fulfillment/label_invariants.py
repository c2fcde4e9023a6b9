"""What must hold of labels."""

from django.utils.translation import gettext_lazy as _

from oms.core.invariants import Invariant

LABELS = [
    Invariant(
        "B1",
        _("A parcel has at most one label that is wanted: bought at most once"),
        """
        SELECT min(id) AS id, shipment_id, count(*) FROM fulfillment_label
        WHERE status NOT IN ('voided', 'failed') GROUP BY 2 HAVING count(*) > 1
        """,
    ),
    Invariant(
        "B2",
        _("A bought label is on its own parcel, which may leave; any other is on none"),
        """
        SELECT l.id, l.status, l.tracking_number, s.number, s.status AS parcel_status,
               s.tracking_number AS on_parcel
        FROM fulfillment_label l JOIN fulfillment_shipment s ON s.id = l.shipment_id
        WHERE (l.status = 'purchased') <> (s.status <> 'voided'
            AND l.tracking_number <> '' AND l.carrier = s.carrier
            AND l.tracking_number = s.tracking_number)
        """,
    ),
    Invariant(
        "B3",
        _("A bought label has a number, and no other parcel or label has it"),
        """
        SELECT l.id, l.status, l.carrier, l.tracking_number FROM fulfillment_label l
        WHERE (l.status = 'purchased'
               AND (l.tracking_number = '' OR l.purchased_at IS NULL))
           OR l.tracking_number <> '' AND (EXISTS (
                SELECT FROM fulfillment_label x WHERE x.id <> l.id
                AND (x.carrier, x.tracking_number) = (l.carrier, l.tracking_number))
            OR EXISTS (
                SELECT FROM fulfillment_shipment s WHERE s.id <> l.shipment_id
                AND (s.carrier, s.tracking_number) = (l.carrier, l.tracking_number)))
        """,
    ),
]
