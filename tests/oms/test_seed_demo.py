"""The demo shop: made by services alone, on an empty database, every time the same."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_q.models import OrmQ

from channels.models import Channel
from inventory.models import Barcode, Location, Product
from oms.demo import catalogue, days
from oms.demo.baskets import total
from oms.demo.plan import DAYS, USUAL, Fate, plan
from orders.models import Order
from tests.oms.to_see import queues_of_the_shop

NOW = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
FIRST_DAY = NOW.replace(hour=0, minute=0) - timedelta(days=DAYS)


def seed(*words: str) -> str:
    out = StringIO()
    call_command("seed_demo", *words, stdout=out, stderr=out)
    return out.getvalue()


def counted(model, field: str) -> Counter:
    return Counter(model.objects.values_list(field, flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_shop_with_something_in_every_queue(settings, monkeypatch):
    """On a Wednesday morning; at midnight or on a Sunday some may well be empty."""
    settings.DEBUG = True
    monkeypatch.setattr(timezone, "now", lambda: NOW)

    text = seed("--orders", "1000")

    assert "200 products, 6 places, 4 channels, 1000 orders in 60 days." in text
    assert Order.objects.count() == 1000
    assert Product.objects.filter(is_bundle=True).count() == 12
    assert Barcode.objects.count() > 200
    assert set(counted(Order, "currency")) == {"EUR", "USD", "GBP"}
    assert {name for name, rows in queues_of_the_shop().items() if not rows} == set()
    assert not OrmQ.objects.exists()


@pytest.mark.django_db
def test_a_database_that_holds_something_is_left_as_it_is(settings, world):
    settings.DEBUG = True

    with pytest.raises(CommandError, match="fills an empty one only"):
        seed()
    assert seed("--if-empty") == ""

    assert Channel.objects.count() == 1
    assert not Product.objects.filter(sku="MUG-OAK").exists()


@pytest.mark.django_db(transaction=True)
def test_whoever_stops_it_leaves_the_database_empty(settings, monkeypatch):
    settings.DEBUG = True

    def stop(*_words):
        raise KeyboardInterrupt

    monkeypatch.setattr(days.Demo, "_evening", stop)

    with pytest.raises(KeyboardInterrupt):
        seed()

    assert not Location.objects.exists()
    assert not Order.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("debug", "words", "reason"),
    [
        (False, [], "DEBUG=0"),
        (True, ["--orders", "5"], "at least 100"),
        (True, ["--days", "5"], "at least 20"),
    ],
)
def test_what_is_refused_says_why(settings, debug, words, reason):
    settings.DEBUG = debug

    with pytest.raises(CommandError, match=reason):
        seed(*words)


def test_the_plan_is_the_same_every_time():
    first, second = (plan(USUAL, FIRST_DAY, NOW) for _time in range(2))
    other_day = timedelta(days=7)
    later = plan(USUAL, FIRST_DAY + other_day, NOW + other_day)

    assert first == second
    assert [each.order.lines for each in first] == [each.order.lines for each in later]
    assert len({each.order.external_id for each in first}) == USUAL
    moments = [each.order.placed_at for each in first]
    assert moments == sorted(moments)
    assert FIRST_DAY < moments[0] < moments[-1] <= NOW


def test_what_is_paid_is_the_total():
    paid = [p.order for p in plan(USUAL, FIRST_DAY, NOW) if p.order.payments]

    assert len(paid) > 500
    for order in paid:
        claimed = order.total_amount
        assert order.payments[0].amount == total(order)
        assert claimed is None or total(order) - claimed == Decimal("0.01")


def test_every_fate_is_there():
    fates = Counter(each.fate for each in plan(USUAL, FIRST_DAY, NOW))

    assert set(fates) == set(Fate)
    assert fates[Fate.PLAIN] > USUAL * 0.85


def test_barcodes_are_right_and_unique():
    items = catalogue.items()
    codes = [code for item in items for code in item.barcodes]

    assert len(items) == len({item.sku for item in items}) == 200
    assert len(codes) == len(set(codes))
    for code in codes:
        odd, even = (sum(map(int, code[start::2])) for start in (0, 1))
        assert len(code) == 13
        assert (odd + 3 * even) % 10 == 0
