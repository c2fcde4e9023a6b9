"""The gateway to practise with: `python -m oms.sandbox` is its other side."""

from decimal import Decimal, InvalidOperation

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core.calling import talk
from oms.core.exceptions import UnansweredError
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
        said = talk("GET", _page("calls"), params={"key": ask.key})
        calls = said.get("calls")
        if not isinstance(calls, list):
            raise UnansweredError(_("the answer is not what it should be"))
        if not calls:
            return None
        if calls[0].get("verb") != ask.kind:
            raise UnansweredError(_("it did something else under this key"))
        return _read(calls[0].get("answer"), ask)


def _do(ask: Ask) -> Answer:
    body = {
        "key": ask.key,
        "authorization": ask.authorization,
        "amount": str(rounded(ask.amount, ask.currency)),
        "currency": ask.currency,
    }
    return _read(talk("POST", _page(ask.kind), json=body), ask)


def _page(verb: str) -> str:
    return f"{settings.SANDBOX_URL}/gateway/{verb}"


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
