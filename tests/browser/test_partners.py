"""J5, the part at the screen: a key and a webhook in a few clicks, and the page of the
API, which needs nobody else's server."""

import re

import pytest
from django.urls import reverse
from standardwebhooks import Webhook

from oms.core.models import ApiKey, WebhookEndpoint
from tests.browser import checks
from tests.webhooks.receiver import Receiver

START = reverse("admin:index")


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.stop()


def enter(visitor, name: str) -> None:
    """By the link of the menu, which stands at the side."""
    path = reverse(f"admin:core_{name}_changelist")
    visitor.go(START)
    with visitor.leaving():
        visitor.click(f'nav a[href="{path}"]')


def press(visitor, what: str) -> None:
    with visitor.leaving():
        visitor.click(what)


def fill(visitor, label: str, text: str) -> None:
    visitor.inputs.texts += 1
    visitor.page.get_by_label(label, exact=True).fill(text)


def test_a_key_is_made_in_four_clicks_and_opens_the_api(visit):
    visitor = visit("admin")
    enter(visitor, "apikey")

    press(visitor, "a.addlink")
    fill(visitor, "Name:", "First hour")
    visitor.click("input[name=scopes][value='stock:read']")
    press(visitor, "main input[type=submit]")

    [secret] = re.findall(r"oms_live_[\w-]{43}", visitor.text)
    assert visitor.inputs.clicks <= 4
    assert "stock:read" in ApiKey.objects.get().scopes
    answer = visitor.page.request.get(
        f"{visitor.url}/api/v1/orders/?limit=1",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert answer.status == 200
    assert len(answer.json()["results"]) == 1


def test_an_endpoint_hears_a_test_in_four_clicks(visit, receiver):
    visitor = visit("admin")
    enter(visitor, "webhookendpoint")

    press(visitor, "a.addlink")
    fill(visitor, "Address:", receiver.url)
    press(visitor, "main input[type=submit]")
    [secret] = re.findall(r"whsec_[\w+/]+=*", visitor.text)
    press(visitor, "main input[type=submit]")

    assert visitor.inputs.clicks <= 4
    [call] = receiver.calls
    assert Webhook(secret).verify(call.body, call.headers)["type"] == "webhook.test"
    assert "Delivered" in visitor.text
    assert WebhookEndpoint.objects.get().failures == 0


@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_of_the_api_works_under_its_policy_and_alone(visit, width):
    visitor = visit("", viewport={"width": width, "height": 900})

    visitor.go(reverse("api-docs"))
    operation = visitor.page.locator(".opblock-summary").first
    operation.wait_for()
    operation.click()
    visitor.page.locator(".opblock-body").first.wait_for()

    assert "/api/v1/orders/" in visitor.text
    assert all(request.startswith(visitor.url) for request in visitor.requests)
    assert visitor.faults == []


@pytest.mark.parametrize("name", ["apikey", "webhookendpoint"])
def test_the_forms_are_readable_on_all_screens(visit, name):
    visitor, wrong = visit("admin"), {}

    for width, height in ((1440, 900), (390, 844)):
        visitor.page.set_viewport_size({"width": width, "height": height})
        visitor.go(reverse(f"admin:core_{name}_add"))
        wrong[width] = checks.shape(visitor)

    assert wrong == {1440: [], 390: []}
