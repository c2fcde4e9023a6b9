"""What a payment gateway can do.

The setting OMS_GATEWAYS names the classes; a payment says by `gateway` whose it is.
Errors are those of `oms.core.exceptions`: RefusedError (it said no, nothing happened),
UnavailableError (nothing happened, ask again later), UnansweredError (nobody knows).
"""

from decimal import Decimal
from typing import NamedTuple

from oms.core.registry import registered


class Ask(NamedTuple):
    """One request to a gateway. The same `key` is done once, however often it comes."""

    kind: str  # capture, void or refund
    key: str
    authorization: str  # what the gateway calls the payment
    amount: Decimal
    currency: str


class Answer(NamedTuple):
    """What it did, in its own words."""

    reference: str
    amount: Decimal
    currency: str


class Gateway:
    """`local`: nobody is asked, what is requested is noted as done at once, in the
    transaction of who requests it; the methods are never called.

    `in_parts`: an authorization may be captured several times, in parts. Without it
    the first parcel captures all that the order costs.
    """

    code = ""
    label = ""
    local = False
    in_parts = True

    def capture(self, ask: Ask) -> Answer:
        raise NotImplementedError

    def void(self, ask: Ask) -> Answer:
        raise NotImplementedError

    def refund(self, ask: Ask) -> Answer:
        raise NotImplementedError

    def look_up(self, ask: Ask) -> Answer | None:
        """What was done under this key and kind; None: nothing was."""
        raise NotImplementedError


def gateway_of(payment) -> Gateway | None:
    """None where OMS_GATEWAYS no longer names it."""
    found = registered("OMS_GATEWAYS").get(payment.gateway)
    return found() if found else None
