"""What happens later. Each may run twice: it asks what is left to do, under lock."""

from oms.core.chunks import in_chunks
from returns.services import approving


def settle_refunds():
    """Every minute: refunds whose gateways have answered come to their end."""
    in_chunks(
        approving.settle_refunds, approving.under_way(), actor="task:settle_refunds"
    )
