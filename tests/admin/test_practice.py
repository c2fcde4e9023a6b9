"""Whether a place or a channel is for practice is said when it is made."""

import pytest
from django.urls import reverse

from tests import factories, shop

pytestmark = pytest.mark.django_db


def offered(client, row) -> bool:
    """Whether its page lets somebody change the mark."""
    meta = row._meta
    name = f"admin:{meta.app_label}_{meta.model_name}_change"
    answer = client.get(reverse(name, args=[row.pk]))
    assert answer.status_code == 200
    assert "sandbox" in answer.text.lower()
    return 'name="is_sandbox"' in answer.text


def test_a_place_stays_what_it_was_made(world, admin_client):
    form = admin_client.get(reverse("admin:inventory_location_add"))

    assert 'name="is_sandbox"' in form.text
    assert not offered(admin_client, world.ber)


def test_a_channel_stays_what_it_is_from_its_first_order_on(world, admin_client):
    fresh = factories.ChannelFactory(code="fresh")
    shop.place_orders(world.channel)

    assert offered(admin_client, fresh)
    assert not offered(admin_client, world.channel)
