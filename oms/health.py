"""How the parts of the installation are: the measurements of /readyz and `doctor`."""

from datetime import datetime

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min
from django.utils import timezone

from oms.worker import LATE_AFTER, heartbeat_age

OLDEST_POSTGRES = 15
WAITING_TOO_LONG = 300  # seconds that a task or an event may wait


def database_version() -> int:
    """The server's major version; raises DatabaseError when it cannot be reached."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10_000


def unapplied_migrations() -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [str(migration) for migration, _ in plan]


def oldest_task_age() -> float | None:
    """Seconds that the oldest task waits for a worker; a task at work does not wait."""
    waiting = apps.get_model("django_q", "OrmQ").objects
    now = timezone.now()
    oldest = waiting.filter(lock__lte=now).aggregate(at=Min("lock"))["at"]
    return seconds_since(oldest)


def oldest_event_age() -> float | None:
    """Seconds that the oldest event has not been sent to those who asked for it."""
    events = apps.get_model("core", "Event").objects
    oldest = events.filter(dispatched_at=None).order_by("id").values_list("at").first()
    return seconds_since(oldest[0] if oldest else None)


def seconds_since(at: datetime | None) -> float | None:
    return None if at is None else max(0.0, (timezone.now() - at).total_seconds())


def report() -> dict[str, dict]:
    """One entry per part, each with `ok`; without a database nothing else is asked.

    Errors are named by their class alone: a driver's text may hold host and user.
    """
    try:
        version = database_version()
        unapplied = unapplied_migrations()
    except DatabaseError as error:
        return {"database": {"ok": False, "error": type(error).__name__}}
    parts = {
        "database": {"ok": version >= OLDEST_POSTGRES, "version": version},
        "migrations": {"ok": not unapplied, "unapplied": len(unapplied)},
    }
    ages = {
        "worker": (heartbeat_age, "heartbeat_seconds", LATE_AFTER),
        "tasks": (oldest_task_age, "oldest_waiting_seconds", WAITING_TOO_LONG),
        "events": (oldest_event_age, "oldest_waiting_seconds", WAITING_TOO_LONG),
    }
    for part, (measure, name, limit) in ages.items():
        try:
            age = measure()
        except DatabaseError as error:  # its table is not there yet
            parts[part] = {"ok": False, "error": type(error).__name__}
            continue
        missing_is_fine = part != "worker"
        fine = missing_is_fine if age is None else age <= limit
        parts[part] = {"ok": fine, name: None if age is None else round(age, 1)}
    return parts


def static_files_are_ready() -> bool:
    """In production the manifest must have been collected; DEBUG serves the sources."""
    return settings.DEBUG or (settings.STATIC_ROOT / "staticfiles.json").exists()
