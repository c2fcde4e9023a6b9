"""Bundles: sold as one line, sent as their components."""

import pytest

from fulfillment.services import shipping, work
from inventory.models import BundleComponent, Product
from inventory.services import stock
from oms.core.models import WorkItem
from oms.invariants import violations
from orders.models import OrderLine
from orders.services import cancellation, confirmation
from tests import factories, shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def kit(world):
    """KIT: 2 SHIRT, 1 POSTER and a GIFTCARD, which keeps no stock."""
    parts = [(world.shirt, 2), (world.poster, 1), (world.giftcard, 1)]
    return bundle("KIT", parts)


def bundle(sku, parts) -> Product:
    product = factories.ProductFactory(sku=sku, is_bundle=True, tracks_stock=False)
    for component, pieces in parts:
        product.components.create(component=component, quantity=pieces)
    return product


def lines(order):
    """(position, SKU, quantity, cancelled, allocated, shipped, delivered, waiting)"""
    names = ("position", "sku", "quantity", "cancelled_quantity", "allocated_quantity")
    names += ("shipped_quantity", "delivered_quantity", "waiting_quantity")
    return list(order.lines.order_by("position").values_list(*names))


def counters(order):
    """{SKU: (allocated, shipped, delivered, waiting)}"""
    return {row[1]: row[4:] for row in lines(order)}


def cut(pieces, **options):
    given = {"reason": "changed mind", "actor": "test"} | options
    return cancellation.cancel_lines(pieces, **given)


def test_f24_a_kit_is_sold_and_its_components_are_allocated(world, kit):
    shop.receive(world.ber, {"POSTER": 10})

    [order] = shop.place_orders(
        world.channel, lines=[("KIT", 3, "40.00"), ("MUG", 1, "5.00")]
    )

    assert lines(order) == [
        (1, "KIT", 3, 0, 3, 0, 0, 0),
        (2, "SHIRT", 6, 0, 6, 0, 0, 0),
        (3, "POSTER", 3, 0, 3, 0, 0, 0),
        (4, "GIFTCARD", 3, 0, 3, 0, 0, 0),
        (5, "MUG", 1, 0, 1, 0, 0, 0),
    ]
    assert (order.status, order.total_amount) == ("confirmed", 125)
    [job] = shop.works_of([order])
    held = {line.order_line.sku: line.quantity for line in job.lines.all()}
    assert held == {"SHIRT": 6, "POSTER": 3, "GIFTCARD": 3, "MUG": 1}
    assert violations() == []


def test_f24_a_kit_goes_all_the_way_with_its_components(world, kit):
    shop.receive(world.ber, {"POSTER": 10})
    [order] = shop.place_orders(world.channel, lines=[("KIT", 2)])

    shop.advance([order], to="delivered")

    order.refresh_from_db()
    assert (order.status, order.phase) == ("completed", "delivered")
    assert set(counters(order).values()) == {(0, 2, 2, 0), (0, 4, 4, 0)}
    assert violations() == []


def test_a_kit_that_lacks_one_component_waits(world, kit, drain_queue):
    shop.receive(world.ber, {"POSTER": 1})

    [order] = shop.place_orders(world.channel, lines=[("KIT", 2)])

    assert counters(order)["KIT"] == (1, 0, 0, 1)
    assert order.phase == "awaiting_stock"
    shop.receive(world.nyc, {"POSTER": 1})
    drain_queue()
    assert counters(order)["KIT"] == (2, 0, 0, 0)
    assert violations() == []


def test_a_kit_is_shipped_when_the_last_of_its_components_is(world, kit):
    shop.receive(world.nyc, {"POSTER": 1})
    stock.adjust(
        [stock.StockChange(world.shirt.pk, world.nyc.pk, -100, "gone")], actor="t"
    )
    [order] = shop.place_orders(world.channel, lines=[("KIT", 1)])
    shop.advance([order], to="packed")
    first, second = shop.parcels_of([order])

    shipping.ship_shipments({first.pk: shipping.Label("T1")}, actor="t").one()
    order.refresh_from_db()
    assert (counters(order)["KIT"], order.status) == ((1, 0, 0, 0), "processing")
    shipping.ship_shipments({second.pk: shipping.Label("T2")}, actor="t").one()

    order.refresh_from_db()
    assert (counters(order)["KIT"], order.status) == ((0, 1, 0, 0), "completed")
    assert violations() == []


def test_defect_5_lines_that_share_a_component_are_checked_together(world, kit):
    """Two lines of one component were checked alone, each against all there is."""
    shop.receive(world.ber, {"POSTER": 3})
    bundle("TWIN", [(world.poster, 1), (world.mug, 1)])

    [order] = shop.place_orders(
        world.channel, lines=[("KIT", 2), ("TWIN", 2), ("POSTER", 1)]
    )

    posters = OrderLine.objects.filter(order=order, sku="POSTER").order_by("position")
    assert [line.allocated_quantity for line in posters] == [2, 1, 0]
    level = world.poster.stock_levels.get()
    assert (level.on_hand, level.allocated) == (3, 3)
    assert counters(order)["TWIN"] == (1, 0, 0, 1)
    assert violations() == []


def test_the_composition_is_frozen(world, kit):
    [order] = shop.place_orders(world.channel, lines=[("KIT", 1)])
    before = lines(order)

    BundleComponent.objects.all().delete()
    Product.objects.filter(pk=kit.pk).update(is_bundle=False)
    confirmation.confirm_orders([order], actor="t")

    assert lines(order) == before


