"""What an event's data says on a page."""

import pytest

from oms.core.panels import facts_in_words


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("5.1000 EUR", "5.10 EUR"),
        ("143.6300", "143.63"),
        ("0.0025", "0.0025"),
        ("INV-12.3400-7", "INV-12.3400-7"),
        ("Promised for 2 Dec 2026.", "Promised for 2 Dec 2026"),
        (["a", "b"], "a, b"),
        ("", "–"),
    ],
)
def test_values_read_as_people_write_them(value, said):
    assert facts_in_words({"some_key": value}) == f"some key: {said}"
