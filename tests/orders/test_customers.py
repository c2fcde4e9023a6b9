"""Two customers that are one person."""

import pytest

from channels.messages import IncomingCustomer
from oms.core.models import Event
from oms.invariants import violations
from orders.models import Customer, Order
from orders.services import customers, erasing
from tests import shop
from tests.concurrency.racing import errors, race
from tests.snapshot import reasons, tables

pytestmark = pytest.mark.django_db


def customer(world, mail, orders=1, name="Erika Muster"):
    said = IncomingCustomer(email=mail, name=name)
    placed = shop.place_orders(world.channel, orders, customer=said)
    return placed[0].customer


def merge(*pairs):
    return customers.merge_customers(
        {row.pk: into.pk for row, into in pairs}, actor="user:mia"
    )


def test_the_orders_move_and_the_old_one_points_to_the_new(world):
    old, new = customer(world, "a@example.org", 2), customer(world, "b@example.org")

    [done] = merge((old, new)).done

    assert (done.pk, done.merged_into) == (old.pk, new)
    assert (old.orders.count(), new.orders.count()) == (0, 3)
    assert violations() == []


def test_later_orders_with_the_old_key_go_to_the_new(world):
    old, new = customer(world, "a@example.org"), customer(world, "b@example.org")
    merge((old, new))

    [order] = shop.place_orders(
        world.channel, 1, customer=IncomingCustomer(email="A@example.org")
    )

    assert order.customer == new


def test_who_was_merged_before_follows(world):
    first, second, third = (customer(world, f"{n}@example.org") for n in "abc")
    merge((first, second))
    merge((second, third))

    assert set(third.merged.all()) == {first, second}
    assert third.orders.count() == 3


def test_the_timelines_of_both_and_of_the_orders_tell_it(world):
    old, new = customer(world, "a@example.org", 2), customer(world, "b@example.org")
    merge((old, new))

    told = Event.objects.filter(actor="user:mia").order_by("id")
    assert list(told.values_list("root_type", "action", "data")) == [
        ("order", "order.customer_changed", {"customer": new.pk, "was": old.pk}),
        ("order", "order.customer_changed", {"customer": new.pk, "was": old.pk}),
        ("customer", "customer.merged_away", {"orders": 2, "customer": new.pk}),
        ("customer", "customer.merged", {"orders": 2, "customer": old.pk}),
    ]


def test_what_makes_no_sense_is_refused_and_changes_nothing(world):
    one, two, gone, away = (customer(world, f"{n}@example.org") for n in "abcd")
    merge((away, one))
    work = Order.objects.filter(customer=gone)
    Order.objects.filter(pk__in=work).update(status="cancelled", customer=None)
    erasing.erase_customers([gone], actor="t").one()
    before = tables()
    missing = 999_999

    cases = {
        "choose two": {one.pk: one.pk},
        "does not exist": {one.pk: missing},
        "look for it": {missing: one.pk},
        "is nobody": {one.pk: gone.pk},
        "nothing is merged with it": {gone.pk: one.pk},
        "nothing was changed": {away.pk: one.pk},
        "choose that one": {two.pk: away.pk},
        "already": {away.pk: two.pk},
        "merge one after the other": {one.pk: two.pk, two.pk: one.pk},
    }
    for text, pairs in cases.items():
        out = customers.merge_customers(pairs, actor="t")
        assert not out.done
        assert text in reasons(out)[0], reasons(out)
    assert tables() == before


def test_the_statements_do_not_grow(world, statements):
    def prepare(count):
        new = customer(world, "new@example.org")
        old = [customer(world, f"{count}-{n}@example.org") for n in range(count)]
        return {row.pk: new.pk for row in old}

    counts = statements.by_size(
        prepare, lambda p: customers.merge_customers(p, actor="t"), (1, 10)
    )
    assert counts[1] == counts[10] <= 8, counts


@pytest.mark.django_db(transaction=True)
def test_two_at_once_end_without_a_circle(world):
    one, two = customer(world, "a@example.org"), customer(world, "b@example.org")

    results = race([lambda: merge((one, two)), lambda: merge((two, one))])

    assert errors(results) == []
    assert sorted(len(out.done) for out in results) == [0, 1]
    assert Customer.objects.filter(merged_into=None).count() == 1
