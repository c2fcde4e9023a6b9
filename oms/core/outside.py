"""Asking another system for something, so that it happens once.

The intent is a row with an idempotency key, committed before the call: `claim` leases
the rows that are due, the caller asks outside of any transaction, and stores what came
back under its own lock. A row that was claimed before and has no result may have been
done: the other side is looked up by the key before it is asked again.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import models, transaction

LEASE = timedelta(minutes=2)  # longer than any call takes
MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=15)


@transaction.atomic
def claim(
    model: type[models.Model],
    *,
    at: datetime,
    pks: Iterable[int] | None = None,
    most: int = 20,
) -> list[models.Model]:
    """Lease up to `most` open rows that are due and free, of these keys if given. They
    come back as they were before; `attempts` counts this one already.

    The lease counts the attempt before the call, so that a row that kills its worker
    comes to an end too.
    """
    due = model.objects.filter(status__in=model.OPEN, next_attempt_at__lte=at)
    if pks is not None:
        due = due.filter(pk__in=set(pks))
    due = due.order_by("next_attempt_at", "pk")
    rows = list(due.select_for_update(no_key=True, skip_locked=True)[:most])
    for row in rows:
        row.attempts += 1
    leased = {"attempts": models.F("attempts") + 1, "next_attempt_at": at + LEASE}
    model.objects.filter(pk__in=[row.pk for row in rows]).update(**leased)
    return rows


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 15 s, 30 s, 1 min, … 16 min."""
    return FIRST_PAUSE * 2 ** min(attempts - 1, 6)
