"""Log records as one JSON object a line, with the id of their request."""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

NONE = "-"
request_id: ContextVar[str] = ContextVar("request_id", default=NONE)

STANDARD = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}
NEVER = {"request", "request_id", "taskName", "server_time"}


class RequestIdFilter(logging.Filter):
    """Gives every record the id of the current request, or "-" outside of one."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class JsonFormatter(logging.Formatter):
    """For machines: time, level, logger, message, request id and what `extra` gave.

    Extras that are not plain values are left out: Django puts the whole request there,
    and its text could hold what a customer typed.
    """

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": getattr(record, "request_id", NONE),
        }
        for name in sorted(record.__dict__.keys() - STANDARD - NEVER):
            value = record.__dict__[name]
            if isinstance(value, str | int | float | bool):
                line.setdefault(name, value)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configuration(*, level: str, plain: bool, queue: str) -> dict:
    """The setting LOGGING: everything to stderr, where the service manager collects it.

    `queue` is the level of django-q2, whose logger is called "django-q": it would write
    a line for every task that a web process enqueues.
    """
    handler = {
        "class": "logging.StreamHandler",
        "filters": ["request_id"],
        "formatter": "plain" if plain else "json",
    }
    text = "{levelname} {name} [{request_id}] {message}"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": RequestIdFilter}},
        "formatters": {
            "json": {"()": JsonFormatter},
            "plain": {"format": text, "style": "{"},
        },
        "handlers": {"stderr": handler},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"level": "WARNING"},  # oms.request tells of requests
            "django-q": {"level": queue},
            "httpx": {"level": "WARNING"},  # a line for every call otherwise
        },
    }
