"""Whatever a file does to stock and orders, its undo gives back what was there."""

import random

import pytest

from inventory.models import StockLevel
from oms.core.files.models import ImportRun
from orders.models import Order
from tests.exports.asking import export
from tests.exports.reading import body
from tests.files.importing import apply, send, undo
from tests.files.test_order_files import HEADER, row

pytestmark = pytest.mark.django_db
PLACES = [(sku, place) for sku in ("SHIRT", "MUG") for place in ("BER", "NYC")]
STOCK = "product__sku", "location__code", "condition", "on_hand", "allocated"
STOCK += "available", "safety_stock", "bin"
LIVE = "number", "status", "total_amount", "lines__sku", "lines__quantity"
LIVE += ("lines__allocated_quantity",)


def stock() -> str:
    return repr(list(StockLevel.objects.order_by("pk").values_list(*STOCK)))


def live_orders() -> str:
    rows = Order.objects.exclude(status="cancelled").order_by("pk", "lines__position")
    return repr(list(rows.values_list(*LIVE)))


@pytest.mark.parametrize("seed", range(4))
def test_undo_of_stock_gives_back_each_number(world, seed):
    dice, before = random.Random(seed), stock()
    for kind, least in (("on_hand", 0), ("adjustment", -100)):
        lines = [
            f"{sku},{place},{dice.randint(least, 300)},seed {seed}\n"
            for sku, place in dice.sample(PLACES, dice.randint(1, len(PLACES)))
        ]
        run = apply(send(f"sku,location,{kind},reason\n" + "".join(lines)))
        assert undo(run).status == ImportRun.Status.UNDONE
        assert stock() == before


@pytest.mark.parametrize("seed", range(2))
def test_undo_of_orders_leaves_the_others_and_the_stock(world, seed):
    dice = random.Random(seed)
    apply(send(HEADER + row("KEPT"), "kept.csv", channel="shop"))
    before = stock(), live_orders()
    rows = [
        row(f"A-{dice.randint(1, 4)}", dice.choice(["SHIRT", "MUG"]), quantity)
        for quantity in dice.choices("123", k=6)
    ]
    run = apply(send(HEADER + "".join(rows), "more.csv", channel="shop"))
    assert (stock(), live_orders()) != before
    assert undo(run).status == ImportRun.Status.UNDONE
    assert (stock(), live_orders()) == before


@pytest.mark.parametrize("what", ["stock", "stock_set"])
def test_levels_that_an_undone_file_has_made_are_in_no_export(
    world, admin_client, what
):
    for n in (4, 0):  # sold out: it was there
        apply(send(f"sku,location,on_hand\nPOSTER,HAM,{n}\n"))
    before = body(export(admin_client, what, "csv"))
    lines = "".join(f"{sku},HAM,7\n" for sku in ("SHIRT", "POSTER"))
    run = apply(send(f"sku,location,on_hand\n{lines}MUG,HAM,0\n"))
    assert body(export(admin_client, what, "csv")) != before
    assert b"POSTER" in before
    undo(run)
    assert StockLevel.objects.filter(location__code="HAM").count() == 3
    assert body(export(admin_client, what, "csv")) == before
