"""What happens later. Each may run twice: it asks what is left to do, under lock."""

from channels.services.inbox import waiting_messages
from oms.core.chunks import in_chunks
from orders.services import intake


def take_in(message_ids):
    in_chunks(intake.take_in, message_ids, actor="task:take_in")


def sweep_inbox():
    """Every two minutes: take in what was forgotten, should a task have been lost."""
    in_chunks(intake.take_in, waiting_messages(), actor="task:sweep_inbox")
