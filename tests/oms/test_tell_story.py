"""The demo's story: told in full, and told again on a database that has lived."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from inventory.models import Product
from oms.story import play, shop
from orders.models import Order

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
    "Delivered",
)


def tell() -> str:
    out = StringIO()
    call_command("tell_story", stdout=out, stderr=out)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_story_is_told_twice(settings, monkeypatch):
    settings.DEBUG = True
    monkeypatch.setenv("PORT", "8123")

    first = tell()
    orders = Order.objects.count()
    second = tell()

    for text in (first, second):
        places = [text.index(step) for step in STEPS]
        assert places == sorted(places)
        assert "http://127.0.0.1:8123/admin/orders/order/" in text
        assert "The ledger agrees with the shelves." in text
        assert "wrong" not in text
    assert "arrive in BER, and the order is served" in first
    assert "Goods arrive" not in second
    assert orders == len(play.first_day()) + 1
    assert Order.objects.count() == orders + 1
    fates = {
        key: Order.objects.get(external_id=f"story-{key}").phase
        for key in ("waits-1", "waits-2", "unknown", "cancelled", "reduced")
    }
    assert fates == {
        "waits-1": "in_fulfillment",
        "waits-2": "awaiting_stock",
        "unknown": "new",
        "cancelled": "cancelled",
        "reduced": "in_fulfillment",
    }


@pytest.mark.django_db
def test_a_shop_that_is_there_already_is_kept(settings, world):
    settings.DEBUG = True
    Product.objects.create(sku="DEMO-MUG", name="My own mug")

    text = tell()

    assert "My own mug" not in text  # the line keeps the name that the channel sent
    assert Product.objects.get(sku="DEMO-MUG").name == "My own mug"
    assert "Delivered" in text


@pytest.mark.django_db
def test_a_first_day_that_broke_off_can_be_told(settings):
    settings.DEBUG = True
    here = shop.open_shop(at=None)
    for key, lines in list(play.first_day().items())[:3]:
        order = play._incoming(key, lines, 0, at=timezone.now())
        here.channel.messages.create(
            kind="order",
            external_id=key,
            payload=order.to_payload(),
            received_at=timezone.now(),
        )

    assert "Delivered" in tell()


@pytest.mark.django_db
def test_production_is_left_alone(settings):
    settings.DEBUG = False

    with pytest.raises(CommandError, match="DEBUG=0"):
        tell()
