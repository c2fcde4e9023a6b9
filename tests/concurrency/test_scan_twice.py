"""The same scan sent twice at the same moment, as a network that tries again does."""

from functools import partial

import pytest
from psycopg.errors import UniqueViolation

from fulfillment.models import PackScan
from fulfillment.services import packing, scanning
from tests import shop
from tests.concurrency import racing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scan_twice(world, monkeypatch):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 5)])
    shop.advance([order], to="picking")
    [work] = shop.works_of([order])
    facts = {"box": work.pk, "after": 0, "places": None, "actor": "pat"}

    def run() -> list:
        racing.dawdle(monkeypatch, packing, "lock_work", 0.2)
        return racing.race([partial(scanning.scan, "SHIRT", **facts)] * 2)

    return run


def test_it_counts_once_and_the_other_is_told(scan_twice):
    answers = scan_twice()

    assert not racing.errors(answers)
    assert sorted(answer.title for answer in answers) == [
        "4 pieces to go",
        "This scan was counted already",
    ]
    assert PackScan.objects.count() == 1


def test_without_the_lock_the_database_refuses_the_second(scan_twice, monkeypatch):
    racing.unlock_rows(monkeypatch)
    racing.meet(monkeypatch, scanning, "product_of", 2)  # the box is read

    answers = scan_twice()

    assert [type(error) for error in racing.errors(answers)] == [UniqueViolation]
    assert PackScan.objects.count() == 1
