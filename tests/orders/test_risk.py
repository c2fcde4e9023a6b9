"""The rules score an order; from the limit of its channel on it is held until somebody
has looked at it."""

from decimal import Decimal

import pytest

from channels.messages import IncomingCustomer
from channels.models import Channel
from oms.core.models import Event, WorkItem
from orders.models import BlocklistEntry, Hold, Order, RiskAssessment, RiskRule
from orders.services import confirmation, risk
from orders.services.holds import NewHold, place_holds, release_holds
from tests import shop

pytestmark = pytest.mark.django_db
EVE = IncomingCustomer(email="Eve@Bad.example", name="Eve Muster")


@pytest.fixture
def strict(world):
    """Its channel holds orders from 50 points on."""
    Channel.objects.update(risk_limit=50)
    world.channel.refresh_from_db()
    return world


def rule(signal, points=60, threshold=None, **fields):
    return RiskRule.objects.create(
        signal=signal, points=points, threshold=threshold, **fields
    )


def assessed(order) -> RiskAssessment:
    return RiskAssessment.objects.filter(order=order).latest("id")


def signals(order):
    return [signal["signal"] for signal in assessed(order).signals]


def test_f8_a_risky_order_waits_with_its_score_and_signals(strict, drain_queue):
    rule("high_value", 40, threshold=100)
    rule("first_order", 20)

    [order] = shop.place_orders(strict.channel, 1, [("SHIRT", 2, "75.00")])

    found = assessed(order)
    assert (order.status, order.phase) == ("pending", "on_hold")
    assert (found.score, found.limit, found.provider) == (60, 50, "rules")
    assert [s["text"] for s in found.signals] == [
        "costs 150.00 EUR, from 100.00 on that is much",
        "the customer's first order",
    ]
    [item] = WorkItem.objects.filter(subject_id=order.pk)
    assert item.kind == "high_risk"
    hold = Hold.objects.get()
    assert hold.note.startswith("60 points, the limit is 50: costs 150.00 EUR")
    assert hold.blocks == ["confirm", "release", "ship"]
    assert shop.works_of([order])[0].status == "reserved"


def test_f8_its_release_needs_a_reason_and_is_on_the_timeline(strict, drain_queue):
    rule("first_order")
    [order] = shop.place_orders(strict.channel)
    hold = Hold.objects.get()

    out = release_holds([hold.pk], actor="user:mia", note=" ")
    assert "Write why it is no fraud" in out.refused[hold.pk][0]
    assert Hold.objects.get().released_at is None

    release_holds([hold.pk], actor="user:mia", note="called her").one()
    drain_queue()

    order.refresh_from_db()
    event = Event.objects.get(action="order.hold_released")
    assert (event.actor, event.data["note"]) == ("user:mia", "called her")
    assert order.status == "confirmed"
    assert WorkItem.objects.get(kind="high_risk").status == "resolved"
    assert RiskAssessment.objects.count() == 1


def test_an_order_below_the_limit_goes_on_and_its_score_is_kept(strict):
    rule("first_order", 49)

    [order] = shop.place_orders(strict.channel)

    assert order.status == "confirmed"
    assert assessed(order).score == 49


def test_a_channel_without_a_limit_assesses_nothing(world):
    rule("first_order")

    [order] = shop.place_orders(world.channel)

    assert order.status == "confirmed"
    assert not RiskAssessment.objects.exists()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("email", "eve@bad.example"),
        ("email_domain", "bad.example"),
        ("address", "lindenstraße 1, 10969"),
        ("phone", "49301234"),
    ],
)
def test_the_blocklist_names_people_and_places(strict, kind, value):
    rule("blocklist")
    BlocklistEntry.objects.create(kind=kind, value=value)
    to = shop.IncomingAddress(
        **{name: getattr(shop.BERLIN, name) for name in ("name", "city", "country")},
        street="Lindenstraße  1",
        postal_code="10969",
        phone="+49 (30) 1234",
    )

    [order] = shop.place_orders(strict.channel, customer=EVE, ship_to=to)
    [other] = shop.place_orders(
        strict.channel,
        ship_to=shop.IncomingAddress("A", "", "B 1", "", "C", "", "1", "DE"),
    )

    assert signals(order) == ["blocklist"]
    assert value in assessed(order).signals[0]["text"]
    assert signals(other) == []


def test_velocity_counts_the_orders_of_one_set_too(strict):
    rule("velocity", threshold=3)
    lines = [("SHIRT", 1)]

    first = shop.place_orders(strict.channel, 1, lines, customer=EVE)
    more = shop.place_orders(strict.channel, 2, lines, customer=EVE)

    statuses = [order.status for order in (*first, *more)]
    assert statuses == ["confirmed", "confirmed", "pending"]
    assert "3 orders" in assessed(more[1]).signals[0]["text"]


def test_velocity_counts_orders_to_one_address(strict):
    rule("velocity", threshold=2)

    [_first, second] = shop.place_orders(strict.channel, 2)

    assert signals(second) == ["velocity"]


def test_the_same_order_again_is_a_signal(strict):
    rule("duplicate")

    [first] = shop.place_orders(strict.channel, 1, [("SHIRT", 1)], customer=EVE)
    [other] = shop.place_orders(strict.channel, 1, [("SHIRT", 2)], customer=EVE)
    [again] = shop.place_orders(strict.channel, 1, [("SHIRT", 1)], customer=EVE)

    assert (signals(first), signals(other)) == ([], [])
    assert first.number in assessed(again).signals[0]["text"]


