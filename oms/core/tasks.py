"""The one way to do something later, and what the kernel itself does by the clock."""

from collections.abc import Iterable

from django.db import connection
from django_q.tasks import async_task

from oms.core import workitems
from oms.core.api import idempotency, requestlog
from oms.core.webhooks import delivering, replaying


def wake_items() -> None:
    """Every minute: work items that have rested long enough."""
    workitems.wake_items(workitems.due_items(), actor="task:wake_items")


def deliver_webhooks() -> None:
    """As soon as the worker sees that something is due, and every minute. One at a
    time: slow endpoints hold one worker at most."""
    if not _advisory("pg_try_advisory_lock"):
        return
    try:
        delivering.deliver_due()
    finally:
        _advisory("pg_advisory_unlock")


def _advisory(function: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended('webhooks', 0))")
        return cursor.fetchone()[0]


def sweep_deliveries() -> None:
    """Every day: webhook deliveries that nobody needs any more."""
    replaying.sweep_deliveries()


def forget_answers() -> None:
    """Every hour: answers of the API that are kept long enough, and its old log."""
    idempotency.sweep()
    requestlog.sweep()


def enqueue(function: str, ids: Iterable[int], *, seconds: int | None = None) -> None:
    """Queue one task for the whole set; `function` is a dotted path that takes the ids.
    `seconds`: that it may take, where it cannot hand over to another in the usual time.

    The queue is a table: the task exists when the transaction commits, and not when it
    rolls back. Delivery is at least once, so the function asks "already done?" under
    its lock.
    """
    ids = sorted(set(ids))
    if ids:
        longer = {} if seconds is None else {"timeout": seconds}
        async_task(function, ids, **longer)
