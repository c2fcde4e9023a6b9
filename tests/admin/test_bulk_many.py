"""#87: a bulk action on thousands of orders in all states: each gets its result, and
no request waits for it."""

import pytest
from django.urls import reverse

from oms.core.models import Job
from oms.demo.days import count_rows
from orders.models import Hold, Order
from orders.services.cancellation import cancel_orders
from tests import shop
from tests.admin.bulk import BULK, do
from tests.admin.order_list import LIST, rows

pytestmark = pytest.mark.django_db

MANY = 5_000


@pytest.fixture
def crowd(world):
    """20 of them cannot be held any more; their keys."""
    for place in (world.ber, world.nyc):
        shop.receive(place, {"SHIRT": MANY})
    orders = shop.place_orders(world.channel, MANY - 10)
    shop.place_orders(world.channel, 10, [("NO-SUCH", 1)])
    shop.advance(orders[:10], to="delivered")
    shop.advance(orders[10:30], to="packed")
    cancel_orders(orders[30:40], reason="mind", actor="test")
    count_rows()
    return {order.pk for order in [*orders[:10], *orders[30:40]]}


def test_87_each_of_5000_orders_gets_its_result(admin_client, crowd, drain_queue):
    drain_queue()
    chosen = {"all": "1", "query": ""}

    seen = admin_client.post(BULK, {"action": "orders.hold"} | chosen)
    facts = {"reason": "other", "blocks": ["ship"], "token": seen.context["token"]}
    answer = do(admin_client, "orders.hold", chosen, **facts)

    job = Job.objects.get()
    assert not Hold.objects.exists()  # nothing is done within the request
    assert answer.url == reverse("admin:core_job_change", args=[job.pk])
    assert (job.status, job.total) == ("waiting", MANY)
    assert set(drain_queue()) == {"carry_on"}  # it hands over when its time is up
    job.refresh_from_db()
    assert (job.status, job.done_count, job.refused_count) == ("done", MANY - 20, 20)
    refused = job.rows.filter(status="refused")
    assert set(refused.values_list("subject_id", flat=True)) == crowd
    assert all("nothing is left to hold" in row.text for row in refused)
    assert Hold.objects.count() == MANY - 20
    assert not Order.objects.filter(pk__in=crowd).exclude(active_holds=[]).exists()
    page = admin_client.get(answer.url)
    assert "4,980 of 5,000 done" in page.content.decode()
    assert len(page.content) < 100_000
    shown = admin_client.get(LIST, {"q": f"refused:{job.pk}"})
    assert len(rows(shown)) == 20
