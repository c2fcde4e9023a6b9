"""Whatever is picked, packed, counted and told missing in whatever order: what has left
is what lay in the box, and nothing that was not ordered."""

from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fulfillment.models import FulfillmentOrderLine, PackScan, PickScan
from fulfillment.services import box_work
from oms.invariants import violations
from orders.services import cancellation, holds
from tests import shop
from tests.factories.rates import make_service
from tests.fulfillment.packer import Packer
from tests.fulfillment.walker import CODES, Walker, equip, make_wave

EXAMPLES, MOVES = 20, 40
GOODS = [*CODES, "SHIRT", "MUG", "POSTER", "?"]
PICKS = ["wave", "all", "short", "damaged", "2", "3", "old page", "A-2", *GOODS]
PACKS = ["A", "B", "C", "wave", "missing", "weigh", "aside", "again", *GOODS]
ODDS = ["hold", "lift", "cancel"]
ANY = st.one_of(
    st.tuples(st.just("pick"), st.sampled_from(PICKS + ["wanted"] * 12)),
    st.tuples(st.just("pick2"), st.sampled_from(PICKS + ["wanted"] * 12)),
    st.tuples(st.just("pack"), st.sampled_from(PACKS + ["wanted"] * 18)),
    st.tuples(st.just("odd"), st.sampled_from(ODDS)),
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave(world):
    equip(world)
    make_service("standard")
    return make_wave(world)[0]


class Floor:
    """Two pickers and a packer, who put pieces only where they are told to."""

    def __init__(self, wave):
        self.wave = wave
        works = wave.fulfillment_orders.select_related("order")
        self.orders = {work.slot: work.order for work in works}
        self.pickers = {"pick": Walker(), "pick2": Walker(actor="user:kim")}
        self.packer = Packer()
        self.old = self.pickers["pick"].page
        self.boxes: dict[int, Counter] = {}

    def do(self, who: str, move: str) -> None:
        if who == "odd":
            self.odd(move)
        elif who == "pack":
            self.pack(move)
        else:
            self.pick(self.pickers[who], move)

    def pick(self, walker: Walker, move: str) -> None:
        picked = counted()
        page = walker.page
        if move in ("short", "damaged"):
            walker.short("not_in_stock" if move == "short" else move)
        elif move == "all" or (move.isdigit() and len(move) == 1):
            walker.count(None if move == "all" else int(move))
        elif move == "old page":
            walker.scan("MUG", page=self.old)
        else:
            stop = walker.answer.stop if walker.answer else None
            wanted = stop.product.sku if stop else self.wave.number
            walker.scan({"wave": self.wave.number, "wanted": wanted}.get(move, move))
        if walker.refused:
            assert counted() <= picked
        self.old = page

    def pack(self, move: str) -> None:
        self.press(move)
        answer = self.packer.answer
        if answer and answer.title == "STOP: too much in the box":
            rows = {r.line.order_line.sku: r.counted for r in answer.box.rows}
            self.boxes[answer.box.work.pk] = Counter(rows)

    def press(self, move: str) -> None:
        packer, page = self.packer, self.packer.page
        if move == "aside":
            packer.answer = None
        elif move == "again":
            packer.start_again()
            if page["box"] and not packer.refused:
                self.boxes[page["box"]] = Counter()
        elif move in ("missing", "weigh"):
            self.key(move, page)
        elif move in ("wave", "A", "B", "C"):
            number = self.wave.number
            packer.scan(number if move == "wave" else f"{number}-{move}")
        else:
            code = self.wanted if move == "wanted" else move
            packer.scan(code)
            if packer.answer.line or packer.answer.title == "Shipped":
                box = self.boxes.setdefault(page["box"], Counter())
                box[CODES.get(code, code)] += 1

    def key(self, move: str, page: dict) -> None:
        facts = {"box": page["box"], "places": None, "actor": "user:pat"}
        if move == "weigh":
            self.packer.answer = box_work.weigh(700, **facts)
            return
        box = self.packer.answer.box if self.packer.answer else None
        lines = {row.line.pk for row in box.rows if row.lacking} if box else set()
        facts |= {"lines": lines, "after": page["after"]}
        self.packer.answer = box_work.tell_short("not_in_stock", **facts)

    def odd(self, move: str) -> None:
        order = self.orders["B"]
        if move == "cancel":
            facts = {"reason": "changed", "actor": "anna", "force": True}
            cancellation.cancel_orders([self.orders["C"]], **facts)
        elif move == "hold":
            new = holds.NewHold(order.pk, "other", ["ship"], "user:anna", "look")
            holds.place_holds([new], actor="user:anna")
        else:
            found = order.holds.filter(released_at=None)
            pks = list(found.values_list("pk", flat=True))
            holds.release_holds(pks, actor="user:anna", note="done")

    @property
    def wanted(self) -> str:
        box = self.packer.answer.box if self.packer.answer else None
        rows = [row for row in box.rows if row.lacking] if box else []
        return rows[0].line.order_line.sku if rows else f"{self.wave.number}-A"


def counted() -> Counter:
    lines = FulfillmentOrderLine.objects.filter(open_quantity__gt=0)
    return Counter(dict(lines.values_list("pk", "picked_quantity")))


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(moves=st.lists(ANY, min_size=8, max_size=MOVES))
def test_what_left_lay_in_the_box_and_was_ordered(wave, moves):
    with transaction.atomic():
        floor = Floor(wave)
        for move in moves:
            floor.do(*move)

        for order in floor.orders.values():
            ordered, left = pieces(order.lines.all()), Counter()
            for parcel in order.shipments.filter(status="shipped"):
                inside = pieces(parcel.lines.all())
                assert inside == floor.boxes[parcel.fulfillment_order_id]
                left += inside
            assert left <= ordered
        for line in FulfillmentOrderLine.objects.all():
            scans = PickScan.objects.filter(fulfillment_line=line)
            assert sum(scans.values_list("pieces", flat=True)) <= line.quantity
        for pk, box in floor.boxes.items():
            scans = PackScan.objects.filter(fulfillment_order=pk, taken_out_at=None)
            assert scans.count() <= box.total()
        assert violations() == []
        transaction.set_rollback(True)


def pieces(lines) -> Counter:
    found = Counter()
    for line in lines:
        found[getattr(line, "order_line", line).sku] += line.quantity
    return found


def test_the_pieces_of_the_world_are_counted(world):
    """What the assertions read is what the tables hold."""
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 2), ("MUG", 1)])

    assert pieces(order.lines.all()) == {"SHIRT": 2, "MUG": 1}
