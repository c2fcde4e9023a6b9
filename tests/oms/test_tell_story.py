"""The demo's story: told in full, and told again on a database that has lived."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from inventory.models import Location, Product
from oms.demo.opening import open_shop
from orders.models import Order
from returns.models import Refund

STEPS = (
    "the inbox keeps it",
    "Captured",
    "Checked",
    "Routed: BER",
    "Allocated",
    "Released",
    "Picking has begun",
    "Picked",
    "Packed",
    "Shipped",
    "Tracked",
    "Delivered",
    "send one piece back",
    "Approved",
    "Received",
    "Inspected",
    "Refunded: 12.90",
)


def tell() -> str:
    out = StringIO()
    call_command("tell_story", stdout=out, stderr=out)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_story_is_told_twice(settings, monkeypatch):
    settings.DEBUG = True
    monkeypatch.setenv("PORT", "8123")
    open_shop(timezone.now())

    texts = [tell(), tell()]

    for text in texts:
        places = [text.index(step) for step in STEPS]
        assert places == sorted(places)
        assert "http://127.0.0.1:8123/admin/orders/order/" in text
        assert "http://127.0.0.1:8123/admin/returns/refund/" in text
        assert "The ledger agrees with the shelves." in text
        assert "wrong" not in text
    assert set(Order.objects.values_list("phase", flat=True)) == {"delivered"}
    assert Refund.objects.filter(status="succeeded").count() == 2


@pytest.mark.django_db(transaction=True)
def test_an_order_that_is_stopped_is_told_as_far_as_it_goes(settings):
    settings.DEBUG = True
    open_shop(timezone.now())
    Location.objects.update(is_active=False)

    text = tell()

    assert "It waits for stock" in text
    assert "Released" not in text


@pytest.mark.django_db
def test_without_the_demo_shop_there_is_no_story(settings, world):
    settings.DEBUG = True

    text = tell()

    assert "its story is left out" in text
    assert "Stock:" in text
    assert not Product.objects.filter(sku="MUG-OAK").exists()


@pytest.mark.django_db
def test_production_is_left_alone(settings):
    settings.DEBUG = False

    with pytest.raises(CommandError, match="DEBUG=0"):
        tell()
