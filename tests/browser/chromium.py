"""Debian's Chromium, or whatever is there of the kind."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def found() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def flags() -> list[str]:
    """Shared memory is small in containers, and root has no sandbox."""
    own = ["--no-sandbox"] if os.geteuid() == 0 else []
    return ["--disable-dev-shm-usage", *own]
