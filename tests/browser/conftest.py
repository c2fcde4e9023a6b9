"""A browser before a demo shop that is served as in production.

Fixtures: `visit(username, **context)` gives a Visitor in a browser of its own, logged
in; `admin` is one in a browser that stays for many tests; `db` is a fresh copy of the
demo shop for this process and the server.
"""

import os

import pytest

from tests.browser import demo
from tests.browser.chromium import flags, found
from tests.browser.visitor import LISTENING, Visitor, admit

ORDERS, DAYS = 120, 20  # with as much in them as in sixty
DESK = {"width": 1440, "height": 900}


@pytest.fixture(scope="package")
def chromium(django_db_setup, django_db_blocker):
    path = found()
    if path is None:
        pytest.skip("there is no Chromium here (Debian: apt install chromium)")
    from django.db import connection

    sync_api = pytest.importorskip("playwright.sync_api")

    # Playwright's loop runs in this thread: Django takes it for an async view's, which
    # has connections of its own.
    with django_db_blocker.unblock():
        connection.close()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags())
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="package")
def databases(chromium, django_db_blocker, tmp_path_factory):
    from django.db import connection

    name = connection.settings_dict["NAME"]
    folder = tmp_path_factory.getbasetemp()
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):  # a folder of its own in it
        name, folder = name.removesuffix(f"_{worker}"), folder.parent
    with django_db_blocker.unblock():
        shops = demo.Databases(connection.settings_dict["NAME"], f"{name}_base")
        with shops.shared(ORDERS, DAYS, folder / "demo-shop"):
            yield shops


@pytest.fixture(scope="package")
def server(databases, django_db_blocker):
    with django_db_blocker.unblock():
        databases.renew()
        server = demo.Server(databases.copy, databases.static)
    yield server
    server.stop()


@pytest.fixture
def db(databases, server, django_db_blocker):
    """Instead of pytest-django's: what a test does ends with its copy of the shop, and
    must leave the shop's books in order."""
    from oms.invariants import violations

    with django_db_blocker.unblock():
        databases.renew()
        yield databases
        wrong = violations()
        demo.use(databases.empty)
    assert wrong == []


@pytest.fixture
def visit(chromium, db, server):
    contexts, visitors = [], []

    def enter(username: str = "admin", **given) -> Visitor:
        context = chromium.new_context(**{"viewport": DESK} | given)
        contexts.append(context)
        context.add_init_script(LISTENING)
        if username:
            admit(context, username, server.url)
        visitors.append(Visitor(context.new_page(), server.url))
        return visitors[-1]

    yield enter
    for visitor in visitors:
        visitor.page.unroute_all(behavior="wait")
    for context in contexts:
        context.close()
    faults = [fault for visitor in visitors for fault in visitor.faults]
    assert faults == []


@pytest.fixture(scope="package")
def window(chromium, server):
    context = chromium.new_context(viewport=DESK)
    context.add_init_script(LISTENING)
    yield Visitor(context.new_page(), server.url)
    context.close()


@pytest.fixture
def admin(window, db):
    """The admin, who has looked at other pages before: what each loads anew is read
    from the server, what it shares with them is at hand."""
    admit(window.page.context, "admin", window.url)
    window.faults.clear()
    yield window
    window.page.goto("about:blank")
    window.page.context.clear_cookies()
    assert window.faults == []


@pytest.fixture
def goods(db) -> list[str]:
    """Two SKUs of which there is plenty in a warehouse, each with a barcode."""
    from inventory.models import Location, Product
    from tests import shop

    place = Location.objects.filter(country="DE", kind="warehouse").earliest("pk")
    plain = Product.objects.filter(is_bundle=False, stock_levels__location=place)
    found = plain.filter(barcodes__isnull=False).order_by("pk")
    skus = list(dict.fromkeys(found.values_list("sku", flat=True)))[:2]
    shop.receive(place, dict.fromkeys(skus, 100))
    return skus
