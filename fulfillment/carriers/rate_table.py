"""The house's own carrier: the price stands in the rate table, the number is ours."""

from decimal import Decimal

from django.utils.translation import gettext_lazy

from fulfillment.carriers.base import Bought, Carrier, Parcel

PREFIX = "OMS"
WEIGHTS = (7, 9, 5, 3, 2, 4, 6, 8)  # from the last digit, as in postal item numbers


class RateTableCarrier(Carrier):
    """Numbers come from the sequence of the labels: none comes twice. The last digit
    checks the others, as a scanner may misread one."""

    code = "rate_table"
    name = gettext_lazy("Own labels")
    local = True

    def buy(self, parcel: Parcel) -> Bought:
        return Bought(
            tracking_number(parcel.label_pk),
            Decimal(0) if parcel.price is None else parcel.price,
            parcel.currency,
        )

    def lookup(self, key: str) -> Bought | None:
        return None  # what it sells is stored in the same transaction

    def void(self, key: str, tracking_number: str) -> None:
        """Nobody outside knows of it."""


def tracking_number(serial: int) -> str:
    digits = f"{serial:08d}"
    return f"{PREFIX}{digits}{check_digit(digits)}"


def check_digit(digits: str) -> int:
    """Weighted modulo 11, as on registered letters."""
    total = sum(
        int(digit) * WEIGHTS[place % len(WEIGHTS)]
        for place, digit in enumerate(reversed(digits))
    )
    return {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)
