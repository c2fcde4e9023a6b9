"""Amounts of money: Decimal, rounded by currency, split without losing a cent."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import cache

from babel.core import get_global
from babel.numbers import (
    get_currency_name,
    get_currency_precision,
    get_territory_currencies,
    list_currencies,
)

ZERO = Decimal(0)


@cache
def _step(currency: str) -> Decimal:
    return Decimal(1).scaleb(-get_currency_precision(currency))


@cache
def _known() -> frozenset[str]:
    return frozenset(list_currencies())


def is_currency(code: str) -> bool:
    """Whether it is an ISO 4217 code."""
    return code in _known()


@cache
def currencies_in_use() -> list[tuple[str, str]]:
    """(code, code and name) of those that somebody pays with today, by code."""
    territories = get_global("territory_currencies")
    codes = sorted({c for each in territories for c in get_territory_currencies(each)})
    return [(code, f"{code}, {get_currency_name(code, locale='en')}") for code in codes]


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Half up to the digits of the currency: 2 for EUR, 0 for JPY."""
    return amount.quantize(_step(currency), ROUND_HALF_UP)


def split(amount: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Parts in proportion to `weights` that sum to `amount` (largest remainder).

    Equal remainders go to the earlier part; weights that are all 0 count as equal.
    Raises ValueError for no weights or a negative one.
    """
    if not weights or min(weights) < 0:
        raise ValueError("Splitting needs weights of 0 or more.")
    step = _step(currency)
    whole = sum(weights)
    if not whole:
        weights, whole = [Decimal(1)] * len(weights), Decimal(len(weights))
    exact = [amount * weight / whole for weight in weights]
    parts = [part.quantize(step, ROUND_DOWN) for part in exact]
    rest = amount - sum(parts)
    sign = step.copy_sign(rest)
    order = sorted(
        range(len(parts)), key=lambda i: abs(exact[i] - parts[i]), reverse=True
    )
    for position in order[: int(abs(rest) / step)]:
        parts[position] += sign
    return parts
