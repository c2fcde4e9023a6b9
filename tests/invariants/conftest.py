"""A company in the middle of its day: an order in every stage, nothing wrong.

Made once for a module, in a transaction that is rolled back at its end; each test works
in a savepoint. These tests therefore carry no `django_db` mark.
"""

import pytest
from django.db import connection, transaction

from channels.models import Channel
from inventory.services import stock
from oms.invariants import violations
from orders.services import cancellation
from tests import company, factories, shop

LEDGERS = (
    "core_event",
    "inventory_stockmovement",
    "orders_paymenttransaction",
    "fulfillment_routingdecision",
    "fulfillment_trackingevent",
    "orders_riskassessment",
)


@pytest.fixture(scope="module")
def whole_day(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_day()
        transaction.set_rollback(True)


def make_day() -> dict[str, int]:
    """{stage: order pk}: delivered, packed (with a KIT of a MUG), assigned (a POSTER
    waits), pending (its SKU is unknown) and cancelled."""
    world = company.make()
    Channel.objects.update(risk_limit=1000)  # every order is assessed, none is held
    kit = factories.ProductFactory(sku="KIT", is_bundle=True, tracks_stock=False)
    kit.components.create(component=world.mug)
    lines = [("SHIRT", 2), ("MUG", 1), ("GIFTCARD", 1)]
    [delivered], [packed], [assigned], [pending], [cancelled] = (
        shop.place_orders(world.channel, lines=each)
        for each in (
            lines,
            [*lines, ("KIT", 1)],
            [*lines, ("POSTER", 1)],
            [("NO-SUCH", 1)],
            lines,
        )
    )
    shop.advance([delivered])
    shop.advance([packed], to="packed")
    cancellation.cancel_orders([cancelled], reason="test", actor="test")
    adjusted = stock.StockChange(world.mug.pk, world.nyc.pk, -1, reason="broken")
    stock.adjust([adjusted], actor="test")
    assert violations() == []
    return {
        "delivered": delivered.pk,
        "packed": packed.pk,
        "assigned": assigned.pk,
        "pending": pending.pk,
        "cancelled": cancelled.pk,
    }


@pytest.fixture
def day(whole_day):
    """{stage: order pk}; what a test does to it is undone after it."""
    with transaction.atomic():
        yield whole_day
        transaction.set_rollback(True)


@pytest.fixture
def plant(day):
    """Run SQL that names the orders of `day` as {delivered} and so on, with the
    triggers of the ledgers off: only constraints are in its way."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in LEDGERS:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")

    def run(sql: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql.format(**day))
            assert cursor.rowcount > 0, "nothing was planted"

    return run