@pytest.mark.parametrize("step", [None, "released", "picking", "packed"])
def test_cancelling_bundles_cancels_their_components(world, kit, step):
    shop.receive(world.ber, {"POSTER": 2})
    [order] = shop.place_orders(world.channel, lines=[("KIT", 3, "40.00")])
    if step:
        shop.advance([order], to=step)
    line = order.lines.get(sku="KIT")

    cut({line.pk: 2}, force=True).one()

    assert lines(order) == [
        (1, "KIT", 3, 2, 1, 0, 0, 0),
        (2, "SHIRT", 6, 4, 2, 0, 0, 0),
        (3, "POSTER", 3, 2, 1, 0, 0, 0),
        (4, "GIFTCARD", 3, 2, 1, 0, 0, 0),
    ]
    order.refresh_from_db()
    assert order.total_amount == 40
    assert violations() == []
    cut({line.pk: 1}, force=True).one()
    order.refresh_from_db()
    assert (order.status, order.total_amount) == ("cancelled", 0)
    assert violations() == []


def test_a_whole_order_with_a_bundle_is_cancelled(world, kit):
    shop.receive(world.ber, {"POSTER": 1})
    [order] = shop.place_orders(world.channel, lines=[("KIT", 2), ("MUG", 1)])

    cancellation.cancel_orders([order], reason="no", actor="t").one()

    assert {row[3:] for row in lines(order) if row[1] == "KIT"} == {(2, 0, 0, 0, 0)}
    assert world.shirt.stock_levels.filter(allocated__gt=0).count() == 0
    assert violations() == []


def test_a_component_alone_is_not_cancelled(world, kit):
    [order] = shop.place_orders(world.channel, lines=[("KIT", 1)])
    part = order.lines.get(sku="SHIRT")

    out = cut({part.pk: 1})

    assert out.refused == {
        part.pk: [
            f"{order}, line 2 (SHIRT): it is a part of the bundle on line 1. Cancel "
            "that line; its parts go with it."
        ]
    }


def test_a_bundle_of_which_a_part_has_shipped_is_not_cancelled(world, kit):
    [order] = shop.place_orders(world.channel, lines=[("KIT", 2)])
    shop.advance([order], to="shipped")
    line = order.lines.get(sku="KIT")

    out = cut({line.pk: 1})

    assert "only 0 are whole" in out.refused[line.pk][0]
    assert counters(order)["KIT"] == (0, 0, 0, 2)
    assert violations() == []


@pytest.mark.parametrize("count", [None, True, 1.0, "1", -1, 0, 3, 10**30])
def test_bad_counts_of_bundles_are_refused(world, kit, count):
    [order] = shop.place_orders(world.channel, lines=[("KIT", 2)])
    line = order.lines.get(sku="KIT")
    before = lines(order)

    out = cut({line.pk: count})

    assert list(out.refused) == [line.pk]
    assert lines(order) == before


def unusable(world, kind):
    if kind == "empty":
        return []
    if kind == "nested":
        return [(bundle("INNER", [(world.mug, 1)]), 1)]
    return [(world.shirt, 2_000_000_000)]


@pytest.mark.parametrize("kind", ["empty", "nested", "too many"])
def test_a_bundle_that_cannot_be_taken_apart_waits_until_it_is_mended(world, kind):
    outer = bundle("OUTER", unusable(world, kind))
    [order] = shop.place_orders(world.channel, lines=[("OUTER", 2), ("MUG", 1)])
    item = WorkItem.objects.get(subject_id=order.pk, status="open")
    assert order.status == "pending"
    assert "line 1 is the bundle OUTER, which cannot be taken apart" in item.title

    outer.components.all().delete()
    outer.components.create(component=world.shirt, quantity=3)
    confirmation.confirm_orders([order], actor="t").one()

    assert [row[:5] for row in lines(order)] == [
        (1, "OUTER", 2, 0, 2),
        (2, "MUG", 1, 0, 1),
        (3, "SHIRT", 6, 0, 6),
    ]
    assert WorkItem.objects.get(pk=item.pk).status == "resolved"
    assert violations() == []


def test_an_unknown_sku_that_becomes_a_bundle_is_taken_apart(world):
    [order] = shop.place_orders(world.channel, lines=[("LATER", 2), ("MUG", 1)])
    cut({order.lines.get(sku="LATER").pk: 1}).one()
    bundle("LATER", [(world.shirt, 2)])

    confirmation.confirm_orders([order], actor="t").one()

    assert lines(order) == [
        (1, "LATER", 2, 1, 1, 0, 0, 0),
        (2, "MUG", 1, 0, 1, 0, 0, 0),
        (3, "SHIRT", 4, 2, 2, 0, 0, 0),
    ]
    assert violations() == []


def test_short_picks_of_components_keep_the_bundle_right(world, kit):
    shop.receive(world.ber, {"POSTER": 5})
    [order] = shop.place_orders(world.channel, lines=[("KIT", 2)])
    shop.advance([order], to="picking")

    work.pick(shop.works_of([order]), actor="t").one()

    assert counters(order)["KIT"] == (2, 0, 0, 0)
    assert violations() == []


def test_bundles_cost_one_statement_more_whatever_their_number(world, kit, statements):
    def prepare(count):
        orders = [shop.incoming([("KIT", 1), ("SHIRT", 1)]) for _ in range(count)]
        return shop.send(world.channel, orders)

    from orders.services import intake

    shop.receive(world.ber, {"POSTER": 1000, "SHIRT": 1000})
    plain = statements(
        intake.take_in,
        shop.send(world.channel, [shop.incoming([("SHIRT", 1)])]),
        actor="t",
    )
    counts = statements.by_size(prepare, lambda keys: intake.take_in(keys, actor="t"))

    assert counts == {1: plain[1] + 1, 100: plain[1] + 1}
