"""The one way to do something later, and what the kernel itself does by the clock."""

from collections.abc import Iterable

from django_q.tasks import async_task

from oms.core import workitems


def wake_items() -> None:
    """Every minute: work items that have rested long enough."""
    workitems.wake_items(workitems.due_items(), actor="task:wake_items")


def enqueue(function: str, ids: Iterable[int]) -> None:
    """Queue one task for the whole set; `function` is a dotted path that takes the ids.

    The queue is a table: the task exists when the transaction commits, and not when it
    rolls back. Delivery is at least once, so the function asks "already done?" under
    its lock.
    """
    ids = sorted(set(ids))
    if ids:
        async_task(function, ids)
