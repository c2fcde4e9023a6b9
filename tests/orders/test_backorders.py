"""Selling what is not there: limits, pre-orders, and who gets the goods that arrive."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from fulfillment import tasks
from fulfillment.services import waiting
from inventory.models import Product, SupplierOffer
from oms.core.models import WorkItem
from oms.invariants import violations
from orders.models import OrderLine
from orders.services import cancellation, confirmation, intake
from tests import factories, shop
from tests.snapshot import tables

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 1, tzinfo=UTC)


def limit(product, pieces) -> None:
    Product.objects.filter(pk=product.pk).update(backorder_limit=pieces)


def order(world, pieces=1, sku="POSTER", **fields):
    return shop.place_orders(world.channel, lines=[(sku, pieces)], **fields)[0]


def statuses(orders) -> list[str]:
    return [each.status for each in orders]


# --- Limits ---------------------------------------------------------------------------


def test_f25_an_order_beyond_the_limit_waits_for_a_person(world):
    limit(world.poster, 3)
    shop.receive(world.ber, {"POSTER": 2})

    first, second, third = (order(world, pieces) for pieces in (3, 3, 2))

    assert statuses([first, second, third]) == ["confirmed", "pending", "confirmed"]
    item = WorkItem.objects.get(subject_id=second.pk)
    assert item.kind == "no_stock"
    assert "line 1 (POSTER): 3 pieces would wait for stock and 2 more may" in item.title
    assert shop.works_of([second]) == []
    assert violations() == []


def test_a_limit_of_none_sells_what_is_there_and_nothing_else(world):
    limit(world.poster, 0)
    shop.receive(world.ber, {"POSTER": 2})

    taken = [order(world, pieces) for pieces in (1, 2, 1, 1)]

    assert statuses(taken) == ["confirmed", "pending", "confirmed", "pending"]
    assert not OrderLine.objects.filter(
        waiting_quantity__gt=0, order__status="confirmed"
    ).exists()


def test_orders_of_one_set_share_the_limit_in_their_turn(world):
    limit(world.poster, 3)
    wishes = [
        shop.incoming([("POSTER", 2)], placed_at=START, priority=priority)
        for priority in (0, 0, 5)
    ]

    out = intake.take_in(shop.send(world.channel, wishes), actor="t")

    assert sorted(statuses(out.done)) == ["confirmed", "pending", "pending"]
    [chosen] = [each for each in out.done if each.status == "confirmed"]
    assert chosen.priority == 5


def test_lines_of_one_order_count_together(world):
    limit(world.poster, 3)

    [taken] = shop.place_orders(world.channel, lines=[("POSTER", 2), ("POSTER", 2)])

    assert taken.status == "pending"


def test_components_of_bundles_count_too(world):
    limit(world.poster, 3)
    kit = factories.ProductFactory(sku="KIT", is_bundle=True, tracks_stock=False)
    kit.components.create(component=world.poster, quantity=2)

    assert statuses([order(world, 2, "KIT"), order(world, 1, "KIT")]) == [
        "pending",
        "confirmed",
    ]


def test_the_order_goes_on_when_goods_are_there(world):
    limit(world.poster, 0)
    waits = order(world, 2)
    shop.receive(world.ber, {"POSTER": 2})

    confirmation.confirm_orders([waits], actor="t").one()

    assert waits.lines.get().allocated_quantity == 2
    assert not WorkItem.objects.filter(status="open").exists()


def test_what_is_cancelled_makes_room(world):
    limit(world.poster, 2)
    first, second = order(world, 2), order(world, 2)
    cancellation.cancel_orders([first], reason="no", actor="t").one()

    confirmation.confirm_orders([second], actor="t").one()

    assert second.lines.get().waiting_quantity == 2


def test_goods_outside_the_pool_of_the_channel_do_not_count(world):
    limit(world.poster, 0)
    shop.receive(world.nyc, {"POSTER": 5})
    world.channel.pool = factories.LocationGroupFactory(locations=[world.ber])
    world.channel.save()

    assert order(world, 1).status == "pending"


def test_what_a_supplier_sends_has_no_limit(world):
    limit(world.poster, 0)
    supplier = factories.LocationFactory(code="SUP", kind="supplier")
    SupplierOffer.objects.create(location=supplier, product=world.poster)

    assert order(world, 9).status == "confirmed"


def test_an_order_that_may_not_go_on_anyway_takes_no_room(world):
    limit(world.poster, 1)
    wrong = shop.Decimal("99.00")

    held, good = order(world, 1, total_amount=wrong), order(world, 1)

    assert statuses([held, good]) == ["pending", "confirmed"]


def test_a_limit_costs_four_statements_whatever_the_number(world, statements):
    def prepare(size):
        return shop.send(
            world.channel, [shop.incoming([("POSTER", 1)]) for _ in range(size)]
        )

    def take(keys):
        return intake.take_in(keys, actor="t")

    plain = statements.by_size(prepare, take)
    limit(world.poster, 10_000)
    limited = statements.by_size(prepare, take)

    assert limited == {size: number + 4 for size, number in plain.items()}


# --- Pre-orders -----------------------------------------------------------------------


@pytest.fixture
def presale(world):
    """POSTER comes out in ten days; ten of them are there already."""
    day = timezone.localdate() + timedelta(days=10)
    Product.objects.filter(pk=world.poster.pk).update(available_from=day)
    shop.receive(world.ber, {"POSTER": 10})
    return day


def test_a_pre_order_waits_for_its_day_even_if_stock_is_there(
    world, presale, drain_queue
):
    [taken] = shop.place_orders(world.channel, lines=[("POSTER", 1), ("MUG", 1)])
    drain_queue()
    tasks.sweep_waiting()

    poster, mug = taken.lines.order_by("position")
    assert (poster.allocated_quantity, mug.allocated_quantity) == (0, 1)
    assert taken.phase == "awaiting_stock"
    assert timezone.localdate(taken.ship_by) == presale
    assert violations() == []


def test_on_the_day_the_sweeper_serves_it(world, presale):
    taken = order(world, 2)
    Product.objects.update(available_from=timezone.localdate())

    tasks.sweep_waiting()

    assert taken.lines.get().allocated_quantity == 2


def test_a_pre_order_that_was_unknown_gets_its_date_too(world):
    taken = order(world, 1, "NEW")
    day = date(2099, 1, 1)
    factories.ProductFactory(sku="NEW", available_from=day)

    confirmation.confirm_orders([taken], actor="t").one()

    taken.refresh_from_db()
    assert timezone.localdate(taken.ship_by) == day


def test_pre_orders_fill_the_limit(world, presale):
    limit(world.poster, 3)

    assert statuses([order(world, 3), order(world, 1)]) == ["confirmed", "pending"]


# --- Ship complete --------------------------------------------------------------------


def test_an_order_that_ships_complete_gets_all_or_nothing(world, drain_queue):
    world.channel.ship_complete = True
    world.channel.save()
    shop.receive(world.ber, {"POSTER": 1})

    whole = order(world, 2)
    assert whole.lines.get().allocated_quantity == 0
    shop.receive(world.nyc, {"POSTER": 1})
    drain_queue()

    assert whole.lines.get().allocated_quantity == 2
    assert violations() == []


# --- Who gets what arrives ------------------------------------------------------------


@pytest.fixture
def five(world):
    """Five orders wait for a POSTER each: plain and old, plain, due, due soon, VIP."""
    facts = [
        {"placed_at": START},
        {"placed_at": START + timedelta(days=1)},
        {"placed_at": START + timedelta(days=2)},
        {"placed_at": START + timedelta(days=3)},
        {"placed_at": START + timedelta(days=4), "priority": 9},
    ]
    orders = [order(world, 1, **each) for each in facts]
    for place, days in ((2, 9), (3, 8)):
        row = orders[place]
        type(row).objects.filter(pk=row.pk).update(ship_by=START + timedelta(days=days))
    return orders


def test_f25_the_preview_names_the_winners_and_the_goods_go_to_them(
    world, five, drain_queue
):
    """3 arrive for 5 that wait."""
    drain_queue()
    before = tables()

    out = waiting.preview_arrival(world.poster.pk, world.ber.pk, 3)

    assert tables() == before
    shares = [(share.order, share.pieces) for share in out.done]
    old, later, due, soon, urgent = five
    assert shares == [(urgent, 1), (soon, 1), (due, 1), (old, 0), (later, 0)]
    assert out.done[0].why == (
        "Number 1 of 5: priority 9, no ship-by date, placed 5 Jan 2026 00:00."
    )
    assert "ship by 9 Jan 2026 00:00" in out.done[1].why
    shop.receive(world.ber, {"POSTER": 3})
    drain_queue()
    served = OrderLine.objects.filter(allocated_quantity=1)
    assert set(served.values_list("order", flat=True)) == {
        share.order.pk for share in out.done if share.pieces
    }


def test_the_preview_knows_the_safety_stock(world, five):
    from inventory.services import safety

    row = safety.SafetyStock(world.poster.pk, world.ber.pk, 2)
    safety.set_safety_stock([row], actor="t").one()

    out = waiting.preview_arrival(world.poster.pk, world.ber.pk, 3)

    assert sum(share.pieces for share in out.done) == 1


@pytest.mark.parametrize("quantity", [0, -1, 1.5, None, True, "3"])
def test_an_impossible_arrival_is_refused(world, quantity):
    out = waiting.preview_arrival(world.poster.pk, world.ber.pk, quantity)

    assert list(out.refused) == [0]


def test_arrivals_of_unknown_goods_are_refused(world):
    for product, place in ((None, world.ber.pk), (world.poster.pk, 2**70), ("x", [])):
        assert waiting.preview_arrival(product, place, 1).refused
