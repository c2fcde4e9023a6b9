"""Guards read loaded facts: no statement while they decide."""

import pytest
from django.db import connection
from django.db.models import prefetch_related_objects

from fulfillment.services.locking import lock_shipments, lock_work
from oms.core.transitions import refusals
from orders.services.confirmation import lock_with_facts
from tests import shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_queries():
    def refuse(execute, sql, params, many, context):
        raise AssertionError(f"a guard ran {sql}")

    return lambda: connection.execute_wrapper(refuse)


@pytest.mark.parametrize("name", ["confirm", "start", "complete", "cancel"])
def test_guards_of_orders_run_without_queries(world, no_queries, name):
    orders = shop.place_orders(world.channel, lines=[("SHIRT", 1), ("NOBODY", 2)])
    orders += shop.place_orders(world.channel)
    locked = lock_with_facts(order.pk for order in orders)

    with no_queries():
        answers = [refusals(order, name) for order in locked]

    assert len(answers) == 2


@pytest.mark.parametrize(
    "name", ["release", "start_picking", "pack", "fulfill", "cancel"]
)
@pytest.mark.parametrize("step", [None, "released", "picking", "packed"])
def test_guards_of_work_run_without_queries(world, no_queries, name, step):
    orders = shop.place_orders(world.channel)
    if step:
        shop.advance(orders, to=step)
    locked = lock_work(work.pk for work in shop.works_of(orders))

    with no_queries():
        answers = [refusals(work, name) for work in locked]

    assert len(answers) == 1


@pytest.mark.parametrize("name", ["ship", "deliver", "void"])
def test_guards_of_shipments_run_without_queries(world, no_queries, name):
    orders = shop.place_orders(world.channel)
    shop.advance(orders, to="packed")
    locked = lock_shipments(parcel.pk for parcel in shop.parcels_of(orders))
    prefetch_related_objects(locked, "lines")

    with no_queries():
        answers = [refusals(parcel, name) for parcel in locked]

    assert len(answers) == 1
