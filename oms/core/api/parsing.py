"""The body of a request: its bytes once, and JSON read strictly."""

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from oms.core import strict_json
from oms.core.api.problems import Problem

MOST_BYTES = 5_000_000


def read_body(request) -> bytes:
    """The bytes as they came, also in chunks, where Django would read nothing. Kept on
    the request, so that parsers read them again."""
    meta = request.META
    if request.headers.get("Content-Encoding", "").lower() not in {"", "identity"}:
        raise Problem("unsupported_media_type", _("Send it without Content-Encoding."))
    said = meta.get("CONTENT_LENGTH") or ""
    if said and not (said.isascii() and said.isdigit()):
        raise Problem("malformed", _("Content-Length is no number."))
    if len(said) > 12 or int(said or 0) > MOST_BYTES:
        raise Problem("too_large", _("5 MB at most; send less at a time."))
    source = request._request
    if not said and meta.get("wsgi.input_terminated"):
        source = meta["wsgi.input"]
    try:
        body = source.read(MOST_BYTES + 1)
    except Exception as error:  # each server has its own for chunks that are none
        raise Problem("malformed", _("The body did not arrive whole.")) from error
    if len(body) > MOST_BYTES:
        raise Problem("too_large", _("5 MB at most; send less at a time."))
    request._request._body = body
    request._request._read_started = True
    meta["CONTENT_LENGTH"] = str(len(body))
    return body


class StrictJSONParser(BaseParser):
    """No repeated names, no NaN, no NUL, nothing after the end."""

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            return strict_json.parse(stream.read())
        except ValueError as error:
            raise ParseError(str(error)) from error
