"""The important ones behind the web server of production."""

import http.client
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from oms.core.models import Event, IdempotencyKey
from orders.models import Order
from tests import shop, workers
from tests.api import storm
from tests.api.partner import make_key, new_order
from tests.serving import CLIENT, Server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def server(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        server = Server(workers.database_url())
    yield server
    server.stop()


@pytest.fixture
def secret(world):
    return make_key(per_minute=100_000).secret


def call(server, secret, method="POST", path="orders/", key="k", **content):
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": key}
    headers |= content.pop("headers", {})
    url = f"{server.url}/api/v1/{path}"
    return CLIENT.request(method, url, headers=headers, **content)


def test_67_68_69_and_71_over_http(server, secret):
    body = new_order()
    first = call(server, secret, json=body)
    again = call(server, secret, json=body)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert call(server, secret, json=new_order()).status_code == 422
    assert call(server, secret, key="", json=body).status_code == 400
    assert call(server, secret, key="k" * 256, json=body).status_code == 400
    assert Order.objects.count() == 1


def test_70_ten_at_once_under_one_key_are_one_order(server, secret):
    body = new_order()
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _n: call(server, secret, json=body), range(10)))

    statuses = Counter(answer.status_code for answer in answers)
    assert statuses.keys() <= {201, 409}
    assert statuses[201] >= 1
    assert all(a.headers["Retry-After"] == "1" for a in answers if a.status_code == 409)
    assert (Order.objects.count(), IdempotencyKey.objects.count()) == (1, 1)


def test_78_a_body_in_chunks_is_one_body_and_packed_ones_are_refused(server, secret):
    import json

    whole = json.dumps(new_order()).encode()
    parts = (whole[:20], whole[20:])
    kind = {"Content-Type": "application/json"}
    packed = kind | {"Content-Encoding": "gzip"}

    chunked = call(server, secret, content=iter(parts), headers=kind)

    assert chunked.status_code == 201, chunked.text
    assert (
        call(server, secret, key="z", content=b"x", headers=packed).status_code == 415
    )
    assert call(server, secret, key="x", content=b"<a/>").status_code == 415


def test_79_odd_paths_and_methods(server, secret):
    assert call(server, secret, "DELETE").status_code == 405
    assert call(server, secret, path="/orders/").status_code == 404
    line = http.client.HTTPConnection(*server.address, timeout=10)
    line.request("BREW", "/api/v1/orders/")
    answer = line.getresponse()
    line.close()
    assert answer.status in {401, 405}
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_81_the_limit_holds_over_http(server, world):
    secret = make_key(per_minute=3).secret

    answers = [call(server, secret, "GET").status_code for _ in range(5)]

    assert answers == [200, 200, 200, 429, 429]


def test_shuffled_duplicates_are_one_order_each(server, secret, world):
    shop.receive(world.ber, {"SHIRT": 1000})

    found = storm.creates(server.url, secret, orders=20, copies=10)

    assert Order.objects.count() == 20
    assert found["named"] == 20
    assert found["named_twice"] == 0
    assert set(found["answers"]) <= {"200", "201"}


def test_lost_replies_leave_no_duplicates(server, secret):
    number = call(server, secret, json=new_order()).json()["number"]

    found = storm.cuts(server.url, secret, number, times=50)

    noted = Event.objects.filter(action="order.noted")
    texts = [event.data["text"] for event in noted]
    assert found["answers"] == {"200": 50}
    assert (len(texts), len(set(texts))) == (50, 50)


def test_the_page_of_the_api_needs_no_key_and_no_other_host(server):
    page = CLIENT.get(f"{server.url}/api/v1/docs/")
    schema = CLIENT.get(f"{server.url}/api/v1/schema/")

    assert (page.status_code, schema.status_code) == (200, 200)
    assert "https://" not in page.text
    assert "Content-Security-Policy" in page.headers
    assert isinstance(page, httpx.Response)
