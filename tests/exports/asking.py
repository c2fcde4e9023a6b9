"""Somebody asks for an export."""

from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from oms.core.exports import resources
from tests.factories import UserFactory


def where(what: str) -> str:
    model = resources.named(what).list_model()._meta
    return reverse(f"admin:{model.app_label}_{model.model_name}_export_list")


def export(client, what: str, kind: str = "csv", query: str = "", **more):
    return client.post(f"{where(what)}?{query}", {"export": f"{what}.{kind}"} | more)


def person(username: str, *permissions: str) -> Client:
    user = UserFactory(username=username)
    for name in permissions:
        app, codename = name.split(".")
        found = Permission.objects.get(content_type__app_label=app, codename=codename)
        user.user_permissions.add(found)
    client = Client()
    client.force_login(user)
    return client


def sees(what: str) -> str:
    """The permission that shows the list."""
    meta = resources.named(what).list_model()._meta
    return f"{meta.app_label}.view_{meta.model_name}"
