"""Counting statements: the budget of a service is the same for 1 row and for 100."""

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


class Statements:
    """See the fixture `statements`."""

    last: tuple[str, ...] = ()  # the statements of the last count, to look at

    def __call__(self, call: Callable, *args, **kwargs) -> tuple:
        with CaptureQueriesContext(connection) as captured:
            result = call(*args, **kwargs)
        self.last = tuple(
            query["sql"]
            for query in captured.captured_queries
            if not query["sql"].startswith(FRAME)
        )
        return result, len(self.last)

    def by_size(
        self, prepare: Callable, call: Callable, sizes: tuple[int, ...] = (1, 100)
    ) -> dict[int, int]:
        return {size: self(call, prepare(size))[1] for size in sizes}
