"""What the tests of bulk actions share."""

from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory

BULK = reverse("admin:orders_order_bulk")


def ticked(orders) -> dict:
    return {"_selected_action": [order.pk for order in orders]}


def cancel(client, chosen: dict, **more):
    return client.post(BULK, {"action": "orders.cancel"} | chosen | more)


def do(client, action: str, chosen: dict, **said):
    return client.post(BULK, {"action": action, "step": "do"} | chosen | said)


def worker(world, *permissions: str) -> Client:
    person = UserFactory(username="bulk", is_staff=True)
    for name in ("orders.view_order", "core.view_job", *permissions):
        app, codename = name.split(".")
        person.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    client = Client()
    client.force_login(person)
    return client
