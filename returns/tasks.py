"""What happens later. Each may run twice: it asks what is left to do, under lock."""

from channels.models import InboundMessage
from channels.services.inbox import waiting_messages
from oms.core.chunks import in_chunks
from returns.services import approving, closing, messages


def take_in(message_ids):
    in_chunks(messages.take_in, message_ids, actor="task:take_in")


def sweep_messages():
    """Every two minutes: returns that were asked for and forgotten, or whose order has
    come meanwhile."""
    waiting = waiting_messages(InboundMessage.Kind.RETURN)
    in_chunks(messages.take_in, waiting, actor="task:sweep_messages")


def settle_refunds():
    """Every minute: refunds whose gateways have answered come to their end."""
    in_chunks(
        approving.settle_refunds, approving.under_way(), actor="task:settle_refunds"
    )


def close_returns():
    """Every minute: returns with all their goods in place and their money settled."""
    in_chunks(
        closing.close_settled, closing.settled_returns(), actor="task:close_returns"
    )


def expire_returns():
    """Every hour: approved returns of which nothing has come in time."""
    in_chunks(
        closing.expire_returns, closing.late_returns(), actor="task:expire_returns"
    )
