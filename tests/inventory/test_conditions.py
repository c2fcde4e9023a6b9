"""Goods change their condition where they stand; safety stock is not promised."""

import pytest

from inventory.models import StockLevel, StockMovement
from inventory.selectors import availability, bundle_availability, pool_availability
from inventory.services import conditions, safety, stock
from inventory.services.conditions import ConditionChange
from inventory.services.safety import SafetyStock
from oms.core.models import Event
from oms.invariants import violations
from tests import factories, shop
from tests.snapshot import reasons, tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def change(world):
    place = world.mug.pk, world.ber.pk
    return ConditionChange(*place, 4, "sellable", "quarantine", "wet box")


def on_hand(product, place) -> dict[str, int]:
    levels = StockLevel.objects.filter(product=product, location=place)
    return dict(levels.values_list("condition", "on_hand"))


def test_pieces_move_from_one_condition_to_another(world, change):
    out = conditions.change_condition([change], actor="walter")

    assert on_hand(world.mug, world.ber) == {"sellable": 96, "quarantine": 4}
    assert [(row.kind, row.on_hand_delta, row.reason) for row in out.done] == [
        ("condition_changed", -4, "wet box"),
        ("condition_changed", 4, "wet box"),
    ]
    back = change._replace(was="quarantine", becomes="damaged", quantity=1)
    conditions.change_condition([back], actor="walter").one()
    [parts] = availability([world.mug.pk], [world.ber.pk]).values()
    assert (parts.on_hand, parts.quarantine, parts.damaged) == (96, 3, 1)
    assert violations() == []


def test_promised_pieces_stay_sellable_until_they_are_counted(world, change):
    shop.receive(world.ber, {"POSTER": 3})
    shop.place_orders(world.channel, lines=[("POSTER", 2)])
    before = tables()

    out = conditions.change_condition(
        [change._replace(product_id=world.poster.pk, quantity=2)], actor="t"
    )

    assert reasons(out) == [
        "POSTER at BER: 3 on hand, 2 of them promised to orders; -2 would leave too "
        "few. Take less, or enter a count, which frees the orders that lose their "
        "pieces."
    ]
    after = tables()
    before.pop("StockLevel"), after.pop("StockLevel")  # an empty level was made
    assert after == before


def test_a_change_that_cannot_end_does_not_begin(world, change):
    changes = [change._replace(quantity=60)] * 2

    out = conditions.change_condition(changes, actor="t")

    assert list(out.refused) == [1]
    assert on_hand(world.mug, world.ber) == {"sellable": 40, "quarantine": 60}


def test_bad_changes_are_refused(world, change):
    bad = [
        *(change._replace(quantity=n) for n in (0, -1, 1.5, "3", None, True, 10**30)),
        *(change._replace(was=was) for was in ("melted", None, 5, [])),
        change._replace(becomes="sellable"),
        *(change._replace(reason=text) for text in ("", " ", None, "\x00", "x" * 201)),
        *(change._replace(product_id=key) for key in (2**70, "x", None, True, [])),
        change._replace(location_id=999_999_999),
        change._replace(product_id=world.giftcard.pk),
    ]

    out = conditions.change_condition(bad, actor="t")

    assert sorted(out.refused) == list(range(len(bad)))
    assert all(len(text) > 20 for text in reasons(out))
    assert not StockMovement.objects.filter(kind="condition_changed").exists()


def test_changing_conditions_costs_the_same_for_one_and_for_a_hundred(
    world, change, statements
):
    counts = statements.by_size(
        lambda n: [change._replace(quantity=1)] * n + [change._replace(reason="")],
        lambda changes: conditions.change_condition(changes, actor="t"),
        sizes=(1, 90),
    )

    assert counts == {1: 7, 90: 6}  # the first one makes the level


# --- Safety stock ---------------------------------------------------------------------


@pytest.fixture
def keep(world):
    def keep(product, place, pieces):
        row = SafetyStock(product.pk, place.pk, pieces)
        return safety.set_safety_stock([row], actor="mia").one()

    return keep


def test_f19_the_numbers_explain_what_may_be_promised(world, keep, change):
    keep(world.mug, world.ber, 10)
    shop.place_orders(world.channel, lines=[("MUG", 5)])
    conditions.change_condition([change], actor="t").one()

    [parts] = availability([world.mug.pk], [world.ber.pk]).values()

    assert (parts.on_hand, parts.allocated, parts.safety_stock) == (96, 5, 10)
    assert parts.atp == parts.on_hand - parts.allocated - parts.safety_stock == 81
    assert parts.quarantine == 4


def test_f20_every_number_is_the_sum_of_its_movements(world, change):
    [order] = shop.place_orders(world.channel, lines=[("MUG", 5)])
    conditions.change_condition([change], actor="t").one()
    shop.advance([order], to="shipped")

    for level in StockLevel.objects.all():
        moved = level.movements.values_list("on_hand_delta", "allocated_delta")
        assert sum(delta for delta, _ in moved) == level.on_hand
        assert sum(delta for _, delta in moved) == level.allocated


