"""One call to an endpoint: whatever happens there is an answer, never an exception."""

import time
from typing import NamedTuple

import httpcore
from django.utils.translation import gettext as _

from oms.core.calling import tls
from oms.core.webhooks import targets
from oms.core.webhooks.models import FIRST_KILOBYTE

TIMEOUT = 15  # seconds, from the question about the name to the last byte
GONE = 410


class Answer(NamedTuple):
    """`status` None: none came, and `error` says why. `text`: how it begins."""

    status: int | None
    text: str
    ms: int
    error: str = ""

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def call(url: str, headers: dict[str, str], body: bytes) -> Answer:
    """POST once. Nothing is followed: where a redirect leads nobody has judged."""
    began = time.monotonic()
    status, text, error = None, "", ""
    try:
        status, text = _post(url, headers, body, began + TIMEOUT)
    except targets.TargetError as wrong:
        error = str(wrong)
    except httpcore.TimeoutException:
        error = _("It did not answer within %(n)d seconds.") % {"n": TIMEOUT}
    except (httpcore.NetworkError, OSError):
        error = _("It cannot be reached.")
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol, ValueError):
        error = _("What it answers is no HTTP.")
    ms = int((time.monotonic() - began) * 1000)
    answer = Answer(status, text, ms, error)
    return answer if status is None else answer._replace(error=_why_not(status))


def _post(
    url: str, headers: dict[str, str], body: bytes, deadline: float
) -> tuple[int, str]:
    target = targets.read(url)
    backend = targets.Pinned(target, deadline)
    sent = {
        "Content-Type": "application/json",
        "User-Agent": "oms-webhooks/1",
        **headers,
    }
    with (
        httpcore.ConnectionPool(ssl_context=tls(), network_backend=backend) as pool,
        pool.stream("POST", url, headers=sent, content=body) as response,
    ):
        return response.status, _beginning(response)


def _beginning(response: httpcore.Response) -> str:
    """The status counts, also where the rest is late or broken."""
    found = b""
    try:
        for part in response.iter_stream():
            found += part
            if len(found) >= FIRST_KILOBYTE:
                break
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
        pass
    text = found[:FIRST_KILOBYTE].decode(errors="replace")
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")


def _why_not(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return _("It answers %(n)d: redirects are not followed.") % {"n": status}
    if status == GONE:
        return _("It answers 410: it wants no more.")
    return _("It answers %(n)d.") % {"n": status}
