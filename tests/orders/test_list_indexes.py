"""Every exact search and every queue has an index: in a shop with some hundred orders,
and told to avoid scans of whole tables, PostgreSQL takes it."""

import pytest
from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Q

from oms.core.lists import additions
from orders.models import Order, OrderLine
from orders.queues import all_queues
from orders.search import searched
from returns.services.requesting import NewReturn, request_returns
from tests import shop

pytestmark = pytest.mark.django_db
FINDERS = {
    "number": ("1001", "orders_order_number"),
    "external_id": ("EXT-1", "order_external_id_unique_per_channel"),
    "email": ("a@example.org", "customer_email_lower"),
    "phone": ("+49 30 1234567", "order_phone"),
    "sku": ("RARE", "orderline_sku"),
    "tracking_number": ("T1", "shipment_tracking_number_once"),
    "work": ("F1", "fulfillment_fulfillmentorder_number"),
    "return": ("R1", "returns_return_number"),
}
OPEN_ORDERS = {"order_due", "order_open"}
QUEUES = {
    "late": {"order_due"},
    "on-hold": OPEN_ORDERS,
    "unpaid": {"order_open"},
    "stock": OPEN_ORDERS,
    "attention": {"workitem_one_open_per_kind"},
    "to-release": OPEN_ORDERS | {"fulfillmentorder_open"},
    "picking": OPEN_ORDERS | {"fulfillmentorder_open"},
    "to-ship": OPEN_ORDERS | {"fulfillmentorder_open"},
    "in-transit": {"shipment_silent", "order_moving"},
    "returns": {"return_open"},
}


SENT, OPEN = 300, 60  # orders


@pytest.fixture
def grown(world):
    """Statistics as in a shop that has lived: most orders are sent, each has a return
    that was asked for, few are open."""
    shop.receive(world.ber, {"SHIRT": SENT + OPEN})
    orders = shop.place_orders(world.channel, SENT + OPEN)
    sent = orders[:SENT]
    shop.advance(sent)
    lines = OrderLine.objects.filter(order__in=sent)
    asked = [NewReturn(line.order_id, {line.pk: 1}) for line in lines]
    assert not request_returns(asked, actor="t").refused
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SET LOCAL enable_seqscan = off")


def plan(where) -> str:
    orders = searched(Order.objects.order_by()).filter(where)
    return orders.values("pk").explain()


def test_every_kind_of_exact_search_is_in_this_test():
    assert set(additions(Order).finders) == set(FINDERS)
    assert set(all_queues()) - {"all"} == set(QUEUES)


def test_an_exact_search_and_a_name_have_an_index(grown):
    finders = additions(Order).finders
    plans = {
        kind: (plan(finders[kind].where(text)), index)
        for kind, (text, index) in FINDERS.items()
    }
    words = SearchQuery("'must':*", config="simple", search_type="raw")
    plans["name"] = plan(Q(name_words=words)), "order_name_words"

    without = {kind: said for kind, (said, index) in plans.items() if index not in said}
    assert without == {}


def test_a_queue_has_a_partial_index(grown):
    plans = {name: plan(all_queues()[name].where()) for name in QUEUES}

    without = {
        name: said
        for name, said in plans.items()
        if not any(index in said for index in QUEUES[name])
    }
    assert without == {}
