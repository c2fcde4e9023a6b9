"""One step of a chunk: a service called for all of it, at a time of the past."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.utils import timezone

from oms.core.chunks import in_chunks
from oms.core.outcome import Outcome
from oms.replay.shop import ACTOR


def in_set(
    service: Callable[..., Outcome], rows: Sequence, at: datetime, **words
) -> Outcome:
    """The whole chunk in one call; what is refused stays where it is, and the account
    tells."""
    return in_chunks(
        service, rows, size=max(len(rows), 1), actor=ACTOR, at=past(at), **words
    )


def past(at: datetime) -> datetime:
    return min(at, timezone.now())
