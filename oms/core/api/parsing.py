"""The body of a request: its bytes once, and JSON read strictly."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from oms.core import strict_json
from oms.core.api.problems import Problem

MOST_BYTES = 5_000_000
PIECE = 1 << 20


def read_body(request) -> bytes:
    """The bytes as they came, also in chunks, where Django would read nothing. Kept on
    the request, so that parsers read them again."""
    body = b"".join(
        pieces(request, MOST_BYTES, _("5 MB at most; send less at a time."))
    )
    request._request._body = body
    request._request._read_started = True
    request.META["CONTENT_LENGTH"] = str(len(body))
    return body


def pieces(request, most: int, too_large: str) -> Iterator[bytes]:
    """The body as it comes; of one that has more than `most` bytes, no more than that
    is read."""
    meta = request.META
    if request.headers.get("Content-Encoding", "").lower() not in {"", "identity"}:
        raise Problem("unsupported_media_type", _("Send it without Content-Encoding."))
    said = meta.get("CONTENT_LENGTH") or ""
    if said and not (said.isascii() and said.isdigit()):
        raise Problem("malformed", _("Content-Length is no number."))
    if len(said) > 12 or int(said or 0) > most:
        raise Problem("too_large", too_large)
    source = request._request
    if not said and meta.get("wsgi.input_terminated"):
        source = meta["wsgi.input"]
    left = most + 1
    while left > 0 and (piece := _read(source, min(left, PIECE))):
        left -= len(piece)
        yield piece
    if left <= 0:
        raise Problem("too_large", too_large)


def _read(source, size: int) -> bytes:
    try:
        return source.read(size)
    except Exception as error:  # each server has its own for chunks that are none
        raise Problem("malformed", _("The body did not arrive whole.")) from error


class StrictJSONParser(BaseParser):
    """No repeated names, no NaN, no NUL, nothing after the end."""

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            return strict_json.parse(stream.read())
        except ValueError as error:
            raise ParseError(str(error)) from error
