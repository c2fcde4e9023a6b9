"""Holds stop an order by name; each is released by its own, and all are asked wherever
the order could go on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from channels.models import Channel
from fulfillment.services import waiting, work
from fulfillment.services.shipping import Label, ship_shipments
from oms.core.models import Event
from orders import tasks
from orders.models import Hold, Order
from orders.services import cancellation, confirmation
from orders.services.holds import NewHold, place_holds, release_holds
from tests import shop

pytestmark = pytest.mark.django_db
ALL = ["confirm", "release", "ship"]


def held(order, handle="look", blocks=("ship",), reason="manual_review", **fields):
    new = NewHold(order.pk, reason, blocks, "user:anna", handle, **fields)
    return place_holds([new], actor="user:anna").one()


def release(*holds, note=""):
    pks = [hold.pk for hold in holds]
    return release_holds(pks, actor="user:mia", note=note)


def actions(order):
    events = Event.objects.filter(root_type="order", root_id=order.pk).order_by("id")
    return list(events.values_list("action", flat=True))


def text(out):
    [[reason]] = out.refused.values()
    return reason


def step(order, name):
    return {
        "release": lambda: work.release_work(shop.works_of([order]), actor="t"),
        "start": lambda: work.start_picking(shop.works_of([order]), actor="t"),
        "pick": lambda: work.pick(shop.works_of([order]), actor="t"),
        "pack": lambda: work.pack_work(shop.works_of([order]), actor="t"),
        "ship": lambda: ship_shipments(
            {p.pk: Label("T1", "dhl") for p in shop.parcels_of([order])}, actor="t"
        ),
    }[name]()


@pytest.mark.parametrize(
    ("before", "name"),
    [
        (None, "release"),
        ("released", "start"),
        ("picking", "pick"),
        ("picked", "pack"),
        ("packed", "ship"),
    ],
)
def test_f14_a_hold_stops_the_parcel_wherever_it_stands(world, before, name):
    [order] = shop.place_orders(world.channel)
    if before:
        shop.advance([order], to=before)
    hold = held(order)

    out = step(order, name)

    assert out.done == []
    assert "it is on hold: Manual review (look)" in text(out)
    release(hold)
    assert len(step(order, name).done) == 1


def test_f14_one_of_two_is_released_and_the_other_is_named(world):
    [order] = shop.place_orders(world.channel)
    first, second = held(order), held(order, "customer", reason="customer_request")

    release(first)

    reason = text(step(order, "release"))
    assert "Customer request (customer)" in reason
    assert "Manual review" not in reason
    release(second)
    assert len(step(order, "release").done) == 1


def test_defect_21_nothing_releases_all_holds_at_once(world):
    [order] = shop.place_orders(world.channel)
    holds = [held(order, str(number)) for number in range(3)]

    assert release_holds([], actor="user:mia").done == []
    assert Hold.objects.filter(released_at=None).count() == 3

    assert release(holds[1]).done == [holds[1]]
    left = Hold.objects.filter(released_at=None).order_by("pk")
    assert list(left) == [holds[0], holds[2]]


def test_a_hold_is_on_the_order_its_phase_and_its_timeline(world):
    [order] = shop.place_orders(world.channel)

    hold = held(order, note="call first")

    order.refresh_from_db()
    assert order.active_holds == [
        {
            "text": "Manual review (look)",
            "blocks": ["ship"],
            "handle": "look",
            "source": "user:anna",
            "reason": "manual_review",
        }
    ]
    assert (order.phase, order.fulfillment_status) == ("on_hold", "on_hold")
    release(hold, note="called")
    order.refresh_from_db()
    assert (order.active_holds, order.phase) == ([], "in_fulfillment")
    assert actions(order)[-2:] == ["order.held", "order.hold_released"]
    assert Event.objects.latest("id").data["note"] == "called"


def test_the_same_hold_is_placed_once(world):
    [order] = shop.place_orders(world.channel)
    hold = held(order)

    assert held(order) == hold
    assert Hold.objects.count() == 1
    assert actions(order).count("order.held") == 1


def test_the_same_name_with_other_terms_is_refused(world):
    [order] = shop.place_orders(world.channel)
    held(order)
    other = NewHold(order.pk, "manual_review", ["release"], "user:anna", "look")

    out = place_holds([other], actor="user:anna")

    assert "on other terms" in text(out)


def test_a_released_hold_may_be_placed_again(world):
    [order] = shop.place_orders(world.channel)
    release(held(order))

    held(order)

    assert Hold.objects.filter(order=order).count() == 2


def test_an_order_that_waited_goes_on_when_its_last_hold_goes(
    world, drain_queue, unpaid
):
    first, second = held(unpaid, blocks=ALL), held(unpaid, "b", blocks=ALL)
    pay_by_terms(unpaid)

    release(first)
    drain_queue()
    unpaid.refresh_from_db()
    assert unpaid.status == "pending"

    release(second)
    drain_queue()
    unpaid.refresh_from_db()
    assert unpaid.status == "confirmed"


@pytest.fixture
def unpaid(world):
    Channel.objects.update(payment=Channel.Payment.LATER)
    world.channel.refresh_from_db()
    [order] = shop.place_orders(world.channel)
    return order


def pay_by_terms(order):
    Order.objects.filter(pk=order.pk).update(payment_terms="invoice")


def test_a_hold_ends_at_its_time(world):
    [order] = shop.place_orders(world.channel)
    now = timezone.now()
    held(order, until=now - timedelta(minutes=1))
    later = held(order, "later", until=now + timedelta(days=1))

    tasks.release_due_holds()

    assert list(Hold.objects.filter(released_at=None)) == [later]
    assert Hold.objects.get(handle="look").released_by == "task:release_due_holds"


def test_a_hold_until_the_payment_ends_with_it(world):
    [order] = shop.place_orders(world.channel)
    held(order, until_paid=True)
    Order.objects.filter(pk=order.pk).update(total_amount=99)

    tasks.release_due_holds()
    assert Hold.objects.filter(released_at=None).exists()

    Order.objects.filter(pk=order.pk).update(total_amount=10)
    tasks.release_due_holds()
    assert not Hold.objects.filter(released_at=None).exists()


def test_a_held_order_gets_nothing_of_arriving_goods(world):
    [first, second] = shop.place_orders(world.channel, 2, [("POSTER", 1)])
    hold = held(first, blocks=["release"])
    shop.receive(world.ber, {"POSTER": 1})

    waiting.allocate_waiting([world.poster.pk], actor="t")

    assert shop.works_of([first]) == []
    assert len(shop.works_of([second])) == 1
    release(hold)
    shop.receive(world.ber, {"POSTER": 1})
    waiting.allocate_waiting([world.poster.pk], actor="t")
    assert len(shop.works_of([first])) == 1


def test_a_confirmed_order_with_a_hold_on_its_release_is_routed_and_stays(world):
    Channel.objects.update(payment=Channel.Payment.LATER)
    world.channel.refresh_from_db()
    [order] = shop.place_orders(world.channel)
    held(order, blocks=["release"])
    pay_by_terms(order)

    confirmation.confirm_orders([order], actor="t").one()

    [fulfillment_order] = shop.works_of([order])
    assert fulfillment_order.status == "assigned"
    assert "on hold" in text(step(order, "release"))


def test_a_cancelled_order_is_held_by_nobody(world):
    [order] = shop.place_orders(world.channel)
    held(order)

    cancellation.cancel_orders([order], reason="mind", actor="t").one()

    order.refresh_from_db()
    assert (order.phase, order.active_holds) == ("cancelled", [])
    assert Hold.objects.get().release_note == "mind"


def test_a_closed_order_is_not_held(world):
    [order] = shop.place_orders(world.channel)
    shop.advance([order], to="shipped")
    new = NewHold(order.pk, "other", ["ship"], "user:anna", "x")

    out = place_holds([new], actor="t")

    assert text(out) == f"{order} is completed; nothing is left to hold."


def test_holds_are_placed_and_released_in_sets(world, statements):
    def prepare(count):
        return shop.place_orders(world.channel, count)

    def place(orders):
        news = [NewHold(o.pk, "other", ["ship"], "s", "h") for o in orders]
        return place_holds([*news, *news, None], actor="t")

    def put(count):
        return [hold.pk for hold in place(prepare(count)).done] + [-1, None]

    placing = statements.by_size(prepare, place)
    releasing = statements.by_size(put, lambda pks: release_holds(pks, actor="t"))

    assert placing == {1: 7, 100: 7}
    assert releasing == {1: 8, 100: 8}
