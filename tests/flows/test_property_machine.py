"""A shop in which anything happens in any order: after every step the books agree.

Hypothesis chooses the steps. Each example works in a transaction that is rolled back,
with so little stock that orders have to wait, to share and to be split.
"""

import itertools

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from fulfillment.models import FulfillmentOrder, FulfillmentOrderLine, Shipment
from fulfillment.models.shipments import TrackingStatus
from fulfillment.services import shipping, shortage, tracking, waiting, work
from inventory.models import StockLevel
from inventory.services import stock
from inventory.services.conditions import ConditionChange, change_condition
from inventory.services.safety import SafetyStock, set_safety_stock
from oms.invariants import violations
from orders.models import Order, OrderLine
from orders.services import cancellation, confirmation, intake
from tests import factories, shop

EXAMPLES, STEPS = 15, 25
FULL = {("SHIRT", "BER"): 3, ("SHIRT", "NYC"): 2, ("MUG", "BER"): 2, ("MUG", "NYC"): 4}
TRACKED = ("SHIRT", "MUG", "POSTER")
UNKNOWN = "LATER"  # a product that is made, if ever, after it was ordered
ACTOR = "machine"
STEPS_OF_WORK = work.release_work, work.start_picking, work.pick, work.pack_work

skus = st.sampled_from(TRACKED)
places = st.sampled_from(("BER", "NYC", "HAM"))
wishes = st.lists(
    st.tuples(
        st.sampled_from((*TRACKED, "SHIRT", "MUG", "GIFTCARD", "KIT", UNKNOWN)),
        st.integers(1, 4),
    ),
    min_size=1,
    max_size=3,
)
some = st.sets(st.integers(0, 3), min_size=1)  # which rows of a list, in turn
counts = st.integers(0, 3)


def chosen(rows, which) -> list:
    rows = rows.order_by("pk")
    return [row for position, row in enumerate(rows) if position % 4 in which]