def test_an_address_that_does_not_match_is_a_signal(strict):
    rule("address_mismatch")
    fields = {"street": "Main 1", "city": "NYC", "postal_code": "10001"}
    abroad = shop.IncomingAddress(name="Eve Muster", country="US", **fields)
    stranger = shop.IncomingAddress(name="Bob", country="DE", **fields)

    home = shop.place_orders(strict.channel, customer=EVE)
    away = shop.place_orders(strict.channel, customer=EVE, ship_to=abroad)
    gift = shop.place_orders(strict.channel, customer=EVE, ship_to=stranger)

    assert [signals(order) for [order] in (home, away, gift)] == [
        [],
        ["address_mismatch"],
        ["address_mismatch"],
    ]


def test_a_returning_customer_is_not_on_a_first_order(strict):
    rule("first_order", 10)

    orders = [
        shop.place_orders(strict.channel, customer=EVE)[0],
        shop.place_orders(strict.channel, customer=EVE)[0],
        shop.place_orders(strict.channel, customer=None)[0],
    ]

    assert [signals(order) for order in orders] == [["first_order"], [], []]


def test_rules_that_are_off_give_no_points(strict):
    rule("first_order", is_active=False)

    [order] = shop.place_orders(strict.channel)

    assert (assessed(order).score, order.status) == (0, "confirmed")


def test_defect_22_the_rules_run_when_a_hold_is_released(world, drain_queue):
    rule("high_value", threshold=100)
    Channel.objects.update(payment=Channel.Payment.LATER)
    world.channel.refresh_from_db()
    [order] = shop.place_orders(world.channel, 1, [("SHIRT", 1, "150.00")])
    new = NewHold(order.pk, "other", ["confirm"], "user:anna", "import")
    hold = place_holds([new], actor="t").one()
    Order.objects.filter(pk=order.pk).update(payment_terms="invoice")
    Channel.objects.update(risk_limit=50)

    release_holds([hold.pk], actor="t").one()
    drain_queue()

    order.refresh_from_db()
    assert (order.status, order.phase) == ("pending", "on_hold")
    assert [each["source"] for each in order.active_holds] == ["risk"]


def test_defect_22_the_rules_run_when_a_live_order_is_released(world, drain_queue):
    rule("high_value", threshold=100)
    [order] = shop.place_orders(world.channel, 1, [("SHIRT", 1, "150.00")])
    new = NewHold(order.pk, "other", ["ship"], "user:anna", "import")
    hold = place_holds([new], actor="t").one()
    Channel.objects.update(risk_limit=50)

    release_holds([hold.pk], actor="t").one()

    order.refresh_from_db()
    assert (order.status, order.phase) == ("confirmed", "on_hold")
    assert WorkItem.objects.get(subject_id=order.pk).kind == "high_risk"


def test_defect_23_new_rules_reach_orders_that_are_here(strict):
    orders = shop.place_orders(strict.channel, 2, [("SHIRT", 1, "150.00")])
    rule("high_value", threshold=100)

    out = risk.reassess(orders, actor="user:mia")
    again = risk.reassess(orders, actor="user:mia")

    assert len(out.done) == len(again.done) == 2
    assert [order.phase for order in out.done] == ["on_hold", "on_hold"]
    assert Hold.objects.count() == 2
    assert RiskAssessment.objects.count() == 6


def test_defect_23_confirming_an_order_that_was_never_scored_scores_it(world):
    rule("high_value", threshold=100)
    [order] = shop.place_orders(world.channel, 1, [("NO-SUCH", 1, "150.00")])
    Channel.objects.update(risk_limit=50)

    confirmation.confirm_orders([order], actor="t")

    order.refresh_from_db()
    assert order.phase == "on_hold"


def test_what_cannot_be_scored_is_refused(world):
    [plain] = shop.place_orders(world.channel)
    [closed] = shop.place_orders(world.channel)
    shop.advance([closed], to="shipped")

    out = risk.reassess([plain, closed, Order(pk=-1)], actor="t")

    assert set(out.refused) == {plain.pk, closed.pk, -1}
    assert "has no risk limit" in out.refused[plain.pk][0]
    assert not RiskAssessment.objects.exists()


def test_scoring_takes_as_many_statements_for_100_orders(strict, statements):
    for signal in RiskRule.Signal.values:
        rule(signal, threshold=Decimal(2))

    def prepare(count):
        orders = shop.place_orders(strict.channel, count)
        Hold.objects.all().delete()
        Order.objects.update(active_holds=[])
        return orders

    counts = statements.by_size(prepare, lambda o: risk.reassess(o, actor="t"))

    assert counts == {1: 16, 100: 16}


def test_taking_in_where_risk_is_scored(strict, statements):
    from orders.services import intake

    for signal in RiskRule.Signal.values:
        rule(signal, threshold=Decimal(2))

    def prepare(count):
        return shop.send(strict.channel, [shop.incoming() for _ in range(count)])

    counts = statements.by_size(prepare, lambda k: intake.take_in(k, actor="t"))

    assert counts == {1: 34, 100: 34}
