"""What every page must keep to, seen from within the browser."""

from functools import cache
from pathlib import Path

from tests.browser.visitor import Visitor

MOST_BYTES = 100_000
MOST_REQUESTS = 25
SCHEMES = ("light", "dark")
SEVERE = ("critical", "serious")
AXE = """async () => { document.getAnimations().forEach((each) => each.finish());
  return (await axe.run({preload: false})).violations.map(
  (rule) => [rule.impact, rule.id, rule.nodes.slice(0, 3).map((n) => n.html)]); }"""
WIDTHS = "[document.documentElement.scrollWidth, window.innerWidth]"


@cache
def axe() -> str:
    import axe_playwright_python  # not on every platform

    folder = Path(axe_playwright_python.__file__).parent
    return (folder / "axe.min.js").read_text()


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
    visitor.page.evaluate(axe())
    for scheme in SCHEMES:
        visitor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        wrong += [
            f"{scheme}: {impact} {rule} {nodes}"
            for impact, rule, nodes in visitor.page.evaluate(AXE)
            if impact in SEVERE
        ]
    return wrong
