"""The sign of life of the task workers, and the queue's broker that gives it.

The library keeps the state of its clusters in a cache for three seconds and rewrites it
twice a second: too much writing for a cache that all processes can read, too short a
life for a probe. The broker here is the library's ORM broker; it notes the time in our
cache every few seconds instead, and `/readyz` and `doctor` read it.
"""

import time

from django.core.cache import cache
from django.utils import timezone
from django_q.brokers.orm import ORM
from django_q.tasks import async_task

from oms.core.webhooks import delivering

HEARTBEAT = "worker-heartbeat"
BEAT_EVERY = 5  # seconds
LATE_AFTER = 30  # seconds without a sign of life
LOOK_EVERY = 1  # second, for webhooks that are due
WAIT_FOR_IT = 2  # seconds that a task of it has before another one is queued
DELIVER = "oms.core.tasks.deliver_webhooks"


class Broker(ORM):
    _last_beat = 0.0
    _next_look = 0.0

    def set_stat(self, key: str, value: str, timeout: int) -> None:
        """Called by the guard of each cluster twice a second."""
        if time.monotonic() - self._last_beat < BEAT_EVERY:
            return
        self._last_beat = time.monotonic()
        self.get_connection()  # drops one that a restart of the database has broken
        cache.set(HEARTBEAT, time.time(), timeout=None)

    def dequeue(self):
        """Called all the time by who hands tasks out: webhooks go out within seconds,
        and no service has to know of them."""
        if time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + LOOK_EVERY
            if delivering.is_anything_due(timezone.now()):
                async_task(DELIVER)
                self._next_look += WAIT_FOR_IT
        return super().dequeue()


def heartbeat_age() -> float | None:
    """Seconds since any worker cluster showed life; None when there was never one."""
    at = cache.get(HEARTBEAT)
    return None if at is None else max(0.0, time.time() - at)
