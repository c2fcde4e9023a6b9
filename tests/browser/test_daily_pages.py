"""Every daily page, on a desk's screen and on a phone, light and dark: readable for
all, nothing from elsewhere, nothing that the policy forbids, and not too heavy."""

import pytest

from tests.browser import checks
from tests.browser.pages import OUTSIDE, PAGES, STEPS

SIZES = {"desk": (1440, 900), "phone": (390, 844)}
NONE = {"desk": [], "phone": []}


def faults(visitor, path: str) -> dict[str, list[str]]:
    wrong = {}
    for size, (width, height) in SIZES.items():
        visitor.page.set_viewport_size({"width": width, "height": height})
        visitor.go(path)
        assert visitor.path == path
        wrong[size] = checks.weight(visitor) + checks.shape(visitor)
    return wrong


@pytest.mark.parametrize("name", PAGES)
def test_a_daily_page(admin, name):
    assert faults(admin, PAGES[name]()) == NONE


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_page_for_all(visit, name):
    assert faults(visit(""), OUTSIDE[name]()) == NONE


@pytest.mark.parametrize("name", STEPS)
def test_what_stands_behind_a_form_or_a_key(admin, name):
    path, step = STEPS[name][0](), STEPS[name][1]
    wrong = {}

    for size, (width, height) in SIZES.items():
        admin.page.set_viewport_size({"width": 1440, "height": 900})
        admin.go(path)
        admin.requests.clear()
        step(admin)
        admin.page.set_viewport_size({"width": width, "height": height})
        wrong[size] = checks.weight(admin) + checks.shape(admin)

    assert wrong == NONE
