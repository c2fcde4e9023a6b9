"""The partner section of the back office, as an integrator uses it."""

import re

import pytest
from django.urls import reverse
from standardwebhooks import Webhook

from oms import roles
from oms.core.models import ApiKey, ApiRequest, WebhookDelivery, WebhookEndpoint
from oms.core.webhooks import endpoints
from tests import factories, shop
from tests.api.partner import Partner, new_order
from tests.webhooks.conftest import deliver, deliveries, listen, note

pytestmark = pytest.mark.django_db


@pytest.fixture
def ina(client, world):
    """Somebody who connects partners."""
    roles.sync()
    client.force_login(factories.UserFactory(username="ina", groups=["integrator"]))
    return client


def page(name: str, *args) -> str:
    return reverse(f"admin:core_{name}", args=args)


def text_of(answer, pattern: str) -> str:
    return re.search(pattern, answer.content.decode())[0]


def test_an_endpoint_is_made_and_tried_out_in_four_clicks(ina, receiver):
    """Webhooks, Add, Save, Send test."""
    ina.get(page("webhookendpoint_changelist"))
    form = ina.get(page("webhookendpoint_add"))
    given = form.context["form"].initial | {"url": receiver.url, "event_types": "*"}
    made = ina.post(page("webhookendpoint_add"), given)
    secret = text_of(made, r"whsec_[\w+/=]+")
    answer = ina.post(made.context["test_url"], follow=True)

    [call] = receiver.calls
    assert Webhook(secret).verify(call.body, call.headers)["type"] == "webhook.test"
    assert "200" in answer.content.decode()
    again = ina.get(page("webhookendpoint_change", WebhookEndpoint.objects.get().pk))
    assert secret not in again.content.decode()


def test_a_bad_address_is_told_on_the_form(ina):
    given = {"url": "https://10.0.0.1/", "event_types": "order.*, nonsense"}

    answer = ina.post(page("webhookendpoint_add"), given)

    assert "not on the public internet" in answer.content.decode()
    assert "There is no event nonsense" in answer.content.decode()
    assert not WebhookEndpoint.objects.exists()


def test_an_endpoint_is_edited(ina, receiver):
    endpoint = listen(receiver)
    url = page("webhookendpoint_edit", endpoint.pk)
    assert "order.*" in ina.get(url).content.decode()

    ina.post(url, {"url": receiver.url, "event_types": "*", "channels": "shop"})

    endpoint.refresh_from_db()
    assert (endpoint.event_types, endpoint.channels) == (["*"], ["shop"])


def test_the_tools_of_an_endpoint(ina, world, receiver):
    endpoint = listen(receiver, "order.noted")

    def use(tool, **given):
        sent = given | {"sure": "1"}
        return ina.post(page("webhookendpoint_tool", endpoint.pk, tool), sent)

    use("pause")
    endpoint.refresh_from_db()
    assert endpoint.status == "paused"
    use("switch-on")
    rotated = use("rotate", hours=1)
    assert "whsec_" in rotated.content.decode()
    note(shop.place_orders(world.channel))
    form = ina.get(page("webhookendpoint_tool", endpoint.pk, "replay"))
    assert b"T00:00" in form.content
    use("replay", since="2020-01-01T00:00", until="2100-01-01T00:00")
    assert deliver() >= 1
    use("switch-off")
    endpoint.refresh_from_db()
    assert (endpoint.status, endpoint.reason) == ("disabled", "By staff.")


def test_deliveries_are_replayed_from_the_list_and_the_page(ina, world, receiver):
    listen(receiver, "order.noted")
    note(shop.place_orders(world.channel))
    deliver()
    [row] = deliveries()

    chosen = {"action": "replay", "_selected_action": [row.pk]}
    ina.post(page("webhookdelivery_changelist"), chosen)
    assert deliver() == 1
    ina.post(page("webhookdelivery_tool", row.pk, "replay"), {"sure": "1"})
    assert deliver() == 1

    shown = ina.get(page("webhookdelivery_change", row.pk)).content.decode()
    assert "evt_" in shown
    assert len(receiver.calls) == 3


def test_an_endpoint_that_was_switched_off_is_an_exception_with_a_fix(ina, receiver):
    receiver.status = 410
    endpoint = listen(receiver)
    ina.post(page("webhookendpoint_test", endpoint.pk))

    exceptions = ina.get(page("workitem_exceptions")).content.decode()
    assert "Webhooks switched off" in exceptions
    assert endpoints.resume_endpoints([endpoint.pk], actor="t").done


def test_a_key_is_made_shown_once_replaced_and_revoked(ina):
    form = ina.get(page("apikey_add")).context["form"]
    given = {"name": "Acme", "scopes": form.fields["scopes"].initial}
    made = ina.post(page("apikey_add"), given)
    secret = text_of(made, r"oms_live_[\w-]{43}")
    key = ApiKey.objects.get()

    assert Partner(_with(key, secret)).get("orders/").status_code == 200
    assert secret not in ina.get(page("apikey_change", key.pk)).content.decode()
    rotated = ina.post(page("apikey_tool", key.pk, "rotate"), {"hours": 0})
    newer = text_of(rotated, r"oms_live_[\w-]{43}")
    assert Partner(_with(key, secret)).get("orders/").status_code == 401
    assert Partner(_with(key, newer)).get("orders/").status_code == 200
    newest = ApiKey.objects.latest("pk")
    ina.post(page("apikey_tool", newest.pk, "revoke"), {"sure": "1"})
    assert Partner(_with(key, newer)).get("orders/").status_code == 401


def _with(key, secret):
    key.secret = secret
    return key


def test_a_key_of_nonsense_is_refused_on_the_form(ina):
    answer = ina.post(page("apikey_add"), {"name": "x", "scopes": "all"})
    assert answer.status_code == 200
    given = {"name": "x", "scopes": "webhooks", "channels": "nowhere"}
    answer = ina.post(page("apikey_add"), given)

    assert "there is no nowhere" in answer.content.decode()
    assert not ApiKey.objects.exists()


def test_requests_are_logged_without_what_they_say(ina, world):
    acme = Partner(name="acme")
    acme.post("orders/", new_order(external_id="SECRET-1"), key="k-once")
    acme.post("orders/", {"nonsense": 1}, key="k-bad")
    acme.get("orders/?external_id=SECRET-1")

    rows = list(ApiRequest.objects.order_by("pk"))
    assert [(r.method, r.status, r.code) for r in rows] == [
        ("POST", 201, ""),
        ("POST", 400, "invalid"),
        ("GET", 200, ""),
    ]
    assert "SECRET" not in str(list(ApiRequest.objects.values()))
    shown = ina.get(page("apirequest_change", rows[0].pk)).content.decode()
    assert "Kept until" in shown
    assert b"acme" in ina.get(page("apirequest_changelist")).content


def test_strangers_are_not_logged(client, world):
    client.get("/api/v1/orders/", headers={"Authorization": "Bearer nonsense"})

    assert not ApiRequest.objects.exists()
    assert not WebhookDelivery.objects.exists()
