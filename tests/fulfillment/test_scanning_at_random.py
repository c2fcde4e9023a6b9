"""Whatever is scanned in whatever order: what has left is what was ordered."""

from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fulfillment.models import PackScan
from inventory.models import Barcode, Product
from oms.invariants import violations
from tests import shop
from tests.factories.rates import make_service
from tests.fulfillment.packer import Packer

EXAMPLES, SCANS = 40, 40
BARCODES = {"S-1": "SHIRT", "S-2": "SHIRT", "M-1": "MUG", "P-1": "POSTER"}
GOODS = [*BARCODES, "SHIRT", "MUG", "POSTER"]
WISHES = [[("SHIRT", 2), ("MUG", 1)], [("MUG", 2)], [("SHIRT", 1), ("SHIRT", 1)]]
MOVES = [*GOODS, "first", "second", "third", "?", "aside", "again", "old page"]
MOVES += ["wanted"] * len(MOVES)  # so that some boxes become full

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(world):
    for code, sku in BARCODES.items():
        Barcode.objects.create(code=code, product=Product.objects.get(sku=sku))
    make_service("standard")
    orders = [shop.place_orders(world.channel, lines=wish)[0] for wish in WISHES]
    shop.advance(orders, to="released")
    return dict(zip(("first", "second", "third"), orders, strict=True))


class Honest(Packer):
    """Puts a piece into the box only when the station says that it counted."""

    def __init__(self, orders):
        super().__init__()
        self.orders = orders
        self.boxes = {work.pk: Counter() for work in shop.works_of(orders.values())}
        self.old = self.page

    @property
    def wanted(self) -> str:
        box = self.answer.box if self.answer else None
        rows = [row for row in box.rows if row.lacking] if box else []
        return rows[0].line.order_line.sku if rows else "MUG"

    def do(self, move: str) -> None:
        page = self.page
        if move == "aside":
            self.answer = None
        elif move == "again":
            self.start_again()
            if page["box"] and not self.refused:
                self.boxes[page["box"]].clear()
        elif move in self.orders:
            self.scan(self.orders[move].number)
        else:
            code, used = self.wanted if move == "wanted" else move, page
            if move == "old page":
                code, used = "MUG", self.old
            self.scan(code, **used)
            if self.answer.line or self.answer.title == "Shipped":
                self.boxes[used["box"]][BARCODES.get(code, code)] += 1
        self.old = page


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(moves=st.lists(st.sampled_from(MOVES), min_size=5, max_size=SCANS))
def test_what_left_is_what_was_ordered(orders, moves):
    with transaction.atomic():
        packer = Honest(orders)
        for move in moves:
            packer.do(move)

        for work in shop.works_of(orders.values()):
            box = packer.boxes[work.pk]
            scans = PackScan.objects.filter(fulfillment_order=work, taken_out_at=None)
            assert scans.count() == box.total()
            for parcel in work.shipments.exclude(status="draft"):
                ordered = pieces(work.order.lines.all())
                assert pieces(parcel.lines.all()) == ordered == box
        assert violations() == []
        transaction.set_rollback(True)


def pieces(lines) -> Counter:
    found = Counter()
    for line in lines:
        found[getattr(line, "order_line", line).sku] += line.quantity
    return found
