"""A shop with a row of everything, and somebody of each role. Made once for a module,
and rolled back at its end; each test works in a savepoint."""

from contextlib import contextmanager

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from django_q.models import Schedule, Task

from inventory.services import stock
from inventory.services.sheets import receive_sheet
from oms import roles
from oms.core import tools
from oms.core.api.keys import NewKey, create_keys
from oms.core.files import runs
from oms.core.models import ApiRequest, SavedView, WebhookEndpoint
from oms.core.webhooks import replaying
from tests import company, factories
from tests.admin.conftest import grow
from tests.permissions.table import LETTERS, SHEET


@pytest.fixture(scope="module")
def whole_office(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        roles.sync()
        world = company.make()
        grow(world, 1)
        grow_background()
        arrived = stock.StockChange(world.mug.pk, world.ber.pk, 1)
        assert not receive_sheet([arrived], sheet=SHEET, actor="test").refused
        with all_tools_shown():
            sessions = {letter: session(role) for letter, role in LETTERS.items()}
            yield {"-": ""} | sessions
        transaction.set_rollback(True)


@contextmanager
def all_tools_shown():
    """Whatever the state of a row."""
    before = {model: dict(named) for model, named in tools._tools.items()}
    for named in tools._tools.values():
        for name, tool in named.items():
            named[name] = tool._replace(shown=lambda row: True)
    yield
    tools._tools.update(before)


@pytest.fixture
def db(whole_office):
    """Instead of pytest-django's: what a test does is undone after it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def people(db, whole_office):
    """{letter of the table: session of somebody who is that}; "-" is a stranger."""
    return whole_office


def grow_background() -> None:
    """A schedule, a view that is everybody's, a file that nobody sent, an endpoint,
    and a task that failed."""
    runs.upload([b"sku,location,on_hand\nSHIRT,BER,5\n"], "stock.csv", actor="task:x")
    SavedView.objects.create(list_name="orders", name="Berlin")
    now = timezone.now()
    Schedule.objects.create(func="math.floor", next_run=now)
    facts = {"func": "math.floor", "started": now, "stopped": now}
    listening = {"url": "https://x.invalid", "event_types": ["order.*"]}
    [key] = create_keys([NewKey("acme", ["jobs"])], actor="test").done
    ApiRequest.objects.create(at=now, key=key, status=200, ms=1)
    replaying.send_test(WebhookEndpoint.objects.create(**listening))
    Task.objects.create(id="task", name="t", success=False, **facts)


def session(role: str) -> str:
    is_all = role == "superuser"
    user = factories.UserFactory(
        username=f"the {role}", is_superuser=is_all, groups=[] if is_all else [role]
    )
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value
