"""The gateway to practise with: `python -m oms.sandbox` is its other side."""

import ssl
from decimal import Decimal, InvalidOperation
from functools import cache

import httpx
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core.exceptions import RefusedError, UnansweredError, UnavailableError
from oms.core.money import is_currency, rounded
from oms.core.sound import is_text
from orders.gateways.base import Answer, Ask, Gateway


class Sandbox(Gateway):
    code = "sandbox"
    label = gettext_lazy("Sandbox")

    def capture(self, ask: Ask) -> Answer:
        return _do(ask)

    def void(self, ask: Ask) -> Answer:
        return _do(ask)

    def refund(self, ask: Ask) -> Answer:
        return _do(ask)

    def look_up(self, ask: Ask) -> Answer | None:
        said = _talk("GET", "calls", params={"key": ask.key})
        calls = said.get("calls")
        if not isinstance(calls, list):
            raise UnansweredError(_("the answer is not what it should be"))
        if not calls:
            return None
        if calls[0].get("verb") != ask.kind:
            raise UnansweredError(_("it did something else under this key"))
        return _read(calls[0].get("answer"), ask)


@cache
def _tls() -> ssl.SSLContext:
    """Reading the certificates takes longer than a call."""
    return httpx.create_ssl_context()


def _do(ask: Ask) -> Answer:
    body = {
        "key": ask.key,
        "authorization": ask.authorization,
        "amount": str(rounded(ask.amount, ask.currency)),
        "currency": ask.currency,
    }
    return _read(_talk("POST", ask.kind, json=body), ask)


def _talk(method: str, page: str, **content) -> dict:
    answer = _send(method, page, content)
    try:
        said = answer.json()
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise UnansweredError(_("the answer is not what it should be"))
    if answer.status_code == httpx.codes.OK:
        return said
    why = str(said.get("error", answer.status_code))[:200]
    if answer.status_code == httpx.codes.PAYMENT_REQUIRED:
        raise RefusedError(why)
    if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
        raise UnavailableError(why)
    raise UnansweredError(why)


def _send(method: str, page: str, content: dict) -> httpx.Response:
    url = f"{settings.SANDBOX_URL}/gateway/{page}"
    patience = settings.OMS_OUTSIDE_TIMEOUT
    try:
        with httpx.Client(trust_env=False, timeout=patience, verify=_tls()) as client:
            return client.request(method, url, **content)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL) as error:
        raise UnavailableError(_("it cannot be reached")) from error
    except httpx.UnsupportedProtocol as error:
        raise UnavailableError(_("SANDBOX_URL is no address; correct it")) from error
    except httpx.HTTPError as error:
        raise UnansweredError(_("it did not answer in time")) from error


def _read(said, ask: Ask) -> Answer:
    """Raises UnansweredError for what is no answer to this."""
    try:
        words = [said[name] for name in ("reference", "amount", "currency")]
        if said["key"] == ask.key and all(is_text(word, 128) for word in words):
            reference, amount, currency = words
            if is_currency(currency) and Decimal(amount).is_finite():
                return Answer(reference, Decimal(amount), currency)
    except (KeyError, TypeError, InvalidOperation):
        pass
    raise UnansweredError(_("the answer is not what it should be"))
