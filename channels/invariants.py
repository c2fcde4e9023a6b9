"""What must hold of the inbox."""

from django.utils.translation import gettext_lazy as _

from oms.core.invariants import Invariant

INVARIANTS = [
    Invariant(
        "X1a",
        _("Every message is kept once"),
        """
        SELECT min(id) AS id, channel_id, kind, external_id, count(*)
        FROM channels_inboundmessage GROUP BY 2, 3, 4 HAVING count(*) > 1
        """,
    ),
    Invariant(
        "X1b",
        _("A message that was refused says why, and one that was processed does not"),
        """
        SELECT id, status, error FROM channels_inboundmessage
        WHERE (status = 'refused') <> (error <> '')
           OR (status = 'waiting') <> (processed_at IS NULL)
        """,
    ),
]
