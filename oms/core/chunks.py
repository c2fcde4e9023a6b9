"""Running a service over many rows in chunks, each its own transaction."""

import logging
import random
import time
from collections.abc import Callable, Sequence

from django.db import DatabaseError, IntegrityError
from django.utils.translation import gettext as _

from oms.core.outcome import Outcome

log = logging.getLogger(__name__)

TRIES = 3
RETRIED = {"40001", "40P01", "55P03"}  # serialization, deadlock, lock timeout
UNIQUE_VIOLATION = "23505"  # somebody wrote the same first: look again, once


def in_chunks(
    service: Callable[..., Outcome], rows: Sequence, *, size: int = 50, **kwargs
) -> Outcome:
    """Call `service(chunk, **kwargs)` for all rows; one bad row costs only itself.

    A chunk that fails is halved until a single row is to blame, which is then refused.
    Call it outside of any transaction: it catches errors of the database.
    """
    total = Outcome()
    todo = [list(rows[start : start + size]) for start in range(0, len(rows), size)]
    while todo:
        chunk = todo.pop(0)
        try:
            total.add(with_retries(service, chunk, kwargs))
        except Exception as error:
            half = len(chunk) // 2
            if half:
                todo[:0] = [chunk[:half], chunk[half:]]
                continue
            log.exception("%s failed for %r", service.__name__, chunk[0])
            key = getattr(chunk[0], "pk", chunk[0])
            total.refuse(key, failed(chunk[0], error))
    return total


def with_retries(service: Callable, chunk: list, kwargs: dict) -> Outcome:
    """Once more where somebody else was in the way."""
    unique_seen = False
    for attempt in range(TRIES):
        try:
            return service(chunk, **kwargs)
        except DatabaseError as error:
            code = getattr(error.__cause__, "sqlstate", None)
            once_more = isinstance(error, IntegrityError) and code == UNIQUE_VIOLATION
            if attempt == TRIES - 1 or not (
                code in RETRIED or (once_more and not unique_seen)
            ):
                raise
            unique_seen |= once_more
            time.sleep(random.uniform(0.01, 0.05) * (attempt + 1))  # noqa: S311
    raise AssertionError("unreachable")


def failed(row, error: Exception) -> str:
    return _(
        "%(row)s: failed unexpectedly (%(error)s); nothing was changed. "
        "The log has the details; try again or report it."
    ) % {"row": row, "error": type(error).__name__}
