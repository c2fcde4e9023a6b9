"""The door for channels: /hooks/<channel code>/."""

import logging

from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from channels.services import door
from channels.signatures import SignatureError, verify

log = logging.getLogger(__name__)
MOST_BYTES = 5_000_000
TOO_LARGE = gettext_lazy("The body is larger than 5 MB; send less at a time.")
AWAY = OperationalError, InterfaceError, InternalError  # the last: it is read-only now


class NotReadError(Exception):
    """The body cannot be taken: an HTTP status and a sentence."""


@csrf_exempt
@require_POST
def hook(request: HttpRequest, code: str) -> HttpResponse:
    """Take a signed call. 200 once it is kept, never before; 503 when it cannot be, so
    that the sender tries again."""
    try:
        return _take(request, code)
    except NotReadError as error:
        return _say(*error.args)
    except AWAY:
        log.exception("the database did not take a call of %s", code)
        return _later(_("Not kept: the database is away. Send it again."))


def _take(request: HttpRequest, code: str) -> HttpResponse:
    body = _body(request)
    now = timezone.now()
    secrets = door.live_secrets(code, now)
    if not secrets:
        return _say(404, _("There is no such channel, or it has no secret yet."))
    keys = door.keys_of(secrets)
    if not keys:
        return _later(_("Not kept: no secret can be opened here. Send it again."))
    try:
        call_id = verify(request.headers, body, keys, now=now)
    except SignatureError as error:
        facts = {"channel": code, "reason": str(error)}
        log.warning("a call of %(channel)s: %(reason)s", facts, extra=facts)
        return _say(401, str(error))
    return _say(*door.take_call(secrets[0].channel, call_id, body, at=now))


def _body(request: HttpRequest) -> bytes:
    """The raw bytes. Raises NotReadError."""
    source = _source(request)
    try:
        body = source.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            source.read(MOST_BYTES)  # a sender that is cut off misses the answer
    except Exception as error:  # each server has its own for chunks that are none
        raise NotReadError(400, _("The body did not arrive whole.")) from error
    if len(body) > MOST_BYTES:
        raise NotReadError(413, TOO_LARGE)
    return body


def _source(request: HttpRequest):
    """What to read the body from. Raises NotReadError where the headers tell enough."""
    if request.headers.get("Content-Encoding", "").lower() not in {"", "identity"}:
        raise NotReadError(415, _("Send the body without Content-Encoding."))
    said = request.META.get("CONTENT_LENGTH") or ""
    if not said:  # in chunks: Django would read nothing
        if request.META.get("wsgi.input_terminated"):
            return request.META["wsgi.input"]
        raise NotReadError(411, _("Send the body with its Content-Length."))
    if not (said.isascii() and said.isdigit()):
        raise NotReadError(400, _("Content-Length is no number."))
    if len(said) > 12 or int(said) > 2 * MOST_BYTES:
        raise NotReadError(413, TOO_LARGE)
    return request


def _later(text: str) -> HttpResponse:
    answer = _say(503, text)
    answer["Retry-After"] = "30"
    return answer


def _say(status: int, text: str) -> JsonResponse:
    return JsonResponse({"detail": text}, status=status)
