"""What every page must keep to, seen from within the browser."""

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from tests.browser.visitor import Visitor

MOST_BYTES = 100_000
MOST_REQUESTS = 25
BUSY = 2  # processes that run or wait, for each core
SEVERE = ("critical", "serious")
AXE = Path(__file__).with_name("axe.js").read_text()
# What the colours of a scheme can break; all else is the same in light and dark.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
SCHEMES = {"light": [], "dark": OF_COLOURS}  # no rules: all of them
WIDTHS = "[document.documentElement.scrollWidth, window.innerWidth]"


@cache
def axe() -> str:
    import axe_playwright_python  # not on every platform

    folder = Path(axe_playwright_python.__file__).parent
    return (folder / "axe.min.js").read_text()


def in_time(times: Sequence[float], most: float) -> bool:
    """Whether all but the slowest twentieth keep to `most`. Beside other tests a clock
    tells nothing of the product: `bin/test tests/browser -n 0` judges."""
    is_shared = "PYTEST_XDIST_WORKER" in os.environ
    is_busy = os.getloadavg()[0] > BUSY * (os.cpu_count() or 1)
    return is_shared or is_busy or sorted(times)[int(0.95 * len(times))] <= most


def weight(visitor: Visitor) -> list[str]:
    """What is wrong with what was loaded."""
    size = len(visitor.page.content().encode())
    foreign = [url for url in visitor.requests if not url.startswith(visitor.url)]
    wrong = [f"asks another host: {url}" for url in foreign]
    if size > MOST_BYTES:
        wrong.append(f"{size} bytes of HTML")
    if len(visitor.requests) > MOST_REQUESTS:
        wrong.append(f"{len(visitor.requests)} requests")
    return wrong


def shape(visitor: Visitor) -> list[str]:
    """What is wrong with what is seen, in light and in dark."""
    wrong = []
    page, inner = visitor.page.evaluate(WIDTHS)
    if page > inner:
        wrong.append(f"scrolls sideways: {page} of {inner} px")
    if not visitor.page.evaluate("'axe' in window"):
        visitor.page.evaluate(axe())
    for scheme, rules in SCHEMES.items():
        visitor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        wrong += [
            f"{scheme}: {impact} {rule} {nodes}"
            for impact, rule, nodes in visitor.page.evaluate(AXE, rules)
            if impact in SEVERE
        ]
    return wrong
