"""How long a task waits for an idle worker: `manage.py qcluster` as it is run."""

import os
import subprocess
import sys
import time
from statistics import quantiles

from django.db import connection
from django_q.models import OrmQ, Task
from django_q.tasks import async_task

from tests.benchmarks import database, server
from tests.benchmarks.peers import PROJECT

TASK = "tests.benchmarks.queueing.now"
TASKS = 40
PAUSE = 0.25  # seconds between two, so that the worker is idle


def now(_enqueued: float) -> float:
    """The task: when it began."""
    return time.time()


def p95_ms(name: str) -> float | None:
    """95 of 100 tasks start within so many milliseconds after they were enqueued; null
    where the worker does not come up."""
    database.use(name)
    OrmQ.objects.all().delete()
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "qcluster"],
        cwd=PROJECT,
        env=os.environ | {"DATABASE_URL": server.with_name(database.URL, name)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        if not finished([async_task(TASK, time.time())], 60):
            return None
        keys = []
        for _ in range(TASKS):
            time.sleep(PAUSE)
            keys.append(async_task(TASK, time.time()))
        waits = finished(keys, 60)
    finally:
        worker.terminate()
        worker.wait(30)
        connection.close()
    return round(quantiles(waits, n=20)[18] * 1000, 1) if waits else None


def finished(keys: list[str], seconds: float) -> list[float]:
    """The seconds that each of these tasks waited, once all are done; else nothing."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        tasks = list(Task.objects.filter(id__in=keys, success=True))
        if len(tasks) == len(keys):
            return [task.result - task.args[0] for task in tasks]
        time.sleep(0.2)
    return []
