"""What all tests share. The shop's life is in `tests/shop.py`, rows to start from are
in `tests/factories/`.

Fixtures: `world`, `drain_queue`, `statements`, `sandbox`. Marker: `corrupts`.
After every test that commits (`@pytest.mark.django_db(transaction=True)`) the
invariants of the whole database are checked.
"""

import gc
import tempfile

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from tests import counting, emptying

LONG = "tests/browser/", "tests/oms/test_seed", "tests/permissions/test_matrix"


def pytest_configure(config):
    # The real hashers are slow on purpose, a third of a second for each of our people.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    emptying.install()
    files = tempfile.TemporaryDirectory(prefix="oms-files-")
    config.add_cleanup(files.cleanup)
    settings.OMS_FILES = files.name
    config.addinivalue_line(
        "markers", "corrupts: leaves a database behind whose invariants are broken"
    )


def pytest_collection_modifyitems(items):
    """What takes long begins first, so that no process ends long after the others."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


def pytest_collection_finish():
    """All that stays until the end is looked at for garbage no more."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def invariants_hold(request):
    """Check what a committing test has left behind, before it is thrown away."""
    if not _commits(request) or request.node.get_closest_marker("corrupts"):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    from oms.invariants import violations

    assert violations() == []


@pytest.fixture(scope="session")
def is_calm():
    """Holds something once the tables are there and clear themselves no more."""
    return []


@pytest.fixture(scope="module", autouse=True)
def small_tables(is_calm, django_db_blocker):
    yield
    if is_calm:
        with django_db_blocker.unblock():
            emptying.shrink()


@pytest.fixture(scope="session")
def django_db_setup(is_calm, django_db_setup, django_db_blocker):
    """Without what a run that was killed has left behind (--reuse-db)."""
    with django_db_blocker.unblock():
        if emptying.may_delete():
            emptying.empty()
            emptying.calm()
            emptying.shrink()
            is_calm.append(True)


@pytest.fixture(scope="session")
def company_rows(django_db_setup, django_db_blocker):
    from tests import company, recording

    with django_db_blocker.unblock():
        return recording.Recording(company.make)


@pytest.fixture
def world(db, company_rows):
    """A small company, without orders.

    world.channel          `shop`, which collects the money
    world.ber, world.nyc   warehouses with coordinates
    world.store            the store HAM
    world.anna, .walter, .mia   staff in the groups support, warehouse and manager;
                           walter sees BER only; the password is `secret`
    world.shirt, .mug, .poster, .giftcard   products SHIRT, MUG, POSTER, GIFTCARD
    world.locations, world.products   all of them, by code and by SKU

    Stock: 100 SHIRT and 100 MUG in each warehouse, 10 SHIRT in the store. No POSTER
    anywhere; GIFTCARD keeps no stock. More comes with `tests.shop.receive`.
    """
    return company_rows.play()


def _commits(request) -> bool:
    marker = request.node.get_closest_marker("django_db")
    committing = {"transactional_db", "live_server"}.intersection(request.fixturenames)
    return bool(committing or (marker and marker.kwargs.get("transaction", False)))


@pytest.fixture
def drain_queue():
    """A function that does what the worker would: runs the queued tasks in this
    process, oldest first, and those that they queue, until none is left. Returns the
    names of the functions that ran. An error in a task is raised."""

    def drain(most: int = 1000) -> list[str]:
        from django_q.models import OrmQ

        ran = []
        while (row := OrmQ.objects.order_by("pk").first()) is not None:
            assert len(ran) < most, f"tasks queue tasks without end: {ran[-5:]}"
            task = row.task
            row.delete()
            function = task["func"]
            call = import_string(function) if isinstance(function, str) else function
            call(*task["args"], **task["kwargs"])
            ran.append(getattr(call, "__qualname__", function))
        return ran

    return drain


@pytest.fixture
def statements():
    """Counts statements, without BEGIN, SAVEPOINT and their ends.

    statements(call, *args, **kwargs)            (result, number)
    statements.by_size(prepare, call)            {1: number, 100: number}

    by_size calls `call(prepare(n))` for each n and counts only `call`:

        counts = statements.by_size(lambda n: shop.send(ch, orders(n)), take_in)
        assert counts == {1: 22, 100: 22}
    """
    return counting.Statements()


@pytest.fixture
def sandbox(tmp_path, settings):
    """The other side of gateways and carriers: see `tests/sandbox.py`."""
    from tests.sandbox import Sandbox

    server = Sandbox(tmp_path / "sandbox.sqlite")
    settings.SANDBOX_URL = server.url
    yield server
    server.stop()
