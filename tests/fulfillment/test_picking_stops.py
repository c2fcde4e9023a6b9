"""Picking by scan: what stops a slot, and what is missing at a stop."""

import pytest

from fulfillment.models import PickScan
from oms.core.models import WorkItem
from oms.invariants import violations
from orders.services import cancellation, holds
from tests import shop
from tests.fulfillment.test_picking import order_in, walker, wave
from tests.fulfillment.walker import slots_of
from tests.snapshot import tables

__all__ = ["walker", "wave"]  # fixtures

pytestmark = pytest.mark.django_db


def hold(order):
    new = holds.NewHold(order.pk, "incorrect_address", ["ship"], "user:anna", "look")
    assert not holds.place_holds([new], actor="user:anna").refused


def test_a_held_order_is_a_red_stop_and_the_others_go_on(walker, wave):
    held = order_in(wave, "B")
    walker.scan("MUG")
    hold(held)

    walker.scan("MUG")

    assert walker.refused
    assert walker.said.startswith(
        f"STOP: put aside: Slot B, order {held.number}: it is"
    )
    assert PickScan.objects.count() == 1
    assert slots_of(wave).keys() == {"A", "C"}
    assert walker.scan("MUG").title == "STOP: one too many"
    assert violations() == []


def test_a_cancelled_order_is_a_red_stop(walker, wave):
    gone = order_in(wave, "A")
    walker.scan("MUG")
    facts = {"reason": "changed", "actor": "anna", "force": True}
    assert not cancellation.cancel_orders([gone], **facts).refused

    walker.scan("MUG")

    assert f"Slot A, order {gone.number}: it is cancelled" in walker.answer.text
    assert walker.scan("MUG").title == "1 into slot B"


def test_the_last_stop_finishes_the_wave_though_its_orders_were_stopped(walker, wave):
    for slot in "ABC":
        hold(order_in(wave, slot))

    walker.scan("MUG")

    wave.refresh_from_db()
    assert wave.finished_at
    assert violations() == []


def test_what_is_missing_is_routed_again_and_the_rest_goes_on(walker, wave, world):
    orders = [order_in(wave, slot) for slot in "AB"]
    walker.scan("MUG")

    walker.short()

    assert walker.said == (
        "Told as missing: Slot B goes on without 2 × Product MUG (MUG). From A-10: 3 × "
        "Product SHIRT (SHIRT). Slots: A 2, C 1."
    )
    assert slots_of(wave).keys() == {"A", "C"}
    [elsewhere] = shop.works_of(orders[1:])
    assert elsewhere.location == world.nyc
    level = world.mug.stock_levels.get(location=world.ber)
    assert (level.on_hand, level.allocated) == (1, 1)
    assert violations() == []


def test_what_nobody_has_waits_with_a_work_item(walker, wave, world):
    order = order_in(wave, "C")
    walker.scan("A-10")
    world.shirt.stock_levels.exclude(location=world.ber).update(safety_stock=1000)

    walker.short("damaged")

    order.refresh_from_db()
    waiting = order.lines.get().waiting_quantity
    other = {w.location.code for w in shop.works_of([order])}
    assert (waiting, other) in ((1, set()), (0, {"BER"}))
    level = world.shirt.stock_levels.get(location=world.ber, condition="damaged")
    assert level.on_hand == 3
    items = WorkItem.objects.filter(kind="shortage", status="open")
    assert items.filter(subject_id=order.pk).exists() == bool(waiting)
    assert violations() == []


@pytest.mark.parametrize("code", ["", "other", "no_capacity", None, "x" * 500])
def test_a_bad_reason_changes_nothing(walker, code):
    walker.scan("MUG")
    before = tables()

    assert walker.short(code).title == "STOP: not counted"
    assert tables() == before


def test_a_stop_that_is_done_by_now_is_not_told_missing(walker):
    page = walker.page
    walker.scan("MUG", "MUG", "MUG")
    late = page._replace(after=walker.answer.scans)

    assert walker.short(page=late).title == "Nothing is missing"
