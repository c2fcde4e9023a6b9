"""Tags in the list of orders: shown, and found by `tag:`."""

import pytest
from django.db import connection

from orders.models import Order
from orders.search import search, searched
from tests import shop
from tests.admin.order_list import LIST, hold, rows, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(admin_client):
    admin_client.get(LIST)
    return admin_client


def tag(order, *tags: str) -> str:
    Order.objects.filter(pk=order.pk).update(tags=list(tags))
    return order.number


def test_a_tag_is_found_however_it_is_written(office, world):
    orders = shop.place_orders(world.channel, 4)
    vip, call = tag(orders[0], "VIP"), tag(orders[1], "call first")
    gift = tag(orders[2], "Gift wrap", "VIP")

    found = {
        text: set(rows(office.get(LIST, {"q": text})))
        for text in (
            *("tag:VIP", "tag:vip", "tag:call_first", "tag:Call-First", "tag:first"),
            *("tag:gift_wrap tag:vip", "tag:{}", "tag:'", "tag:%"),
        )
    }

    assert found == {
        "tag:VIP": {vip, gift},
        "tag:vip": {vip, gift},
        "tag:call_first": {call},
        "tag:Call-First": {call},
        "tag:first": set(),
        "tag:gift_wrap tag:vip": {gift},
        "tag:{}": set(),
        "tag:'": set(),
        "tag:%": set(),
    }


def test_tags_stand_beside_the_holds_and_are_escaped(office, world):
    [order] = shop.place_orders(world.channel)
    hold(order)
    tag(order, "VIP", "<script>")

    page = office.get(LIST).content.decode()

    assert '<span class="tag">VIP</span>' in page
    assert '<span class="tag">&lt;script&gt;</span>' in page
    assert page.index(">Other</span>") < page.index(">VIP</span>")


@pytest.mark.parametrize("value", ["x", "-1", "1.5", "9" * 30, "١"])
def test_no_job_is_said(office, world, value):
    answer = office.get(LIST, {"q": f"refused:{value}"})

    assert f"“refused:{value}” is no job" in said(answer)


def test_a_job_that_is_not_there_has_refused_nothing(office, world):
    shop.place_orders(world.channel)

    assert rows(office.get(LIST, {"q": "refused:999999"})) == []


def test_tags_have_an_index(world):
    shop.place_orders(world.channel, 300)
    where = search("tag:vip").where
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE orders_order")
        cursor.execute("SET LOCAL enable_seqscan = off")

    plan = searched(Order.objects.order_by()).filter(where).values("pk").explain()

    assert "order_tags" in plan
