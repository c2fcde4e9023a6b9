"""What must hold of the inbox and of the door before it."""

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
    Invariant(
        "X1e",
        _("No call waits to be read for more than 15 minutes"),
        """
        SELECT id, call_id, received_at FROM channels_hookcall
        WHERE status = 'kept' AND received_at < now() - interval '15 minutes'
        """,
        warning=True,
    ),
]
