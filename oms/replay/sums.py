"""What the account counts: invoices, lines, pieces and their value."""

from decimal import Decimal
from typing import NamedTuple

ZERO = Decimal(0)


class Sums(NamedTuple):
    invoices: int = 0
    lines: int = 0
    units: int = 0
    value: Decimal = ZERO

    def plus(self, other: "Sums") -> "Sums":
        return Sums(*(a + b for a, b in zip(self, other, strict=True)))


NOTHING = Sums()
