"""Somebody at the screen: goes to pages, presses keys, clicks and scans, and counts it.
What a page should not do is collected in `faults`."""

import time
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

LISTENING = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error("against the policy: " + event.violatedDirective, event.blockedURI));
window.print = () => {}; // no printer here: Chromium without a screen falls over PDFs
"""
WAIT = 10_000  # milliseconds
FOLD = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange(), texts = [];
  while (walker.nextNode()) {
    range.selectNodeContents(walker.currentNode);
    const box = range.getBoundingClientRect();
    const seen = box.height && box.top >= 0 && box.bottom <= innerHeight;
    if (seen && box.right <= innerWidth) texts.push(walker.currentNode.data.trim());
  }
  return texts.join(" ").replace(/\\s+/g, " ");
}"""


@dataclass
class Inputs:
    """What a person did. A scan of any length is one input; so is what was typed or
    pasted into a field at once."""

    clicks: int = 0
    keys: int = 0
    scans: int = 0
    texts: int = 0

    @property
    def all(self) -> int:
        return self.clicks + self.keys + self.scans + self.texts


@dataclass
class Visitor:
    page: object
    url: str
    inputs: Inputs = field(default_factory=Inputs)
    faults: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.page.set_default_timeout(WAIT)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("response", self._see)

    def go(self, path: str) -> None:
        """To a page, as by a link from elsewhere: no input."""
        self.requests.clear()
        self.page.goto(self.url + path, wait_until="load")

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.url)

    @property
    def text(self) -> str:
        return self.page.locator("body").inner_text()

    @property
    def above_fold(self) -> str:
        """What can be read without scrolling."""
        return self.page.evaluate(FOLD)

    def click(self, what: str) -> None:
        self.inputs.clicks += 1
        self.page.locator(what).first.click()

    def press(self, key: str) -> None:
        self.inputs.keys += 1
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """An identifier or a number, into the field that has the focus."""
        self.inputs.texts += 1
        self.page.keyboard.insert_text(text)

    def scan(self, code: str) -> None:
        """As a scanner does that is a keyboard: the code and Enter. At once: what is
        typed here letter by letter is slower than any scanner."""
        self.inputs.scans += 1
        self.page.keyboard.insert_text(code)
        self.page.keyboard.press("Enter")

    @contextmanager
    def leaving(self):
        """What is done within leads to another page; `seconds` is how long it took."""
        timing = Timing()
        began = time.perf_counter()
        with self.page.expect_navigation(wait_until="load"):
            yield timing
        timing.seconds = time.perf_counter() - began

    def _hear(self, message) -> None:
        if message.type == "error":
            self.faults.append(message.text)

    def _see(self, answer) -> None:
        if answer.status >= 500:
            self.faults.append(f"{answer.status} {answer.url}")


@dataclass
class Timing:
    seconds: float = 0.0


def admit(context, username: str, url: str) -> None:
    """Log somebody in, without the form."""
    client = Client()
    client.force_login(get_user_model().objects.get(username=username))
    name = settings.SESSION_COOKIE_NAME
    value = client.cookies[name].value
    context.add_cookies([{"name": name, "value": value, "url": url}])
