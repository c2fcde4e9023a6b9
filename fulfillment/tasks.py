"""What happens later. Each may run twice: it asks what is left to do, under lock."""

from fulfillment.services import reservations, waiting
from oms.core.chunks import in_chunks


def allocate_waiting(product_ids):
    waiting.allocate_waiting(product_ids, actor="task:allocate_waiting")


def sweep_waiting():
    """Every two minutes: serve what was forgotten, should a hand-off have been lost."""
    waiting.allocate_waiting(waiting.wanted_and_free(), actor="task:sweep_waiting")


def expire_reservations():
    """Every minute: orders that wait too long give their stock back."""
    late = reservations.late_orders()
    in_chunks(reservations.expire_reservations, late, actor="task:expire_reservations")
