"""The status of a document is written by its transitions only."""

from functools import partial

import pytest
from django.db.models import Model

from orders.models import Order
from tests import shop
from tests.concurrency import racing

ROUNDS = 50


def force(order, status="completed"):
    order.status = status


@pytest.mark.django_db
def test_the_status_cannot_be_set(world):
    [order] = shop.place_orders(world.channel)

    with pytest.raises(AttributeError, match="status"):
        force(order)

    assert order.status == "confirmed"


@pytest.mark.django_db
def test_an_instance_reloads_its_status(world):
    [order] = shop.place_orders(world.channel)
    stale = Order.objects.get(pk=order.pk)
    shop.advance([order], to="picking")

    stale.refresh_from_db()

    assert stale.status == "processing"


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [None, ["status"], ["number"]])
def test_the_status_cannot_be_set_after_a_reload(world, fields):
    [order] = shop.place_orders(world.channel)

    order.refresh_from_db(fields=fields)

    with pytest.raises(AttributeError, match="status"):
        force(order)
    assert order.status == "confirmed"


@pytest.mark.django_db
def test_the_status_cannot_be_set_after_a_reload_that_failed(world):
    [order] = shop.place_orders(world.channel)

    with pytest.raises(Order.DoesNotExist):
        order.refresh_from_db(from_queryset=Order.objects.none())

    with pytest.raises(AttributeError, match="status"):
        force(order)


@pytest.mark.django_db
def test_a_reload_of_one_instance_leaves_the_others_protected(world, monkeypatch):
    first, second = shop.place_orders(world.channel, 2)
    monkeypatch.setattr(Model, "refresh_from_db", lambda _first: force(second))

    with pytest.raises(AttributeError, match="status"):
        first.refresh_from_db()

    assert second.status == "confirmed"


@pytest.mark.django_db
def test_a_reload_in_one_thread_leaves_the_instance_protected_in_others(
    world, monkeypatch
):
    [order] = shop.place_orders(world.channel)
    results = []

    def meanwhile(row):
        results.extend(racing.race([partial(force, row)]))

    monkeypatch.setattr(Model, "refresh_from_db", meanwhile)
    order.refresh_from_db()

    assert [type(result) for result in results] == [AttributeError]
    assert order.status == "confirmed"


@pytest.mark.django_db(transaction=True)
def test_reloads_in_four_threads_keep_the_protection(world):
    orders = shop.place_orders(world.channel, 4)
    shared = Order.objects.get(pk=orders[0].pk)

    def reload(order):
        refused = 0
        for _ in range(ROUNDS):
            order.refresh_from_db()
            for row in (order, shared):
                with pytest.raises(AttributeError):
                    force(row)
                refused += 1
        return refused, order.status

    results = racing.race([partial(reload, order) for order in orders])

    assert results == [(2 * ROUNDS, "confirmed")] * 4
    assert shared.status == "confirmed"


@pytest.mark.django_db(transaction=True)
def test_one_instance_may_be_reloaded_by_four_threads(world):
    [order] = shop.place_orders(world.channel)

    def reload():
        for _ in range(ROUNDS):
            order.refresh_from_db()
        return "done"

    results = racing.race([reload] * 4)

    assert results == ["done"] * 4
