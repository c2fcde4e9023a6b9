"""System checks: mistakes of configuration that Django's own checks do not know."""

import os
from collections.abc import Iterable

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004
from django.db import DatabaseError
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from oms import health
from orders.gateways.base import Gateway

LOCAL = {"localhost", "127.0.0.1", "[::1]", "testserver", ".localhost"}


@register(Tags.compatibility)
def queue_is_consistent(**_kwargs: object) -> Iterable[CheckMessage]:
    """A task that is handed out again while it runs, runs twice at once."""
    queue = settings.Q_CLUSTER
    if queue["retry"] <= queue["timeout"]:
        yield Error(
            _("The queue hands a task out again before its time limit has passed."),
            hint=_("Set OMS_TASK_RETRY to twice OMS_TASK_TIMEOUT or more."),
            id="oms.E001",
        )


@register(Tags.compatibility)
def time_zones_are_on(**_kwargs: object) -> Iterable[CheckMessage]:
    if not settings.USE_TZ:
        yield Error(
            _("USE_TZ is off: stored times would have no zone."),
            hint=_("Leave USE_TZ on; OMS_TIME_ZONE is the zone that is shown."),
            id="oms.E002",
        )


@register(Tags.compatibility)
def gateways_load(**_kwargs: object) -> Iterable[CheckMessage]:
    """A payment says by a code whose it is: each code belongs to one class."""
    codes = []
    for path in settings.OMS_GATEWAYS:
        try:
            found = import_string(path)
        except ImportError as error:
            yield Error(
                _("OMS_GATEWAYS names %(path)s: %(error)s")
                % {"path": path, "error": error},
                hint=_("Write the dotted path of a class of orders.gateways."),
                id="oms.E006",
            )
            continue
        if not (isinstance(found, type) and issubclass(found, Gateway) and found.code):
            yield Error(
                _("OMS_GATEWAYS names %(path)s, which is no gateway with a code.")
                % {"path": path},
                hint=_("Derive it from orders.gateways.base.Gateway."),
                id="oms.E006",
            )
            continue
        codes.append(found.code)
    if len(codes) != len(set(codes)):
        yield Error(
            _("Two gateways of OMS_GATEWAYS have the same code."),
            hint=_("Give each a code of its own."),
            id="oms.E006",
        )


@register(Tags.security)
def debug_stays_at_home(**_kwargs: object) -> Iterable[CheckMessage]:
    """DEBUG is the default, so a forgotten DEBUG=0 has to be noticed early."""
    strangers = sorted(set(settings.ALLOWED_HOSTS) - LOCAL)
    if settings.DEBUG and strangers:
        yield Error(
            _("DEBUG is on and ALLOWED_HOSTS names %(hosts)s.")
            % {"hosts": ", ".join(strangers)},
            hint=_("Set DEBUG=0 wherever other machines can reach the server."),
            id="oms.E003",
        )


@register(Tags.security)
def old_secrets_differ(**_kwargs: object) -> Iterable[CheckMessage]:
    if settings.SECRET_KEY in settings.SECRET_KEY_FALLBACKS:
        yield Warning(
            _("SECRET_KEY stands in SECRET_KEY_FALLBACKS too: it was not rotated."),
            hint=_("Put a new value into SECRET_KEY and the old one in the fallbacks."),
            id="oms.W001",
        )


@register(Tags.security, deploy=True)
def secret_is_not_the_published_one(**_kwargs: object) -> Iterable[CheckMessage]:
    published = settings.DEVELOPMENT_SECRET
    if published in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]:
        yield Error(
            _("The secret key is the one that is published with the source."),
            hint=_("Give SECRET_KEY 50 random characters of your own."),
            id="oms.E004",
        )


@register(Tags.database)
def database_is_new_enough(
    databases: Iterable[str] | None = None, **_kwargs: object
) -> Iterable[CheckMessage]:
    """`migrate` asks this before it writes; who cannot be reached is not judged."""
    if not databases:
        return
    try:
        version = health.database_version()
    except DatabaseError:
        return
    if version < health.OLDEST_POSTGRES:
        yield Error(
            _("The database is PostgreSQL %(version)d.") % {"version": version},
            hint=_("Use PostgreSQL 15 or newer; DATABASE_URL names the server."),
            id="oms.E005",
        )


@register(Tags.security, deploy=True)
def statements_end(**_kwargs: object) -> Iterable[CheckMessage]:
    """Without a limit one slow report holds a web worker and its connection."""
    if os.environ.get("OMS_STATEMENT_TIMEOUT") == "0":
        yield Warning(
            _("OMS_STATEMENT_TIMEOUT=0 takes the time limit off web requests."),
            hint=_("Unset it: commands have no limit, web 15 s, workers 5 min."),
            id="oms.W002",
        )


@register(Tags.translation, deploy=True)
def languages_are_compiled(**_kwargs: object) -> Iterable[CheckMessage]:
    """A language that is missing or older than its catalogue shows English."""
    for folder in settings.LOCALE_PATHS:
        for catalogue in sorted(folder.glob("*/LC_MESSAGES/django.po")):
            compiled = catalogue.with_suffix(".mo")
            if (
                compiled.exists()
                and compiled.stat().st_mtime >= catalogue.stat().st_mtime
            ):
                continue
            yield Warning(
                _("%(catalogue)s is not compiled as it is now.")
                % {"catalogue": catalogue},
                hint=_("Run pybabel compile --domain django --directory oms/locale"),
                id="oms.W003",
            )
