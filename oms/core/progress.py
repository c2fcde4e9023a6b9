"""How far it is: a bar for a person, a line now and then for a log."""

import time

from django.utils.translation import gettext as _

from oms.core.words import whole

WIDTH = 30
STEP = 10  # per cent between two lines of a log


class Progress:
    """Counts up to `total` and shows it on `stream`. `unit`: what is counted."""

    def __init__(self, total: int, stream, unit: str):
        self.total = max(total, 1)
        self.stream = stream
        self.unit = unit
        self.live = stream.isatty()
        self.done = 0
        self.told = 0
        self.start = time.monotonic()

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *error) -> None:
        if self.live:
            self.stream.write("")

    def advance(self, more: int) -> None:
        self.done += more
        percent = self.done * 100 // self.total
        if self.live:
            bar = ("█" * (percent * WIDTH // 100)).ljust(WIDTH, "·")
            self.stream.write(f"\r{bar} {self._words(percent)} ", ending="")
            self.stream.flush()
        elif percent // STEP > self.told // STEP:
            self.stream.write(self._words(percent))
        self.told = percent

    def _words(self, percent: int) -> str:
        return _("%(percent)3d %%, %(done)s of %(total)s %(unit)s, %(seconds).0f s") % {
            "percent": percent,
            "done": whole(self.done),
            "total": whole(self.total),
            "unit": self.unit,
            "seconds": time.monotonic() - self.start,
        }
