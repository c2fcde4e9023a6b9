"""Lists by key, and versions (72)."""

from datetime import timedelta
from itertools import chain

import pytest
from django.utils import timezone

from oms.core.api import pages
from orders.models import Order
from tests import shop
from tests.api.partner import wrongs

pytestmark = pytest.mark.django_db


def settled(number: int, world) -> list[Order]:
    """Orders that changed a while ago, three at each moment."""
    orders = shop.place_orders(world.channel, number)
    then = timezone.now() - timedelta(hours=1)
    for position, order in enumerate(orders):
        at = then + timedelta(minutes=position // 3)
        Order.objects.filter(pk=order.pk).update(updated_at=at)
    return orders


def follow(partner, path: str) -> list[list[str]]:
    found, url = [], f"/api/v1/{path}"
    while url:
        answer = partner.client.get(url)
        assert answer.status_code == 200, answer.content
        said = answer.json()
        found.append([row["number"] for row in said["results"]])
        url = said["next"]
    return found


def test_pages_follow_each_other_without_gap_or_repetition(world, acme):
    orders = settled(8, world)

    got = follow(acme, "orders/?limit=4")

    assert [len(page) for page in got] == [4, 4]
    assert list(chain(*got)) == [order.number for order in orders]


def test_an_order_that_changes_comes_again_at_the_end(world, acme):
    orders = settled(6, world)
    first = acme.get("orders/?limit=3").json()
    Order.objects.filter(pk=orders[0].pk).update(
        updated_at=timezone.now() - pages.LATE * 2
    )

    rest = follow(acme, first["next"].partition("/api/v1/")[2])

    expected = [order.number for order in [*orders[3:], orders[0]]]
    assert list(chain(*rest)) == expected


def test_the_last_seconds_are_left_out_but_for_one_order(world, acme):
    order = acme.create(external_id="NEW")

    assert acme.get("orders/").json()["results"] == []
    [found] = acme.get("orders/?external_id=NEW").json()["results"]
    assert found["number"] == order.number


def test_since_when_orders_are_wanted(world, acme):
    orders = settled(6, world)
    since = Order.objects.get(pk=orders[3].pk).updated_at.isoformat()

    got = follow(acme, f"orders/?updated_since={since.replace('+', '%2B')}")

    assert list(chain(*got)) == [order.number for order in orders[3:]]


def test_the_statements_of_a_page_do_not_grow(world, acme, statements):
    settled(60, world)
    acme.get("orders/")  # notes the use of the key

    counts = {n: statements(acme.get, f"orders/?limit={n}")[1] for n in (1, 50)}

    assert counts[1] == counts[50], statements.last


def test_a_version_that_is_known_is_not_sent_again(acme):
    order = acme.create()
    first = acme.get(f"orders/{order.number}/")

    second = acme.get(f"orders/{order.number}/", If_None_Match=first.headers["ETag"])

    assert (second.status_code, second.content) == (304, b"")
    acme.patch(f"orders/{order.number}/", {"priority": 1}, If_Match="*")
    third = acme.get(f"orders/{order.number}/", If_None_Match=first.headers["ETag"])
    assert third.status_code == 200


def test_72_a_stale_version_is_412_with_the_one_of_now(acme):
    order = acme.create()
    path = f"orders/{order.number}/"
    seen = acme.get(path).headers["ETag"]
    changed = acme.patch(path, {"priority": 5}, If_Match=seen)
    assert changed.status_code == 200

    answer = acme.patch(path, {"priority": 6}, If_Match=seen)

    assert (answer.status_code, answer.json()["code"]) == (412, "changed")
    assert answer.json()["version"] == changed.headers["ETag"]
    order.refresh_from_db()
    assert order.priority == 5


def test_72_a_change_without_a_version_is_428(acme):
    order = acme.create()

    answer = acme.patch(f"orders/{order.number}/", {"priority": 5})

    assert (answer.status_code, answer.json()["code"]) == (428, "version_required")


def test_72_an_action_heeds_a_version_where_one_is_sent(acme):
    order = acme.create()

    answer = acme.post(
        f"orders/{order.number}/cancel/", {"reason": "x"}, If_Match='"1"'
    )

    assert answer.status_code == 412
    assert wrongs(answer) == []
