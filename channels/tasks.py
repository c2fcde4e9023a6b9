"""What happens later. Each may run twice: it asks what is left to do, under lock."""

from channels.services import door
from oms.core.chunks import in_chunks


def sweep_calls():
    """Every minute: read the calls that were kept and then forgotten."""
    for channel, calls in door.channels_with_kept_calls():
        in_chunks(door.read_calls, calls, channel=channel, actor="task:sweep_calls")
