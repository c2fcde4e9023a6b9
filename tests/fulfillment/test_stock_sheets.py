"""Sheets of stock: booked whole or not at all, once, and taken back."""

import pytest

from fulfillment.services import shortage
from inventory.models import StockLevel
from inventory.services import sheets
from inventory.services.stock import StockChange
from oms.core.models import WorkItem
from tests import factories
from tests.concurrency import racing


def on_hand(product, place) -> int:
    return StockLevel.objects.get(
        product=product, location=place, condition="sellable"
    ).on_hand


def lot(n: int) -> list[StockChange]:
    place = factories.LocationFactory()
    products = [factories.ProductFactory() for _ in range(n)]
    return [StockChange(product.pk, place.pk, 5) for product in products]


def test_sheets_take_as_many_statements_for_ten_rows(world, statements):
    numbers = iter(range(100, 200))

    def receive(changes):
        sheets.receive_sheet(changes, sheet=next(numbers), actor="t")

    def undo(number):
        sheets.undo_sheet(number, reason="x", actor="t")

    def booked(n):
        number = next(numbers)
        sheets.receive_sheet(lot(n), sheet=number, actor="t")
        return number

    def count(changes):
        counts = [
            shortage.Count(c.product_id, c.location_id, 4, "x", expected=0)
            for c in changes
        ]
        shortage.count_stock(counts, actor="t", whole=True)

    for prepare, call in ((lot, receive), (booked, undo), (lot, count)):
        counts = statements.by_size(prepare, call, sizes=(1, 10))
        assert counts[1] == counts[10], call


def test_a_sheet_is_received_whole_or_not_at_all(world):
    rows = [
        StockChange(world.mug.pk, world.ber.pk, 5),
        StockChange(world.mug.pk, world.ber.pk, 0),
    ]

    out = sheets.receive_sheet(rows, sheet=1, actor="t")

    assert (out.done, list(out.refused)) == ([], [1])
    assert on_hand(world.mug, world.ber) == 100


def test_counts_are_booked_whole_or_not_at_all(world):
    place = world.ber.pk
    rows = [
        shortage.Count(world.mug.pk, place, 90, "x", expected=100),
        shortage.Count(world.shirt.pk, place, 90, "x", expected=99),
    ]

    stale = shortage.count_stock(rows, actor="t", whole=True)
    bad = shortage.count_stock(
        [rows[0], rows[1]._replace(counted=-1)], actor="t", whole=True
    )

    assert [list(out.refused) for out in (stale, bad)] == [[1], [1]]
    assert stale.done == bad.done == []
    assert on_hand(world.mug, world.ber) == 100
    assert not WorkItem.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_send_the_same_sheet_book_it_once(world):
    rows = [StockChange(world.mug.pk, world.ber.pk, 5)]

    def send():
        sheets.receive_sheet(rows, sheet=77, actor="t")

    racing.race([send, send])

    assert on_hand(world.mug, world.ber) == 105
