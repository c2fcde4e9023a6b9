"""Amounts: rounded by currency, split without losing a cent."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.core import money

STEPS = {"EUR": Decimal("0.01"), "JPY": Decimal(1), "BHD": Decimal("0.001")}
weights = st.lists(
    st.decimals(0, 10**8, places=4, allow_nan=False), min_size=1, max_size=30
)
steps = st.integers(-(10**10), 10**10)
currencies = st.sampled_from(sorted(STEPS))


@given(steps, weights, currencies)
def test_the_parts_sum_to_the_amount(count, weights, currency):
    amount = count * STEPS[currency]

    parts = money.split(amount, weights, currency)

    assert sum(parts) == amount
    assert len(parts) == len(weights)


@given(steps, weights, currencies)
def test_each_part_is_within_a_cent_of_its_exact_share(count, weights, currency):
    amount = count * STEPS[currency]
    shares = [Fraction(weight) for weight in weights]
    if not any(shares):
        shares = [Fraction(1)] * len(weights)
    exact = [Fraction(amount) * share / sum(shares) for share in shares]

    parts = money.split(amount, weights, currency)

    step = Fraction(STEPS[currency])
    assert all(
        abs(Fraction(part) - share) < step
        for part, share in zip(parts, exact, strict=True)
    )


@given(steps, weights, currencies)
def test_each_part_has_the_digits_of_the_currency(count, weights, currency):
    parts = money.split(count * STEPS[currency], weights, currency)

    assert [money.rounded(part, currency) for part in parts] == parts


@given(st.integers(0, 10**10), weights, currencies)
def test_the_parts_of_a_negative_amount_mirror_those_of_the_positive(
    count, weights, currency
):
    amount = count * STEPS[currency]

    parts = money.split(-amount, weights, currency)

    assert [-part for part in parts] == money.split(amount, weights, currency)


@pytest.mark.parametrize(
    ("amount", "weights", "currency", "parts"),
    [
        ("1.00", [1, 1, 1], "EUR", ["0.34", "0.33", "0.33"]),
        ("-1.00", [1, 1, 1], "EUR", ["-0.34", "-0.33", "-0.33"]),
        ("1.00", [2, 1], "EUR", ["0.67", "0.33"]),
        ("0.01", [1, 3], "EUR", ["0.00", "0.01"]),
        ("5.00", [0, 0], "EUR", ["2.50", "2.50"]),
        ("5.00", [0, 1], "EUR", ["0.00", "5.00"]),
        ("100", [1, 1, 1], "JPY", ["34", "33", "33"]),
        ("0.00", [1, 2], "EUR", ["0.00", "0.00"]),
    ],
)
def test_the_rest_goes_to_the_largest_remainders_first(
    amount, weights, currency, parts
):
    found = money.split(Decimal(amount), [Decimal(w) for w in weights], currency)

    assert found == [Decimal(part) for part in parts]


@pytest.mark.parametrize("weights", [[], [Decimal(1), Decimal(-1)]])
def test_no_weights_and_negative_ones_are_refused(weights):
    with pytest.raises(ValueError, match="weights of 0 or more"):
        money.split(Decimal(1), weights, "EUR")


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("0.005", "EUR", "0.01"),
        ("-0.005", "EUR", "-0.01"),
        ("0.0049", "EUR", "0.00"),
        ("0.5", "JPY", "1"),
        ("0.0005", "BHD", "0.001"),
    ],
)
def test_amounts_are_rounded_half_up_by_currency(amount, currency, expected):
    assert money.rounded(Decimal(amount), currency) == Decimal(expected)


@pytest.mark.parametrize(
    ("code", "known"), [("EUR", True), ("JPY", True), ("eur", False), ("", False)]
)
def test_a_currency_is_an_iso_code(code, known):
    assert money.is_currency(code) is known