class Shop(RuleBasedStateMachine):
    def __init__(self, world):
        super().__init__()
        self.world = world
        self.acted = 0
        self.numbers = itertools.count(1)
        self.block = transaction.atomic()
        self.block.__enter__()
        kit = factories.ProductFactory(sku="KIT", is_bundle=True, tracks_stock=False)
        kit.components.create(component=world.shirt)
        kit.components.create(component=world.mug, quantity=2)
        for level in StockLevel.objects.select_related("product", "location"):
            keep = FULL.get((level.product.sku, level.location.code), 1)
            self.change_stock(
                stock.adjust,
                level.product.sku,
                level.location.code,
                keep - level.on_hand,
            )

    def teardown(self):
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def change_stock(self, service, sku, place, pieces):
        product, location = self.world.products[sku], self.world.locations[place]
        change = stock.StockChange(product.pk, location.pk, pieces, reason="counted")
        service([change], actor=ACTOR)

    @invariant()
    def books_agree(self):
        self.acted += 1
        if self.acted % 3 == 0:
            assert violations() == []

    # goods

    @rule(sku=skus, place=places, pieces=st.integers(0, 5))
    def receive(self, sku, place, pieces):
        self.change_stock(stock.receive, sku, place, pieces)

    @rule(sku=skus, place=places, pieces=st.integers(-3, 3))
    def adjust(self, sku, place, pieces):
        self.change_stock(stock.adjust, sku, place, pieces)

    @rule(sku=skus, place=places, pieces=counts)
    def count(self, sku, place, pieces):
        product, location = self.world.products[sku], self.world.locations[place]
        row = shortage.Count(product.pk, location.pk, pieces, "counted")

        [booked] = shortage.count_stock([row], actor=ACTOR).done

        level = product.stock_levels.get(location=location, condition="sellable")
        assert level.on_hand == pieces == booked.count.counted

    @rule(sku=skus, place=places, pieces=counts, safety_stock=counts)
    def set_apart(self, sku, place, pieces, safety_stock):
        """Some of it is broken, and some of the rest is not promised any more."""
        at = self.world.products[sku].pk, self.world.locations[place].pk
        broken = ConditionChange(*at, pieces, "sellable", "damaged", "broken")
        change_condition([broken], actor=ACTOR)
        set_safety_stock([SafetyStock(*at, safety_stock)], actor=ACTOR)

    # orders

    @initialize(lines=wishes)
    def open_up(self, lines):
        """A box stands at the door, and somebody wants more."""
        boxed = shop.place_orders(self.world.channel, 1, [("SHIRT", 2), ("MUG", 1)])
        shop.advance(boxed, to="packed")
        shop.place_orders(self.world.channel, 1, lines)

    @rule(lines=wishes, count=st.integers(1, 3), priority=st.integers(0, 1))
    def place_orders(self, lines, count, priority):
        shop.place_orders(self.world.channel, count, lines, priority=priority)

    @rule(lines=wishes)
    def take_in_twice(self, lines):
        keys = shop.send(self.world.channel, [shop.incoming(lines)])

        first, second = (intake.take_in(keys, actor=ACTOR) for _ in range(2))

        assert (len(first.done), list(second.refused)) == (1, keys)

    @rule(make=st.booleans(), which=some)
    def confirm_orders(self, make, which):
        if make:
            factories.ProductFactory(sku=UNKNOWN)
        orders = chosen(Order.objects.filter(status="pending"), which)
        confirmation.confirm_orders(orders, actor=ACTOR)

    @rule(which=some, force=st.booleans())
    def cancel_orders(self, which, force):
        orders = chosen(Order.objects.exclude(status="cancelled"), which)[:1]
        cancellation.cancel_orders(orders, reason="changed", actor=ACTOR, force=force)

    @rule(which=some, pieces=counts, force=st.booleans())
    def cancel_lines(self, which, pieces, force):
        lines = chosen(OrderLine.objects.all(), which)
        lines = {line.pk: pieces for line in lines[:2]}
        cancellation.cancel_lines(lines, reason="less", actor=ACTOR, force=force)

    @rule()
    def allocate_waiting(self):
        products = {product.pk for product in self.world.products.values()}
        waiting.allocate_waiting(products, actor=ACTOR)

    # work

    @rule(
        which=some,
        step=st.sampled_from((work.release_work, work.start_picking, work.pack_work)),
    )
    def do_work(self, which, step):
        step(chosen(FulfillmentOrder.objects.all(), which), actor=ACTOR)

    @rule(which=some, far=st.sampled_from((6, 5, 4, 6, 3, 2, 1)))
    def go_on(self, which, far):
        """Do so many steps with what is in the right status for them."""
        works = chosen(FulfillmentOrder.objects.exclude(status="cancelled"), which)
        for step in STEPS_OF_WORK[:far]:
            step(works, actor=ACTOR)
        parcels = Shipment.objects.filter(fulfillment_order__in=works)
        if far > 4:
            self.ship({p.pk: shipping.Label(p.number) for p in parcels})
        if far > 5:
            self.report(parcels, "delivered")

    @rule(which=some, pieces=counts)
    def pick(self, which, pieces):
        works = chosen(FulfillmentOrder.objects.filter(status="picking"), which)
        lines = FulfillmentOrderLine.objects.filter(fulfillment_order__in=works)
        picked = {line.pk: pieces for line in lines}
        work.pick(works, actor=ACTOR, picked=picked)

    @rule(which=some, same=st.booleans())
    def ship_shipments(self, which, same):
        """Where `same`, all parcels of the set carry one tracking number."""
        parcels = chosen(Shipment.objects.all(), which)
        number = f"ONE{next(self.numbers)}"
        labels = {p.pk: shipping.Label(number if same else p.number) for p in parcels}
        self.ship(labels)

    @rule(which=some, status=st.sampled_from(TrackingStatus.values))
    def record_tracking(self, which, status):
        self.report(chosen(Shipment.objects.all(), which), status)

    def ship(self, labels):
        shipping.ship_shipments(labels, actor=ACTOR)

    def report(self, parcels, status):
        reports = [tracking.Report(p.pk, status, timezone.now()) for p in parcels]
        tracking.record_tracking(reports, actor=ACTOR)

    # the end

    @precondition(lambda self: self.acted > STEPS // 2)
    @rule()
    def close_down(self):
        """Whatever is open can be cancelled, and then nothing is promised any more; but
        for bundles of which a part has left: those wait for the rest."""
        lines = OrderLine.objects.exclude(order__status__in=["cancelled", "completed"])
        parts = OrderLine.objects.filter(parent__isnull=False, shipped_quantity__gt=0)
        torn = set(parts.values_list("order", flat=True))
        pieces = {
            line.pk: line.open_quantity
            for line in lines.filter(parent__isnull=True).exclude(order__in=torn)
            if line.open_quantity
        }

        out = cancellation.cancel_lines(pieces, reason="end", actor=ACTOR, force=True)

        assert out.refused == {}
        if torn:
            return
        assert not StockLevel.objects.filter(allocated__gt=0).exists()
        assert not Order.objects.filter(status__in=["pending", *Order.LIVE]).exists()
        assert violations() == []


@pytest.mark.django_db
def test_the_books_agree_whatever_happens(world):
    run_state_machine_as_test(
        lambda: Shop(world),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert not connection.needs_rollback
