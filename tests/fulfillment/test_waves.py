"""Waves: what goes in, what stays out and why, and taking them apart."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from fulfillment.documents.paper import bars
from fulfillment.models import FulfillmentOrder, Wave
from fulfillment.services import pick_lists, waves, work
from fulfillment.services.picking import walk_of, walking
from fulfillment.services.waves import NewWave
from inventory.models import Location, StockLevel
from inventory.services.bins import set_bins
from oms.invariants import violations
from orders.services import cancellation, holds
from tests import factories, shop
from tests.fulfillment.walker import equip, make_wave, slots_of
from tests.snapshot import reasons, tables

pytestmark = pytest.mark.django_db


def make(world, **wish):
    return waves.make_wave(NewWave(world.ber.pk, **wish), actor="test")


def hold(order, what="ship"):
    new = holds.NewHold(order.pk, "incorrect_address", [what], "user:anna", "look")
    assert not holds.place_holds([new], actor="user:anna").refused


def test_a_wave_releases_its_work_and_gives_each_part_a_slot(world):
    wave, orders = make_wave(world)

    assert wave.number == f"W-{wave.pk}"
    assert slots_of(wave) == {
        "A": {"SHIRT": (0, 2), "MUG": (0, 1)},
        "B": {"MUG": (0, 2)},
        "C": {"SHIRT": (0, 1)},
    }
    works = shop.works_of(orders)
    assert {each.status for each in works} == {"released"}
    assert violations() == []


def test_the_stops_stand_in_the_order_of_the_bins_and_add_up(world):
    equip(world)
    wave, _orders = make_wave(world)

    walk = walk_of(wave)

    assert [(stop.bin, stop.product.sku, stop.wanted) for stop in walk.stops] == [
        ("A-2", "MUG", 3),
        ("A-10", "SHIRT", 3),
    ]
    assert [slot.letter for slot in walk.stops[1].slots] == ["A", "C"]
    assert sum(s.wanted for stop in walk.stops for s in stop.slots) == walk.wanted == 6


def test_bins_without_a_name_come_last():
    assert sorted(["B", "", "A-10", "A-9", "A-9-B"], key=walking) == [
        "A-9",
        "A-9-B",
        "A-10",
        "B",
        "",
    ]


def test_what_is_held_stays_out_and_is_named(world):
    orders = shop.place_orders(world.channel, 3)
    hold(orders[0], "release")
    hold(orders[1], "ship")

    wanted = waves.propose(NewWave(world.ber.pk))
    out = make(world)

    assert [each.order_id for each in wanted.held] == [orders[0].pk, orders[1].pk]
    assert [each.order_id for each in wanted.works] == [orders[2].pk]
    assert out.done[0].fulfillment_orders.get().order_id == orders[2].pk
    assert violations() == []


def test_a_hold_or_cancellation_after_the_look_stays_out_with_its_reason(
    world, monkeypatch
):
    orders = shop.place_orders(world.channel, 3)
    seen = waves.propose(NewWave(world.ber.pk))
    hold(orders[0])
    cancellation.cancel_orders([orders[1]], reason="gone", actor="t").one()
    monkeypatch.setattr(waves, "propose", lambda wish: seen)

    out = make(world)

    first, second, third = (each.pk for each in seen.works)
    assert "it is on hold" in out.refused[first][0]
    assert "it is cancelled by now" in out.refused[second][0]
    assert out.done[0].fulfillment_orders.get().pk == third


def test_only_what_ships_by_the_cut_off_the_most_urgent_first(world):
    now = timezone.now()
    orders = shop.place_orders(world.channel, 4)
    for order, hours in zip(orders, (9, 3, None, 1), strict=True):
        ship_by = now + timedelta(hours=hours) if hours else None
        FulfillmentOrder.objects.filter(order=order).update(ship_by=ship_by)

    wave = make(world, cut_off=now + timedelta(hours=4)).one()

    found = wave.fulfillment_orders.order_by("slot")
    assert [each.order_id for each in found] == [
        orders[3].pk,
        orders[1].pk,
        orders[2].pk,
    ]


def test_orders_and_units_are_limited_and_the_first_always_fits(world):
    for pieces in (5, 4, 1):
        shop.place_orders(world.channel, lines=[("SHIRT", pieces)])

    wanted = waves.propose(NewWave(world.ber.pk, units=6))
    assert [each.units for each in wanted.works] == [5, 1]
    assert [each.units for each in wanted.too_big] == [4]
    assert (wanted.units, wanted.more) == (6, 0)
    one = waves.propose(NewWave(world.ber.pk, orders=1))
    assert ([each.units for each in one.works], one.more) == ([5], 2)
    assert len(waves.propose(NewWave(world.ber.pk, units=1)).works) == 1


def test_what_is_released_already_goes_in_too(world):
    [order] = shop.place_orders(world.channel)
    shop.advance([order], to="released")

    assert make(world).one().fulfillment_orders.get().order_id == order.pk


def test_work_is_in_one_wave_only(world):
    make_wave(world)
    before = tables()

    out = make(world)

    assert reasons(out) == [
        "BER has nothing to pick by then. Choose a later cut-off, or wait."
    ]
    assert tables() == before


def test_slots_go_on_after_z():
    assert waves.slots(28)[-3:] == ["Z", "AA", "AB"]


def bad_wishes(world):
    good = NewWave(world.ber.pk)
    supplier = factories.LocationFactory(kind=Location.Kind.SUPPLIER)
    for key in (supplier.pk, 0, 2**70, None, "1", True, 1.0, [1]):
        yield good._replace(location_id=key)
    for number in (0, -1, 101, True, None, "3", 1.5, 10**30):
        yield good._replace(orders=number)
        yield good._replace(units=number if number != 101 else 10_001)
    for time in ("soon", 5, datetime(2026, 1, 1, tzinfo=UTC).date()):
        yield good._replace(cut_off=time)


def test_bad_wishes_are_refused_and_change_nothing(world):
    shop.place_orders(world.channel)
    for wish in bad_wishes(world):
        before = tables()

        out = waves.make_wave(wish, actor="t")

        assert (list(out.refused), out.done) == ([0], []), wish
        assert all(len(text) > 20 for text in reasons(out))
        assert tables() == before


def test_a_wave_that_nobody_has_begun_is_taken_apart(world):
    wave, orders = make_wave(world)

    waves.cancel_waves([wave], actor="t").one()

    assert not wave.fulfillment_orders.exists()
    assert {each.status for each in shop.works_of(orders)} == {"released"}
    assert "is cancelled already" in reasons(waves.cancel_waves([wave], actor="t"))[0]
    assert make(world).one().fulfillment_orders.count() == 3
    assert violations() == []


def test_a_wave_that_is_begun_is_not_taken_apart(world):
    wave, orders = make_wave(world)
    work.start_picking(shop.works_of(orders)[:1], actor="t").one()
    before = tables()

    out = waves.cancel_waves([wave], actor="t")

    assert "somebody has begun to pick it" in reasons(out)[0]
    assert tables() == before


def test_the_paper_has_a_code_for_the_wave_and_for_each_slot(world):
    equip(world)
    wave, _orders = make_wave(world, [[("SHIRT", 1)]] * 30)

    paper = pick_lists.pick_list(walk_of(Wave.objects.get(pk=wave.pk)))

    assert paper.startswith(b"%PDF")
    assert paper.count(b"/MediaBox [0 0 595.28 841.89]") >= 1
    assert bars(wave.number)


def test_bins_are_kept_on_the_timeline(world):
    level = StockLevel.objects.get(product=world.shirt, location=world.ber)

    out = set_bins({level.pk: " a-1 ", 0: "X"}, actor="t")

    level.refresh_from_db()
    assert level.bin == "A-1"
    assert list(out.refused) == [0]
    for text in ("x" * 33, "a\nb", "\x00", None, 5):
        assert list(set_bins({level.pk: text}, actor="t").refused) == [level.pk]


def test_making_costs_the_same_for_one_and_for_thirty(world, statements):
    def prepare(size):
        shop.place_orders(world.channel, size)
        return size

    counts = statements.by_size(prepare, lambda _size: make(world).one(), (1, 30))

    assert counts[1] == counts[30], counts


def test_taking_apart_costs_the_same_for_one_and_for_ten(world, statements):
    def prepare(size):
        return [make_wave(world, [[("SHIRT", 1)]])[0] for _ in range(size)]

    counts = statements.by_size(
        prepare, lambda found: waves.cancel_waves(found, actor="t"), (1, 10)
    )

    assert counts[1] == counts[10], counts


def test_naming_bins_costs_the_same_for_one_and_for_three(world, statements):
    pks = list(StockLevel.objects.order_by("pk").values_list("pk", flat=True)[:3])

    counts = statements.by_size(
        lambda size: dict.fromkeys(pks[:size], f"Z-{size}"),
        lambda bins: set_bins(bins, actor="t"),
        (1, 3),
    )

    assert counts == {1: 3, 3: 3}
