"""The look at a page finds what is wrong with it, wherever it stands."""

import pytest
from django.urls import reverse

from tests.browser import checks

PALE = """() => { const all = document.querySelectorAll("#result_list tbody a");
  all[Math.floor(all.length / 3)].style.color = "#aaa"; }"""
PALE_IN_THE_DARK = """() => { const sheet = new CSSStyleSheet();
  sheet.replaceSync(`@media (prefers-color-scheme: dark) {
    #result_list tbody tr:nth-child(7) td { background: #777; color: #888 } }`);
  document.adoptedStyleSheets = [sheet]; }"""
NAMELESS = """() => document.querySelector("#result_list tbody tr:nth-child(7) td")
  .append(document.createElement("button"))"""
WIDE = "() => { document.querySelector('h1').style.width = '4000px'; }"


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (PALE, "light: serious color-contrast"),
        (PALE_IN_THE_DARK, "dark: serious color-contrast"),
        (NAMELESS, "light: critical button-name"),
        (WIDE, "scrolls sideways:"),
    ],
    ids=["pale", "pale in the dark", "nameless", "wide"],
)
def test_one_fault_in_a_list_is_found(admin, spoil, found):
    admin.page.set_viewport_size({"width": 1440, "height": 900})
    admin.go(reverse("admin:orders_order_changelist"))

    admin.page.evaluate(spoil)

    [wrong] = checks.shape(admin)
    assert wrong.startswith(found)
