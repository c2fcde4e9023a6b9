"""Every daily page, on a desk's screen and on a phone, light and dark: readable for
all, nothing from elsewhere, nothing that the policy forbids, and not too heavy."""

import pytest

from tests.browser import checks
from tests.browser.pages import OUTSIDE, PAGES

SIZES = {"desk": (1440, 900), "phone": (390, 844)}


@pytest.mark.parametrize("name", [*PAGES, *OUTSIDE])
def test_a_daily_page(visit, name):
    path = (PAGES | OUTSIDE)[name]()
    visitor = visit("" if name in OUTSIDE else "admin")
    wrong = {}

    for size, (width, height) in SIZES.items():
        visitor.page.set_viewport_size({"width": width, "height": height})
        visitor.go(path)
        assert visitor.path == path
        wrong[size] = checks.weight(visitor) + checks.shape(visitor)

    assert wrong == {"desk": [], "phone": []}
