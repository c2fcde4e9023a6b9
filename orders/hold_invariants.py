"""What must hold of holds and of the risk that was found."""

from django.utils.translation import gettext_lazy as _

from oms.core.invariants import Invariant

HOLDS = [
    Invariant(
        "H1",
        _("An order knows its active holds, and no others"),
        """
        SELECT o.id, o.number, o.active_holds, h.facts FROM orders_order o
        LEFT JOIN (
            SELECT order_id, jsonb_agg(jsonb_build_object('source', source, 'handle',
                handle, 'reason', reason, 'blocks', to_jsonb(blocks)) ORDER BY id)
                AS facts
            FROM orders_hold WHERE released_at IS NULL GROUP BY 1
        ) h ON h.order_id = o.id
        WHERE (o.active_holds <> '[]' OR h.facts IS NOT NULL)
          AND coalesce(h.facts, '[]') <> (
              SELECT coalesce(jsonb_agg(said.hold - 'text' ORDER BY said.place), '[]')
              FROM jsonb_array_elements(o.active_holds)
                  WITH ORDINALITY AS said(hold, place))
        """,
    ),
    Invariant(
        "H2",
        _("An order whose risk reached the limit was held for it"),
        """
        SELECT r.id, r.order_id, r.score, r."limit" FROM orders_riskassessment r
        WHERE r.score >= r."limit" AND NOT EXISTS (
            SELECT FROM orders_hold h
            WHERE h.order_id = r.order_id AND h.source = 'risk')
        """,
    ),
    Invariant(
        "H3",
        _("Nothing holds a cancelled order"),
        """
        SELECT h.id, o.number FROM orders_hold h
        JOIN orders_order o ON o.id = h.order_id
        WHERE h.released_at IS NULL AND o.status = 'cancelled'
        """,
    ),
]
