"""The matters that `manage.py doctor` looks at, each answered by one Finding."""

import importlib.metadata
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from oms import health
from oms.worker import LATE_AFTER, heartbeat_age

OK, WARN, FAIL = "OK", "WARN", "FAIL"
OLDEST_PYTHON = (3, 11)
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)")
GIGABYTE = 1024**3


class Finding(NamedTuple):
    level: str
    matter: str
    text: str
    remedy: str = ""


def examine() -> Iterator[Finding]:
    """Matters of this machine first; without a database the rest is not asked."""
    yield from (python(), packages(), disk(), static_files(), sample_data())
    reached = database()
    yield reached
    if reached.level == FAIL:
        return
    for matter in (migrations, superuser, worker, tasks, events, clock):
        yield guarded(matter)


def guarded(matter: Callable[[], Finding]) -> Finding:
    """A table may be missing before the first migration."""
    try:
        return matter()
    except DatabaseError:
        return Finding(
            FAIL,
            matter.__name__,
            _("its table cannot be read"),
            _("run `manage.py migrate`"),
        )


def python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        return Finding(
            FAIL, _("Python"), version, _("install Python 3.11 or newer, run bin/setup")
        )
    return Finding(OK, _("Python"), version)


def packages() -> Finding:
    """Whether the installed releases are the ones that the tests ran with."""
    lines = (settings.BASE_DIR / "requirements.txt").read_text().splitlines()
    pins = dict(pin.groups() for pin in map(PIN.match, lines) if pin)
    wrong, missing = [], []
    for name, pinned in pins.items():
        try:
            found = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
            continue
        if found != pinned:
            wrong.append(f"{name} {found} (pinned {pinned})")
    remedy = _("run bin/setup, or `pip install -r requirements.txt`")
    if missing:
        return Finding(FAIL, _("packages"), _("missing: ") + ", ".join(missing), remedy)
    if wrong:
        return Finding(WARN, _("packages"), ", ".join(wrong), remedy)
    return Finding(OK, _("packages"), _("%(n)d as pinned") % {"n": len(pins)})


def disk() -> Finding:
    free = shutil.disk_usage(settings.BASE_DIR).free
    text = _("%(free).1f GB free") % {"free": free / GIGABYTE}
    level = FAIL if free < GIGABYTE / 5 else WARN if free < 2 * GIGABYTE else OK
    return Finding(level, _("disk"), text, "" if level == OK else _("free some space"))


def static_files() -> Finding:
    if health.static_files_are_ready():
        served = _("served from the sources") if settings.DEBUG else _("collected")
        return Finding(OK, _("static files"), served)
    return Finding(
        FAIL,
        _("static files"),
        _("not collected"),
        _("run `manage.py collectstatic --noinput`"),
    )


def sample_data() -> Finding:
    """Optional: real sales to replay, in a folder beside the checkout."""
    there = (settings.BASE_DIR.parent / "shared" / "data").is_dir()
    text = _("present") if there else _("absent; tests that need it are skipped")
    return Finding(OK, _("sample data (../shared/data)"), text)


def database() -> Finding:
    remedy = _("install PostgreSQL 15 or newer and set DATABASE_URL")
    try:
        version = health.database_version()
    except DatabaseError as error:
        return Finding(
            FAIL,
            _("database"),
            _("cannot be reached: ") + str(error).strip().splitlines()[-1],
            _("start it, or correct DATABASE_URL"),
        )
    text = f"PostgreSQL {version}"
    if version < health.OLDEST_POSTGRES:
        return Finding(FAIL, _("database"), text, remedy)
    return Finding(OK, _("database"), text)


def migrations() -> Finding:
    unapplied = health.unapplied_migrations()
    if unapplied:
        return Finding(
            FAIL,
            _("migrations"),
            _("%(n)d not applied") % {"n": len(unapplied)},
            _("run `manage.py migrate`"),
        )
    return Finding(OK, _("migrations"), _("all applied"))


def superuser() -> Finding:
    there = get_user_model().objects.filter(is_superuser=True, is_active=True).exists()
    if there:
        return Finding(OK, _("superuser"), _("present"))
    return Finding(
        WARN, _("superuser"), _("none"), _("run `manage.py createsuperuser`")
    )


def worker() -> Finding:
    age = heartbeat_age()
    if age is not None and age <= LATE_AFTER:
        text = _("seen %(age).0f s ago") % {"age": age}
        return Finding(OK, _("worker"), text)
    text = _("never seen") if age is None else _("last seen %(age).0f s ago")
    return Finding(
        WARN, _("worker"), text % {"age": age or 0}, _("start `manage.py qcluster`")
    )


def tasks() -> Finding:
    remedy = _("start a worker, or look at its log")
    return waiting(_("task queue"), health.oldest_task_age(), remedy)


def events() -> Finding:
    remedy = _("look at the failed tasks in the admin")
    return waiting(_("events"), health.oldest_event_age(), remedy)


def waiting(matter: str, age: float | None, remedy: str) -> Finding:
    if age is None:
        return Finding(OK, matter, _("nothing waits"))
    text = _("the oldest has waited %(age).0f s") % {"age": age}
    if age > health.WAITING_TOO_LONG:
        return Finding(WARN, matter, text, remedy)
    return Finding(OK, matter, text)


def clock() -> Finding:
    """Two clocks that differ put events of one order out of order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        apart = abs(time.time() - float(cursor.fetchone()[0]))
    text = _("%(zone)s; the database's clock differs by %(apart).1f s") % {
        "zone": settings.TIME_ZONE,
        "apart": apart,
    }
    if apart > 5:
        return Finding(
            WARN, _("time zone"), text, _("set both clocks by a time server")
        )
    return Finding(OK, _("time zone"), text)
