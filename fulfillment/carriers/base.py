"""What a carrier is asked, and what it answers. The setting OMS_CARRIERS names the
classes."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from oms.core.money import is_currency
from oms.core.registry import registered
from oms.core.sound import is_text


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a carrier must know of a label. `key` names the request for good: the same
    key never buys twice. `label_pk` is a number of our own that no other label has."""

    key: str
    label_pk: int
    service: str
    weight_grams: int
    reference: str
    sender: tuple[str, ...]
    receiver: tuple[str, ...]
    country: str
    postal_code: str
    price: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Bought:
    tracking_number: str
    price: Decimal
    currency: str
    document: bytes | None = None

    @property
    def is_sound(self) -> bool:
        """Whether it can be what it says: other systems answer nonsense at times."""
        price = self.price
        return (
            is_text(self.tracking_number, 64)
            and self.tracking_number.isascii()
            and self.tracking_number.isprintable()
            and self.tracking_number.strip() == self.tracking_number != ""
            and isinstance(price, Decimal)
            and price.is_finite()
            and 0 <= price < 10**10
            and isinstance(self.currency, str)
            and is_currency(self.currency)
        )


class Carrier:
    """Raises RefusedError, UnavailableError or UnansweredError (`oms/core/exceptions`)
    instead of an answer.

    `local`: it answers from what we have, without a network, so whole sets are bought
    inside the transaction.
    """

    code = ""
    name: Any = ""  # as people read it; without one the code
    local = False

    def buy(self, parcel: Parcel) -> Bought:
        raise NotImplementedError

    def lookup(self, key: str) -> Bought | None:
        """What was bought under this key, or None if nothing was."""
        raise NotImplementedError

    def void(self, key: str, tracking_number: str) -> None:
        """Take it back; it was never used. Voiding twice is voiding once."""
        raise NotImplementedError


def name_of(code: str) -> str:
    """As people write it: dhl is DHL."""
    known = carriers().get(code)
    if known and known.name:
        return str(known.name)
    return code.upper() if len(code) <= 4 and code.islower() else code


def carriers() -> dict[str, Carrier]:
    """Those that can be asked, by code."""
    return {code: each() for code, each in registered("OMS_CARRIERS").items()}
