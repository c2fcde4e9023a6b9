"""Corruptions of holds and of what was found of the risk."""


def hold(stage: str, known: bool = False) -> str:
    """A hold past the service; `known`: the order is told."""
    placed = (
        "INSERT INTO orders_hold (created_at, updated_at, order_id, reason, blocks,"
        " note, source, handle, until_paid, placed_by, placed_at, released_by,"
        " release_note)"
        f" VALUES (now(), now(), {{{stage}}}, 'other', '{{{{ship}}}}', '', 's', 'h',"
        " false, 'x', now(), '', '')"
    )
    told = (
        'UPDATE orders_order SET active_holds = \'[{{"text": "t", "source": "s",'
        ' "handle": "h", "reason": "other", "blocks": ["ship"]}}]\','
        f" phase = 'cancelled' WHERE id = {{{stage}}}"
    )
    return f"{placed}; {told}" if known else placed


RISK = (
    'INSERT INTO orders_riskassessment (order_id, score, "limit", signals, provider,'
    " at) VALUES ({assigned}, 60, 50, '[]', 'rules', now())"
)
PLANTED = [
    ("H1", hold("assigned")),
    (
        "H1",
        'UPDATE orders_order SET active_holds = \'[{{"source": "s"}}]\''
        " WHERE id = {assigned}",
    ),
    ("H2", RISK),
    ("H3", hold("cancelled", known=True)),
]
ALWAYS_REFUSED = [
    ("hold_active_once", f"{hold('assigned')}; {hold('assigned')}"),
    ("hold_blocks_something", hold("assigned").replace("ship", "")),
    (
        "hold_released_by_somebody",
        f"{hold('assigned')}; UPDATE orders_hold SET released_at = now()",
    ),
    (
        "riskrule_counts_to_a_threshold",
        "INSERT INTO orders_riskrule (created_at, updated_at, signal, points,"
        " window_hours, is_active) VALUES (now(), now(), 'velocity', 1, 24, true)",
    ),
]
