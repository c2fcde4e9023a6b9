"""Webhooks as a partner sets them up."""

from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from oms.core.models import WebhookEndpoint
from oms.core.webhooks import feed
from tests import factories, shop
from tests.api.partner import Partner, wrongs
from tests.webhooks.conftest import deliver, note, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(world) -> Partner:
    return Partner(name="acme", channels=["shop"])


def new(url: str, /, **fields) -> dict:
    return {"url": url, "event_types": ["order.*"]} | fields


def make(partner: Partner, receiver, **fields) -> dict:
    answer = partner.post("webhook-endpoints/", new(receiver.url, **fields))
    assert answer.status_code == 201, answer.json()
    return answer.json()


def test_the_first_hour_of_a_partner(acme, world, receiver):
    path = f"webhook-endpoints/{make(acme, receiver)['id']}/"
    secret = acme.get(f"{path}secret/").json()["secret"]

    test = acme.post(f"{path}test/")
    assert test.status_code == 202
    deliver()
    [call] = receiver.calls
    assert Webhook(secret).verify(call.body, call.headers)["type"] == "webhook.test"
    delivery = acme.get(f"webhook-deliveries/{test.json()['id']}/").json()
    assert (delivery["status"], delivery["answer_status"]) == ("delivered", 200)

    order = acme.create()
    deliver()
    told = said(receiver)[1:]
    assert {message["data"]["id"] for message in told} == {order.number}
    read = acme.get(f"orders/{order.number}/")
    assert read["ETag"] == f'"{told[-1]["data"]["version"]}"'


def test_the_secret_stands_in_no_answer_that_is_kept(acme, receiver):
    made = acme.post("webhook-endpoints/", new(receiver.url), key="same")
    again = acme.post("webhook-endpoints/", new(receiver.url), key="same")
    path = f"webhook-endpoints/{made.json()['id']}/"
    rotated = acme.post(f"{path}rotate/", {"overlap_hours": 1})
    shown = acme.get(f"{path}secret/").json()

    assert again.content == made.content
    assert WebhookEndpoint.objects.count() == 1
    assert "whsec_" not in str(made.json()) + str(rotated.json())
    assert shown["secret"].startswith("whsec_")
    assert shown["old_secret_signs_until"] is not None


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"url": "http://127.0.0.1/"}, "/url"),
        ({"url": "https://10.0.0.1/"}, "/url"),
        ({"url": 7}, "/url"),
        ({"event_types": ["order.confirmd"]}, "/event_types"),
        ({"event_types": []}, "/event_types"),
        ({"channels": ["other"]}, "/channels"),
        ({"locations": ["NOWHERE"]}, "/locations"),
        ({"is_sandbox": True}, "/is_sandbox"),
        ({"secret": "x"}, "/secret"),
    ],
)
def test_a_bad_endpoint_is_refused_by_field(acme, receiver, fields, pointer):
    factories.ChannelFactory(code="other")

    answer = acme.post("webhook-endpoints/", new(receiver.url, **fields))

    assert answer.status_code == 400
    assert {where for _in, where, _code in wrongs(answer)} == {pointer}
    assert not WebhookEndpoint.objects.exists()


def test_an_endpoint_sees_no_more_than_its_key(acme, world, receiver):
    made = make(acme, receiver, event_types=["*"])
    other = factories.ChannelFactory(code="other")
    assert made["channels"] == ["shop"]

    theirs, ours = shop.place_orders(other), shop.place_orders(world.channel)
    acme.patch(f"webhook-endpoints/{made['id']}/", {"channels": []}, If_Match="*")
    note(theirs + ours)
    deliver()

    about = {m["data"].get("order", m["data"]["id"]) for m in said(receiver)}
    assert about == {order.number for order in ours}


def test_a_sandbox_key_hears_of_practice_alone(world, receiver):
    practice = factories.ChannelFactory(code="practice", is_sandbox=True)
    tester = Partner(name="tester", is_sandbox=True)
    make(tester, receiver)

    note(shop.place_orders(world.channel))
    [order] = shop.place_orders(practice)
    deliver()

    assert {m["data"]["id"] for m in said(receiver)} == {order.number}


def test_an_endpoint_is_changed_stopped_and_deleted(acme, receiver):
    path = f"webhook-endpoints/{make(acme, receiver)['id']}/"

    assert acme.patch(path, {"description": "x"}).status_code == 428
    answer = acme.patch(path, {"description": "Mine"}, If_Match="*")
    assert (answer.status_code, answer.json()["description"]) == (200, "Mine")
    assert acme.post(f"{path}pause/").json()["status"] == "paused"
    assert acme.post(f"{path}pause/").status_code == 409
    assert acme.post(f"{path}test/").status_code == 409
    assert acme.post(f"{path}resume/").json()["status"] == "active"
    assert acme.client.delete(f"/api/v1/{path}").status_code == 204
    assert acme.get(path).status_code == 404


def test_what_was_missed_is_told_again(acme, world, receiver):
    note(shop.place_orders(world.channel))
    path = f"webhook-endpoints/{make(acme, receiver)['id']}/"
    times = {"since": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z"}

    answer = acme.post(f"{path}replay/", times)
    assert (answer.status_code, answer.json()["deliveries"]) == (202, deliver())
    delivery = WebhookEndpoint.objects.get().deliveries.first()
    assert acme.post(f"webhook-deliveries/{delivery.pk}/replay/").status_code == 202
    assert deliver() == 1
    assert said(receiver)[-1]["sequence"] == delivery.event_id


def test_the_feed_goes_on_where_it_was(acme, world, monkeypatch):
    monkeypatch.setattr(feed, "MARGIN", timedelta(seconds=-60))
    shop.place_orders(world.channel, 2)

    first = acme.get("events/?limit=3").json()
    rest = acme.get(f"events/?after={first['after']}").json()
    end = acme.get(f"events/?after={rest['after']}").json()

    assert (len(first["results"]), first["more"], rest["more"]) == (3, True, False)
    found = [m["sequence"] for m in first["results"] + rest["results"]]
    assert found == sorted(set(found))
    assert end == {"results": [], "after": rest["after"], "more": False}


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", "after=9e9", "limit=0", "limit=201", "since=1"]
)
def test_the_feed_refuses_nonsense(acme, query):
    answer = acme.get(f"events/?{query}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["in"] == "query"


def test_a_body_that_is_no_object_is_refused(world, receiver):
    for body in ([None], "url", 1):
        answer = Partner().post("webhook-endpoints/", body)

        assert answer.status_code == 400
        assert answer.json()["code"] == "invalid"
