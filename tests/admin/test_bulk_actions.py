"""What can be done to many orders at once, each by its service."""

import pytest

from fulfillment.models import FulfillmentOrder
from oms.core.models import Job, JobRow, User
from orders.models import Hold, Order
from tests import shop
from tests.admin.bulk import BULK, do, ticked, worker
from tests.admin.order_list import LIST, hold
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(admin_client):
    admin_client.get(LIST)
    return admin_client


def test_a_hold_on_many(office, world):
    orders = shop.place_orders(world.channel, 3)
    facts = {"reason": "customer_request", "blocks": ["ship"], "note": "ask first"}

    do(office, "orders.hold", ticked(orders), **facts)

    found = Hold.objects.values_list("order", "reason", "blocks", "note", "source")
    assert {(o, r, *b, n, s) for o, r, b, n, s in found} == {
        (order.pk, "customer_request", "ship", "ask first", "user:admin")
        for order in orders
    }


def test_holds_are_released_by_name(office, world):
    orders = shop.place_orders(world.channel, 3)
    for order in orders[:2]:
        hold(order)
    facts = {"reason": "customer_request", "blocks": ["ship"]}
    do(office, "orders.hold", ticked(orders[:1]), **facts)

    page = office.post(BULK, {"action": "orders.release_holds"} | ticked(orders))
    choices = page.context["form"].fields["reason"].choices
    do(office, "orders.release_holds", ticked(orders), reason="other")

    assert choices == [
        ("other", "Other (2 orders)"),
        ("customer_request", "Customer request (1 order)"),
    ]
    active = Hold.objects.filter(released_at=None)
    assert [each.reason for each in active] == ["customer_request"]
    refused = JobRow.objects.get(status="refused")
    assert refused.subject_id == orders[2].pk
    assert "No hold with this reason is on it" in refused.text


def test_pending_orders_are_confirmed(office, world):
    good, bad = (
        shop.place_orders(world.channel, lines=[(sku, 1)])[0]
        for sku in ("LATER", "NEVER")
    )

    ProductFactory(sku="LATER", tracks_stock=False)

    do(office, "orders.confirm", ticked([good, bad]))

    good.refresh_from_db()
    assert good.status != "pending"
    assert "unknown SKU NEVER" in JobRow.objects.get(status="refused").text


def test_tags_and_priority(office, world):
    orders = shop.place_orders(world.channel, 2)
    Order.objects.filter(pk=orders[0].pk).update(tags=["old"])

    do(office, "orders.tag", ticked(orders), add="VIP, call first ", remove="old")
    do(office, "orders.prioritise", ticked(orders), priority="5")

    found = Order.objects.values_list("tags", "priority")
    assert list(found) == [(["VIP", "call first"], 5)] * 2


def test_work_is_released_where_the_person_works(office, world):
    here, there = shop.place_orders(world.channel, 2)
    FulfillmentOrder.objects.filter(order=there).update(location=world.nyc)
    walter = worker(world, "fulfillment.release_fulfillmentorder")
    world.ber.staff.add(User.objects.get(username="bulk"))

    do(walter, "fulfillment.release", ticked([here, there]))

    released = FulfillmentOrder.objects.filter(status="released")
    assert [work.order_id for work in released] == [here.pk]


def test_orders_are_routed_again(office, world):
    [order] = shop.place_orders(world.channel, lines=[("POSTER", 1)])
    shop.receive(world.ber, {"POSTER": 1})
    [idle] = shop.place_orders(world.channel)

    do(office, "fulfillment.route_again", ticked([order, idle]))

    job = Job.objects.get()
    assert (job.done_count, job.refused_count) == (1, 1)
    assert "nothing of it waits" in job.rows.get(status="refused").text


@pytest.mark.parametrize(
    ("action", "values", "sentence"),
    [
        ("orders.cancel", {"reason": " "}, "required"),
        ("orders.cancel", {"reason": "x" * 201}, "at most 200"),
        ("orders.cancel", {"reason": "a\0b"}, "Null characters"),
        ("orders.hold", {"reason": "mood", "blocks": ["ship"]}, "valid choice"),
        ("orders.hold", {"reason": "other"}, "required"),
        ("orders.prioritise", {"priority": "high"}, "whole number"),
        ("orders.prioritise", {"priority": "99999"}, "less than or equal to 32767"),
        ("orders.tag", {}, "Write a tag to add or to remove"),
        ("orders.tag", {"add": "x" * 33}, "at most 20 tags of 32"),
    ],
)
def test_bad_values_stay_on_the_page_and_change_nothing(
    office, world, action, values, sentence
):
    orders = shop.place_orders(world.channel, 2)

    answer = do(office, action, ticked(orders), **values)

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not Job.objects.exists()
