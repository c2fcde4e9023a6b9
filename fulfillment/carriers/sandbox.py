"""The carrier to practise with: `python -m oms.sandbox` is its other side."""

from decimal import Decimal, InvalidOperation

from django.conf import settings
from django.utils.translation import gettext as _

from fulfillment.carriers.base import Bought, Carrier, Parcel
from oms.core.calling import talk
from oms.core.exceptions import UnansweredError


class SandboxCarrier(Carrier):
    code = "sandbox"
    name = "Sandbox"

    def buy(self, parcel: Parcel) -> Bought:
        body = {
            "key": parcel.key,
            "service": parcel.service,
            "weight_grams": parcel.weight_grams,
            "reference": parcel.reference,
            "from": parcel.sender,
            "to": parcel.receiver,
            "country": parcel.country,
            "postal_code": parcel.postal_code,
        }
        return _read(talk("POST", _page("label"), json=body), parcel.key)

    def lookup(self, key: str) -> Bought | None:
        said = talk("GET", _page("calls"), params={"key": key})
        calls = said.get("calls")
        if not isinstance(calls, list):
            raise UnansweredError(_("the answer is not what it should be"))
        if not calls:
            return None
        answer = calls[0].get("answer") if isinstance(calls[0], dict) else None
        return _read(answer, key)

    def void(self, key: str, tracking_number: str) -> None:
        body = {"key": f"{key}:void", "tracking_number": tracking_number}
        if talk("POST", _page("void"), json=body).get("key") != body["key"]:
            raise UnansweredError(_("the answer is not what it should be"))


def _page(verb: str) -> str:
    return f"{settings.SANDBOX_URL}/carrier/{verb}"


def _read(said, key: str) -> Bought:
    """Raises UnansweredError for what is no answer to this."""
    try:
        if said["key"] == key:
            price = Decimal(said["price"])
            return Bought(said["tracking_number"], price, said["currency"])
    except (KeyError, TypeError, ValueError, InvalidOperation):
        pass
    raise UnansweredError(_("the answer is not what it should be"))
