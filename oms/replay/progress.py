"""How far it is: a bar for a person, a line now and then for a log."""

import time

from django.utils.translation import gettext as _

WIDTH = 30
STEP = 10  # per cent between two lines of a log


class Progress:
    """Counts lines up to `total` and shows it on `stream`."""

    def __init__(self, total: int, stream):
        self.total = max(total, 1)
        self.stream = stream
        self.live = stream.isatty()
        self.done = 0
        self.told = 0
        self.start = time.monotonic()

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *error) -> None:
        if self.live:
            self.stream.write("")

    def advance(self, lines: int) -> None:
        self.done += lines
        percent = self.done * 100 // self.total
        if self.live:
            bar = ("█" * (percent * WIDTH // 100)).ljust(WIDTH, "·")
            self.stream.write(f"\r{bar} {self._words(percent)} ", ending="")
            self.stream.flush()
        elif percent // STEP > self.told // STEP:
            self.stream.write(self._words(percent))
        self.told = percent

    def _words(self, percent: int) -> str:
        return _("%(percent)3d %%, %(done)s of %(total)s lines, %(seconds).0f s") % {
            "percent": percent,
            "done": f"{self.done:,}",
            "total": f"{self.total:,}",
            "seconds": time.monotonic() - self.start,
        }
