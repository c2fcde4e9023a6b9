"""One call to another system over HTTP, and what it means when it fails."""

import ssl
from functools import cache
from http import HTTPStatus

from django.conf import settings
from django.utils.translation import gettext as _

from oms.core.exceptions import RefusedError, UnansweredError, UnavailableError


@cache
def tls() -> ssl.SSLContext:
    """Reading the certificates takes longer than a call."""
    import httpx  # slow, and few processes call

    return httpx.create_ssl_context()


def talk(method: str, url: str, **content) -> dict:
    """The JSON object that it answers. 402: it refused; 503: it did nothing; whatever
    else is no clear answer."""
    import httpx

    patience = settings.OMS_OUTSIDE_TIMEOUT
    try:
        with httpx.Client(trust_env=False, timeout=patience, verify=tls()) as client:
            answer = client.request(method, url, **content)
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise UnavailableError(_("it cannot be reached")) from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise UnavailableError(_("%(url)s is no address") % {"url": url}) from error
    except httpx.HTTPError as error:
        raise UnansweredError(_("it did not answer in time")) from error
    return _read(answer)


def _read(answer) -> dict:
    try:
        said = answer.json()
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise UnansweredError(_("the answer is not what it should be"))
    if answer.status_code == HTTPStatus.OK:
        return said
    why = str(said.get("error", answer.status_code))[:200]
    if answer.status_code == HTTPStatus.PAYMENT_REQUIRED:
        raise RefusedError(why)
    if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        raise UnavailableError(why)
    raise UnansweredError(why)
