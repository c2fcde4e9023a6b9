"""What happens later. Each may run twice: it asks what is left to do, under lock."""

from fulfillment.services import notices, reservations, settling, waiting
from oms.core.chunks import in_chunks


def allocate_waiting(product_ids):
    waiting.allocate_waiting(product_ids, actor="task:allocate_waiting")


def serve_orders(orders):
    waiting.serve_orders(orders, actor="task:serve_orders")


def sweep_waiting():
    """Every two minutes: serve what was forgotten, should a hand-off have been lost."""
    waiting.allocate_waiting(waiting.wanted_and_free(), actor="task:sweep_waiting")


def expire_reservations():
    """Every minute: orders that wait too long give their stock back."""
    late = reservations.late_orders()
    in_chunks(reservations.expire_reservations, late, actor="task:expire_reservations")


def settle_labels(label_pks=None):
    """Ask carriers for what was requested; every minute also for what was forgotten or
    has to be tried again."""
    settling.settle_labels(label_pks, actor="task:settle_labels")


def watch_parcels():
    """Every hour: parcels of which nobody has heard for too long."""
    in_chunks(notices.tell_of_silence, notices.silent_parcels())
