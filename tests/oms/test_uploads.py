"""#94: nothing that somebody uploads is ever shown by the browser as a page of ours."""

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import FileField
from django.urls import reverse

from tests import shop
from tests.snapshot import tables

pytestmark = pytest.mark.django_db

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
KINDS = {"svg": "image/svg+xml", "html": "text/html"}


def test_94_no_row_holds_a_file_and_no_address_serves_one():
    """Files of people are read and taken apart; what stands in a table is served by a
    view, which says what it is."""
    fields = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, FileField)
    ]

    assert fields == []
    assert settings.MEDIA_URL in ("", "/")
    assert settings.MEDIA_ROOT == ""


@pytest.mark.parametrize("kind", KINDS)
def test_94_a_file_beside_a_form_is_not_kept(admin_client, world, kind):
    [order] = shop.place_orders(world.channel)
    sent = SimpleUploadedFile(f"proof.{kind}", SVG, KINDS[kind])
    url = reverse("admin:orders_order_note", args=[order.pk])

    admin_client.post(url, {"text": "see the picture", "attachment": sent})

    assert "alert(1)" not in str(tables())


def test_94_every_answer_says_that_it_is_what_it_says(admin_client, world):
    [order] = shop.place_orders(world.channel)
    paths = [
        reverse("admin:index"),
        reverse("admin:orders_order_change", args=[order.pk]),
        reverse("admin:search") + "?q=<svg>",
        "/healthz",
        "/no/such/page",
    ]

    for path in paths:
        answer = admin_client.get(path)
        assert answer["X-Content-Type-Options"] == "nosniff", path


def test_94_what_is_kept_of_a_person_is_a_download(admin_client, world):
    [order] = shop.place_orders(world.channel)
    url = reverse("admin:orders_customer_export", args=[order.customer_id])

    for kind in ("json", "txt"):
        answer = admin_client.post(url, {"format": kind})
        assert answer["Content-Disposition"].startswith("attachment;")
        assert answer["X-Content-Type-Options"] == "nosniff"