def test_safety_stock_is_not_promised_to_new_orders(world, keep):
    shop.receive(world.ber, {"POSTER": 3})
    shop.receive(world.nyc, {"POSTER": 3})
    keep(world.poster, world.ber, 2)

    [order] = shop.place_orders(world.channel, lines=[("POSTER", 6)])

    pieces = {w.location.code: w.lines.get().quantity for w in shop.works_of([order])}
    assert pieces == {"BER": 1, "NYC": 3}


def test_safety_stock_stops_nobody_from_sending_what_is_promised(world, keep):
    shop.receive(world.ber, {"POSTER": 3})
    [order] = shop.place_orders(world.channel, lines=[("POSTER", 3)])
    keep(world.poster, world.ber, 50)

    shop.advance([order], to="shipped")

    order.refresh_from_db()
    assert order.status == "completed"
    assert violations() == []


def test_goods_below_the_safety_stock_serve_nobody_until_it_is_lowered(
    world, keep, drain_queue
):
    [order] = shop.place_orders(world.channel, lines=[("POSTER", 2)])
    keep(world.poster, world.ber, 5)
    shop.receive(world.ber, {"POSTER": 5})
    drain_queue()
    assert order.lines.get().allocated_quantity == 0

    keep(world.poster, world.ber, 4)
    drain_queue()
    assert order.lines.get().allocated_quantity == 1
    keep(world.poster, world.ber, 0)
    drain_queue()

    assert order.lines.get().allocated_quantity == 2


def test_who_set_the_safety_stock_is_told(world, keep):
    keep(world.mug, world.ber, 5)
    keep(world.mug, world.ber, 5)
    keep(world.mug, world.ber, 7)

    events = Event.objects.filter(action="stocklevel.safety_stock_set").order_by("id")
    assert [(event.actor, event.data) for event in events] == [
        ("mia", {"before": 0, "after": 5}),
        ("mia", {"before": 5, "after": 7}),
    ]


def test_bad_safety_stock_is_refused(world):
    good = SafetyStock(world.mug.pk, world.ber.pk, 5)
    bad = [
        *(good._replace(pieces=n) for n in (-1, 1.0, "1", None, True, 2**31, 10**30)),
        *(good._replace(product_id=key) for key in (2**70, "x", None, True)),
        good._replace(location_id=999_999_999),
        good._replace(product_id=world.giftcard.pk),
    ]
    before = tables()

    out = safety.set_safety_stock(bad, actor="t")

    assert sorted(out.refused) == list(range(len(bad)))
    assert tables() == before


def test_setting_safety_stock_costs_the_same_for_one_and_for_many(world, statements):
    def prepare(n):
        products = [factories.ProductFactory() for _ in range(n)]
        return [SafetyStock(product.pk, world.ber.pk, 3) for product in products]

    counts = statements.by_size(
        prepare, lambda rows: safety.set_safety_stock(rows, actor="t")
    )

    assert counts == {1: 7, 100: 7}


# --- Availability ---------------------------------------------------------------------


def test_a_bundle_is_available_as_far_as_its_scarcest_component(world, keep):
    shop.receive(world.ber, {"POSTER": 3})
    shop.receive(world.nyc, {"POSTER": 2})
    kit, card, empty = (
        factories.ProductFactory(sku=sku, is_bundle=True, tracks_stock=False)
        for sku in ("KIT", "CARD", "EMPTY")
    )
    kit.components.create(component=world.poster, quantity=2)
    kit.components.create(component=world.mug, quantity=1)
    kit.components.create(component=world.giftcard, quantity=1)
    card.components.create(component=world.giftcard, quantity=1)

    found = bundle_availability([kit.pk, card.pk, empty.pk])

    assert found == {kit.pk: 2, card.pk: None, empty.pk: 0}
    keep(world.poster, world.ber, 9)  # that place promises none: 2 in all
    assert bundle_availability([kit.pk]) == {kit.pk: 1}
    assert pool_availability([world.poster.pk])[world.poster.pk].atp == 2
    pool = factories.LocationGroupFactory(locations=[world.ber])
    assert bundle_availability([kit.pk], pool) == {kit.pk: 0}


def test_conditions_do_not_call_for_waiting_orders(world, change):
    sent = []
    from inventory.signals import stock_changed

    def told(risen, **_kwargs):
        sent.append(risen)

    stock_changed.connect(told)
    try:
        conditions.change_condition([change], actor="t").one()
        back = change._replace(was="quarantine", becomes="sellable")
        conditions.change_condition([back], actor="t").one()
        damaged = stock.StockChange(world.mug.pk, world.ber.pk, 1, "", "damaged")
        stock.restock([damaged], actor="t").one()
    finally:
        stock_changed.disconnect(told)

    assert sent == [set(), {world.mug.pk}]
