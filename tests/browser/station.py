"""A station in a browser, and somebody at it with a scanner and a printer."""

SHOUT = ".station-shout"
EMPTY = "document.querySelector('#scan').value === ''"


class Station:
    """`milliseconds`: how long the answer to each scan or key took; `labels`: how many
    came out of the printer."""

    def __init__(self, visitor, url: str):
        self.visitor, self.url = visitor, url
        self.milliseconds, self.labels = [], 0
        visitor.page.on("requestfinished", self._time)
        visitor.page.route("**/label/*/print/", self._print)
        visitor.go(url)

    def _is_answered(self, request) -> bool:
        return request.method == "POST" and request.url.endswith(self.url)

    def _time(self, request):
        if self._is_answered(request):
            timing = request.timing
            self.milliseconds.append(timing["responseEnd"] - timing["requestStart"])

    def all_labels(self, wanted: int) -> int:
        """The printer is behind; wait for it."""
        for _ in range(50):
            if self.labels < wanted:
                self.visitor.page.wait_for_timeout(100)
        return self.labels

    def _print(self, route):
        """A browser without a screen shows no PDF in a frame: it gets a text."""
        paper = route.fetch()
        self.labels += paper.body().startswith(b"%PDF")
        route.fulfill(body="a label", content_type="text/plain")

    def _answer(self):
        return self.visitor.page.expect_response(
            lambda response: self._is_answered(response.request)
        )

    def scan(self, *codes: str) -> str:
        """What is shouted after the last of them."""
        for code in codes:
            with self._answer() as answer:
                self.visitor.scan(code)
            answer.value.finished()
        return self.shout

    def press(self, key: str) -> str:
        with self._answer() as answer:
            self.visitor.press(key)
        answer.value.finished()
        return self.shout

    @property
    def shout(self) -> str:
        self.visitor.page.wait_for_function(EMPTY)
        return self.visitor.page.locator(SHOUT).inner_text()
