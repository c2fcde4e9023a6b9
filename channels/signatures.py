"""Signatures of messages at the door, by the Standard Webhooks scheme.

Signed is `<id>.<timestamp>.<raw body>` with HMAC-SHA256; the header holds one or more
`v1,<base64>`. Bytes are compared, in constant time, before anything is parsed.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

WINDOW = 300  # seconds to either side
LONGEST = 4_096  # of a header that is looked at
CALL_ID = re.compile(r"[!-~]{1,128}")
SECONDS = re.compile(r"[0-9]{1,12}")


class SignatureError(ValueError):
    """The sender is not who it should be; the text says what was wrong."""


def verify(
    headers: Mapping[str, str], body: bytes, secrets: Iterable[bytes], *, now: datetime
) -> str:
    """The id of a message that one of these secrets has signed. Raises SignatureError.

    Headers: webhook-id, webhook-timestamp (seconds), webhook-signature.
    """
    given = {
        name: headers.get(f"webhook-{name}", "")
        for name in ("id", "timestamp", "signature")
    }
    lacking = [f"webhook-{name}" for name, value in given.items() if not value]
    if lacking:
        raise SignatureError(
            _("These headers are missing: %(names)s.") % {"names": ", ".join(lacking)}
        )
    if any(len(value) > LONGEST for value in given.values()):
        raise SignatureError(_("A header is too long."))
    if not CALL_ID.fullmatch(given["id"]):
        raise SignatureError(
            _("webhook-id: 1 to 128 ASCII characters without spaces are expected.")
        )
    _in_window(given["timestamp"], now)
    signed = f"{given['id']}.{given['timestamp']}.".encode() + body
    candidates = [
        part[3:].encode("utf-8", "replace")
        for part in given["signature"].split(" ")
        if part.startswith("v1,")
    ]
    matches = False
    for secret in secrets:
        expected = base64.b64encode(hmac.digest(secret, signed, hashlib.sha256))
        for candidate in candidates:
            matches |= hmac.compare_digest(expected, candidate)
    if not matches:
        raise SignatureError(_("The signature does not match."))
    return given["id"]


def _in_window(text: str, now: datetime) -> None:
    if not SECONDS.fullmatch(text):
        raise SignatureError(_("webhook-timestamp is no number of seconds."))
    if abs(now.timestamp() - int(text)) > WINDOW:
        raise SignatureError(
            _("webhook-timestamp is outside the window of %(n)d seconds.")
            % {"n": WINDOW}
        )
