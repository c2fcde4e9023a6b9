"""Log records as one JSON object a line, with the id of the request that caused them."""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="-")

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
            "request_id": getattr(record, "request_id", "-"),
        }
        for name in sorted(record.__dict__.keys() - STANDARD - NEVER):
            value = record.__dict__[name]
            if isinstance(value, str | int | float | bool):
                line.setdefault(name, value)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
