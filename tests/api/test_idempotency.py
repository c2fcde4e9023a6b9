"""A request that is repeated has its effect once (67 to 71)."""

from datetime import timedelta

import psycopg
import pytest
from django.utils import timezone

from oms.core.api import idempotency
from oms.core.api.keys import rotate_key
from oms.core.models import IdempotencyKey
from orders.models import Order
from tests import workers
from tests.api.partner import Partner, new_order, wrongs

pytestmark = pytest.mark.django_db


def test_67_a_post_without_the_header_is_refused(acme):
    answer = acme.post("orders/", new_order(), key="")

    assert answer.status_code == 400
    assert wrongs(answer) == [("header", "/Idempotency-Key", "required")]
    assert "Idempotency-Key header is required" in answer.json()["detail"]
    assert not Order.objects.exists()


def test_68_the_same_request_gets_the_first_answer(acme):
    body = new_order()
    first = acme.post("orders/", body, key="once")

    second = acme.post("orders/", body, key="once")

    assert (second.status_code, second.content) == (201, first.content)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Location"] == first.headers["Location"]
    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.headers["Content-Type"] == first.headers["Content-Type"]
    assert Order.objects.count() == 1


def test_69_another_body_under_the_same_key_is_422(acme):
    acme.post("orders/", new_order(), key="once")

    answer = acme.post("orders/", new_order(), key="once")

    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    assert Order.objects.count() == 1


def test_69_another_path_under_the_same_key_is_422(acme):
    order = acme.create()
    acme.post(f"orders/{order.number}/confirm/", key="once")

    answer = acme.post(f"orders/{order.number}/release/", key="once")

    assert answer.status_code == 422


@pytest.mark.django_db(transaction=True)
def test_70_the_same_key_in_flight_is_409(acme):
    body = new_order()
    with psycopg.connect(workers.database_url()) as other:
        other.execute(idempotency.LOCK, [f"{acme.key.client}:busy"])
        answer = acme.post("orders/", body, key="busy")

    assert (answer.status_code, answer.json()["code"]) == (409, "in_progress")
    assert answer.headers["Retry-After"] == "1"
    assert acme.post("orders/", body, key="busy").status_code == 201


@pytest.mark.parametrize("key", ["k" * 256, "a\tb", "a\x00b", "ä", " "])
def test_71_a_key_that_is_none_is_refused(acme, key):
    answer = acme.post("orders/", new_order(), key=key)

    assert answer.status_code == 400
    assert wrongs(answer)[0][:2] == ("header", "/Idempotency-Key")


def test_71_the_keys_of_two_partners_are_two(acme):
    other, body = Partner(name="other"), new_order()
    acme.post("orders/", body, key="same")

    answer = other.post("orders/", body, key="same")

    assert "Idempotent-Replayed" not in answer.headers


def test_a_rotated_key_gets_the_answers_of_the_one_before(acme):
    body = new_order()
    acme.post("orders/", body, key="once")
    fresh = Partner(rotate_key(acme.key.pk, actor="t").one())

    answer = fresh.post("orders/", body, key="once")

    assert answer.headers["Idempotent-Replayed"] == "true"


def test_what_was_not_valid_may_be_sent_again_under_its_key(acme):
    wrong = acme.post("orders/", new_order(lines=[]), key="once")
    right = acme.post("orders/", new_order(), key="once")

    assert (wrong.status_code, right.status_code) == (400, 201)


def test_a_refusal_is_kept(acme):
    order = acme.create()
    path, body = f"orders/{order.number}/cancel/", {"reason": "Twice"}
    acme.post(path, body)
    refused = acme.post(path, body, key="once")

    again = acme.post(path, body, key="once")

    assert (refused.status_code, again.status_code) == (409, 409)
    assert again.content == refused.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Content-Type"] == "application/problem+json"


def test_an_error_leaves_neither_effect_nor_answer(acme, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("planted")

    body = new_order()
    acme.client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr("oms.core.api.viewsets.ApiViewSet.shown", broken)
        failed = acme.post("orders/", body, key="once")

    assert (failed.status_code, failed.json()["code"]) == (500, "server_error")
    assert not Order.objects.exists()
    assert not IdempotencyKey.objects.exists()
    assert acme.post("orders/", body, key="once").status_code == 201


def test_after_seven_days_answers_are_forgotten(acme):
    body = new_order()
    acme.post("orders/", body, key="old")
    kept = IdempotencyKey.objects.get()
    assert kept.expires_at - timezone.now() > timedelta(days=6, hours=23)
    IdempotencyKey.objects.update(expires_at=timezone.now())

    answer = acme.post("orders/", body, key="old")

    assert answer.status_code == 200, "the order is known by its external id"
    assert "Idempotent-Replayed" not in answer.headers
    IdempotencyKey.objects.update(expires_at=timezone.now())
    assert idempotency.sweep() == 1


def test_a_kept_answer_costs_few_statements(acme, statements):
    body = new_order()
    acme.post("orders/", body, key="once")

    _answer, number = statements(acme.post, "orders/", body, key="once")

    assert number == 5, statements.last  # one of them is the log's
