"""The look at a page finds what is wrong with it, wherever it stands."""

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


def test_each_fault_in_a_list_is_found(admin):
    admin.page.set_viewport_size({"width": 1440, "height": 900})
    admin.go(reverse("admin:orders_order_changelist"))
    assert checks.shape(admin) == []

    for spoil in (PALE, PALE_IN_THE_DARK, NAMELESS, WIDE):
        admin.page.evaluate(spoil)

    wide, *seen = sorted(checks.shape(admin), reverse=True)
    assert wide.startswith("scrolls sideways")
    assert [fault.partition(" [")[0] for fault in seen] == [
        "light: serious color-contrast",
        "light: critical button-name",
        "dark: serious color-contrast",
    ]
