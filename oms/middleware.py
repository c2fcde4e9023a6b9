"""An id for every request: in the logs, in the answer, and taken over from a proxy.
What a page may load and run: only files of this site. And a person's own language and
time."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from oms.logs import NONE, request_id

HEADER = "X-Request-ID"
WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,128}")
PROBES = {"/healthz", "/readyz"}
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
logger = logging.getLogger("oms.request")


class RequestIdMiddleware:
    """Sets the id, and logs one line per request, with who was refused; the query may
    hold personal data and is left out. A malformed id is replaced, so nobody writes
    into our logs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        chosen = given if WELL_FORMED.fullmatch(given) else uuid.uuid4().hex
        request.request_id = chosen
        request_id.set(chosen)  # until the request is finished: Django logs 4xx and 5xx
        began = time.perf_counter()  # after the last middleware has returned
        response = self.get_response(request)
        self.log(request, response, time.perf_counter() - began)
        response[HEADER] = chosen
        return response

    def log(self, request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        level = logging.DEBUG if request.path in PROBES else logging.INFO
        facts = {
            "method": request.method,
            "path": request.path,
            "status": response.status_code,
            "milliseconds": round(seconds * 1000),
        }
        text = "%(method)s %(path)s %(status)s %(milliseconds)s ms"
        user = getattr(request, "user", None)
        if response.status_code == 403 and user is not None:
            level = logging.WARNING
            facts["user"] = user.get_username()
            text += " for “%(user)s”"
        logger.log(level, text, facts, extra=facts)


class ContentSecurityPolicyMiddleware:
    """No script or style within a page, nothing from another host: what somebody
    smuggles into a name or a note cannot run. A page may bring a policy of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault(
                "Content-Security-Policy", CONTENT_SECURITY_POLICY
            )
        return response


class PersonMiddleware:
    """Pages speak the language of the person who looks, and show their time. Who chose
    none gets what the browser asks for, and the shop's time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)  # a stranger: nothing is looked up
        if language := getattr(request.user, "language", ""):
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(zone_of(request.user)):
            return self.get_response(request)


def zone_of(person: object) -> ZoneInfo | None:
    try:
        return ZoneInfo(getattr(person, "time_zone", "") or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):  # no longer known to this machine
        return None


@receiver(request_finished)
def forget(**_kwargs: object) -> None:
    """A server's thread takes the next request in the same context."""
    request_id.set(NONE)
