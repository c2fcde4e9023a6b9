"""The one shape of an error: RFC 9457, whatever went wrong and wherever.

`code` is what programs look at; it never changes. `instance` is the id of the request,
as the logs have it.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.settings import api_settings

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
PREFIX = "urn:oms:problem:"
TITLES = {
    "invalid": (400, gettext_lazy("The request is not valid")),
    "malformed": (400, gettext_lazy("The body cannot be read")),
    "unauthenticated": (401, gettext_lazy("A valid key is needed")),
    "expired": (401, gettext_lazy("The key has expired")),
    "revoked": (401, gettext_lazy("The key is revoked")),
    "scope_missing": (403, gettext_lazy("The key may not do this")),
    "not_found": (404, gettext_lazy("Not found")),
    "method_not_allowed": (405, gettext_lazy("This method is not offered here")),
    "not_acceptable": (406, gettext_lazy("Only JSON is answered")),
    "refused": (409, gettext_lazy("A rule of the trade forbids it")),
    "in_progress": (409, gettext_lazy("The same request is being handled")),
    "changed": (412, gettext_lazy("It has changed meanwhile")),
    "too_large": (413, gettext_lazy("The body is too large")),
    "unsupported_media_type": (
        415,
        gettext_lazy("A body of this kind is not read here"),
    ),
    "key_reused": (422, gettext_lazy("The key belongs to another request")),
    "version_required": (428, gettext_lazy("Say which version you have seen")),
    "rate_limited": (429, gettext_lazy("Too many requests")),
    "server_error": (500, gettext_lazy("Something went wrong here")),
    "busy": (503, gettext_lazy("Not now; send it again")),
}
CODES = {  # what libraries call it
    exceptions.NotAuthenticated: "unauthenticated",
    exceptions.AuthenticationFailed: "unauthenticated",
    exceptions.PermissionDenied: "scope_missing",
    exceptions.NotFound: "not_found",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.NotAcceptable: "not_acceptable",
    exceptions.ParseError: "malformed",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
    exceptions.Throttled: "rate_limited",
    Http404: "not_found",
    PermissionDenied: "scope_missing",
    OperationalError: "busy",
    InterfaceError: "busy",
}


class Wrong(NamedTuple):
    """One thing that is wrong. `where` is body, query or header; `pointer` as in
    RFC 6901."""

    pointer: str
    code: str
    message: str
    where: str = "body"

    def as_data(self) -> dict[str, str]:
        return {
            "in": self.where,
            "pointer": self.pointer,
            "code": self.code,
            "message": self.message,
        }


class Problem(Exception):  # noqa: N818, it is what it is called
    """An answer that is no success. `more` are further members of the object."""

    def __init__(self, code: str, detail: str = "", errors=(), headers=None, **more):
        super().__init__(code, detail)
        self.code, self.detail, self.errors = code, detail, list(errors)
        self.headers, self.more = headers or {}, more


class Refusal(Problem):
    """A rule of the trade forbids it: nothing has changed, and the answer is kept for
    whoever repeats the request."""

    def __init__(self, reasons: list[str], **more):
        errors = [Wrong("", "refused", reason) for reason in reasons]
        super().__init__("refused", " ".join(reasons), errors, **more)


def invalid(
    pointer: str, code: str, message: str, where: str = "body", headers=None
) -> Problem:
    wrong = Wrong(pointer, code, message, where)
    return Problem("invalid", message, [wrong], headers)


def body_of(request, problem: Problem) -> dict[str, Any]:
    status, title = TITLES[problem.code]
    return {
        "type": PREFIX + problem.code,
        "title": str(title),
        "status": status,
        "code": problem.code,
        "detail": str(problem.detail or title),
        "instance": getattr(request, "request_id", ""),
        "errors": [wrong.as_data() for wrong in problem.errors],
        **problem.more,
    }


def answer(request, problem: Problem) -> HttpResponse:
    text = json.dumps(body_of(request, problem), ensure_ascii=False)
    status = TITLES[problem.code][0]
    response = HttpResponse(text.encode(), status=status, content_type=MEDIA_TYPE)
    for name, value in problem.headers.items():
        response[name] = value
    return response


def handle(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """What REST framework asks for every exception of a view."""
    request = context["request"]
    return answer(request, problem_of(error, request))


def problem_of(error: Exception, request) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, exceptions.ValidationError):
        where = getattr(error, "where", "body")
        wrongs = list(wrongs_of(error.detail, where))
        return Problem("invalid", " ".join(w.message for w in wrongs[:3]), wrongs)
    for kind in type(error).__mro__:
        if kind in CODES:
            return _translated(error, CODES[kind])
    return _unexpected(error, request)


def _translated(error: Exception, code: str) -> Problem:
    headers = dict(getattr(error, "headers", {}))
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(wait)
    detail = getattr(error, "detail", "")
    said = getattr(detail, "code", "")
    if code == "unauthenticated" and said in TITLES:
        code = said
    if code == "busy":
        log.warning("the database did not take a request: %s", error)
        headers["Retry-After"] = "1"
        detail = _("Nothing was changed. Send it again with the same key.")
    return Problem(code, str(detail), headers=headers)


def _unexpected(error: Exception, request) -> Problem:
    log.error("a request to the API failed", exc_info=error)
    plain = getattr(request, "_request", request)
    got_request_exception.send(sender=type(error), request=plain)
    text = _("It is in our log under the id in “instance”. Nothing was changed.")
    return Problem("server_error", text)


def wrongs_of(detail: Any, where: str, path: str = "") -> Iterator[Wrong]:
    """The errors of a serializer or of filters, one by one."""
    if isinstance(detail, Mapping):
        for name, each in detail.items():
            own = name == api_settings.NON_FIELD_ERRORS_KEY
            yield from wrongs_of(each, where, path if own else f"{path}/{name}")
    elif isinstance(detail, list):
        for position, each in enumerate(detail):
            nested = isinstance(each, Mapping | list)
            yield from wrongs_of(each, where, f"{path}/{position}" if nested else path)
    else:
        yield Wrong(path, getattr(detail, "code", "invalid"), str(detail), where)


# --- Outside of views -----------------------------------------------------------------


def is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


@csrf_exempt
def no_such_path(request: HttpRequest, *_args, **_kwargs) -> HttpResponse:
    """Every path under /api/ that is nothing. No redirect to the one with the slash: it
    would lose the body."""
    try:
        found = resolve(f"{request.path_info}/").func is not no_such_path
    except Resolver404:
        found = False
    text = _("There is nothing at this path.")
    if found and not request.path_info.endswith("/"):
        text = _("Write the path with a slash at its end.")
    return answer(request, Problem("not_found", text))


def bad_request(request: HttpRequest) -> HttpResponse:
    return answer(request, Problem("malformed"))


def server_error(request: HttpRequest) -> HttpResponse:
    return answer(request, Problem("server_error"))
