"""Benchmarks, each run as `python -m tests.benchmarks.<name>`. No test imports them.

This package sets Django up as in production (no debugging, so no log of queries), with
a database name of its own on the server of DATABASE_URL or on the embedded one. It does
so before any module of it imports a model; `database.own` makes and drops the database.
"""

import os

import django
from django.conf import settings

from oms import postgres
from tests.benchmarks.server import with_name

if not settings.configured:
    os.environ["DATABASE_URL"] = with_name(
        postgres.start(), f"oms_benchmark_{os.getpid()}"
    )
    os.environ["DEBUG"] = "0"
    os.environ.setdefault("SECRET_KEY", "of-a-benchmark-and-of-nothing-else")
    os.environ["DJANGO_SETTINGS_MODULE"] = "oms.settings"
    django.setup()
