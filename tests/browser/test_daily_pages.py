"""Every daily page, on a desk's screen and on a phone, light and dark: readable for
all, nothing from elsewhere, nothing that the policy forbids, and not too heavy."""

import pytest

from tests.browser import checks
from tests.browser.pages import OUTSIDE, PAGES, STEPS

SIZES = {"desk": (1440, 900), "phone": (390, 844)}
NONE = {"desk": [], "phone": []}


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

    assert wrong == NONE


@pytest.mark.parametrize("name", STEPS)
def test_what_stands_behind_a_form_or_a_key(visit, name):
    path, step = STEPS[name][0](), STEPS[name][1]
    visitor, wrong = visit("admin"), {}

    for size, (width, height) in SIZES.items():
        visitor.page.set_viewport_size({"width": 1440, "height": 900})
        visitor.go(path)
        visitor.requests.clear()
        step(visitor)
        visitor.page.set_viewport_size({"width": width, "height": height})
        wrong[size] = checks.weight(visitor) + checks.shape(visitor)

    assert wrong == NONE
