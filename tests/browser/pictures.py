"""`python -m tests.browser.pictures`: pictures of the daily pages for docs/images, of a
demo shop that is made for it and removed afterwards. Needs Chromium."""

import os
import sys
import tempfile
import time
from pathlib import Path

import django

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "images"
MOST_BYTES = 200_000
ORDERS, DAYS = 600, 60
DESK, PHONE = (1440, 900), (390, 844)
# name of the picture: page of tests/browser/pages.py, size, colours
WANTED = {
    "today": ("today", DESK, "light"),
    "today-dark": ("today", DESK, "dark"),
    "orders": ("orders", (1440, 780), "light"),
    "orders-phone": ("orders", PHONE, "light"),
    "order": ("order", DESK, "light"),
    "order-dark": ("order", DESK, "dark"),
    "order-phone": ("order", PHONE, "dark"),
    "exceptions": ("exceptions", DESK, "light"),
    "waves": ("waves", DESK, "light"),
    "pick": ("pick", PHONE, "light"),
    "pack": ("pack-box", DESK, "light"),
    "pack-phone": ("pack-box", PHONE, "dark"),
    "returns-desk": ("desk", DESK, "light"),
    "stock": ("stock", DESK, "light"),
    "adjust": ("adjust", DESK, "light"),
    "customer": ("customer", DESK, "light"),
    "background": ("background", DESK, "light"),
}


def make_shop():
    """A database of its own beside the one of the settings; what must be removed."""
    import psycopg
    from django.core.cache import cache
    from django.core.management import call_command
    from django.db import connection

    from oms import worker
    from tests import workers
    from tests.browser.demo import Databases, use

    name = f"{connection.settings_dict['NAME']}_pictures"
    url = workers.database_url().rpartition("/")[0] + "/postgres"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}"')
    use(name)
    call_command("migrate", verbosity=0)
    found = Databases(name)
    found.make(ORDERS, DAYS)
    found.renew()
    cache.set(worker.HEARTBEAT, time.time() + 600, timeout=None)  # as if one ran
    return found


def take(browser, server) -> list[str]:
    """Take all of them; the names of those that became too large."""
    from tests.browser.pages import PAGES
    from tests.browser.visitor import Visitor, admit

    large = []
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, (page, (width, height), colours) in WANTED.items():
        size = {"width": width, "height": height}
        context = browser.new_context(viewport=size, color_scheme=colours)
        admit(context, "admin", server.url)
        visitor = Visitor(context.new_page(), server.url)
        visitor.go(PAGES[page]())
        picture = FOLDER / f"{name}.png"
        visitor.page.screenshot(path=picture)
        context.close()
        if picture.stat().st_size > MOST_BYTES:
            large.append(name)
    return large


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oms.settings")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # see conftest.py
    django.setup()

    from playwright.sync_api import sync_playwright

    from tests.browser import demo
    from tests.browser.chromium import flags, found

    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as static:
        with demo.collecting(Path(static)):
            shop = make_shop()
        server = demo.Server(shop.copy, Path(static))
        try:
            browser = playwright.chromium.launch(executable_path=found(), args=flags())
            large = take(browser, server)
            browser.close()
        finally:
            server.stop()
            shop.drop(shop.base, shop.copy, shop.empty)
    if large:
        sys.exit(f"Larger than {MOST_BYTES} bytes: {', '.join(large)}")


if __name__ == "__main__":
    main()
