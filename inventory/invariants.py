"""What must hold of stock: every number is the sum of its ledger."""

from django.utils.translation import gettext_lazy as _

from oms.core.invariants import Invariant

INVARIANTS = [
    Invariant(
        "S1",
        _("On hand equals the sum of its movements"),
        """
        SELECT l.id, l.on_hand, coalesce(m.moved, 0) AS moved
        FROM inventory_stocklevel l LEFT JOIN (
            SELECT stock_level_id, sum(on_hand_delta) AS moved
            FROM inventory_stockmovement GROUP BY 1) m ON m.stock_level_id = l.id
        WHERE l.on_hand <> coalesce(m.moved, 0)
        """,
    ),
    Invariant(
        "S2",
        _("Allocated equals the sum of its movements"),
        """
        SELECT l.id, l.allocated, coalesce(m.moved, 0) AS moved
        FROM inventory_stocklevel l LEFT JOIN (
            SELECT stock_level_id, sum(allocated_delta) AS moved
            FROM inventory_stockmovement GROUP BY 1) m ON m.stock_level_id = l.id
        WHERE l.allocated <> coalesce(m.moved, 0)
        """,
    ),
    Invariant(
        "S3",
        _("Allocated is between 0 and on hand, and only sellable stock is allocated"),
        """
        SELECT id, condition, on_hand, allocated FROM inventory_stocklevel
        WHERE allocated < 0 OR allocated > on_hand
           OR (allocated <> 0 AND condition <> 'sellable')
        """,
    ),
    Invariant(
        "S4",
        _("At no point of the ledger was a level below zero or oversold"),
        """
        SELECT id, stock_level_id, on_hand, allocated FROM (
            SELECT id, stock_level_id, sum(on_hand_delta) OVER w AS on_hand,
                   sum(allocated_delta) OVER w AS allocated
            FROM inventory_stockmovement
            WINDOW w AS (PARTITION BY stock_level_id ORDER BY id)) m
        WHERE on_hand < 0 OR allocated < 0 OR allocated > on_hand
        """,
    ),
    Invariant(
        "S5",
        _("One level for a product, location and condition"),
        """
        SELECT min(id) AS id, product_id, location_id, condition, count(*)
        FROM inventory_stocklevel GROUP BY 2, 3, 4 HAVING count(*) > 1
        """,
    ),
]
