"""Routing policies: versions, criteria in their order, what a location may not send."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from fulfillment.models import RoutingDecision, RoutingPolicy
from fulfillment.routing import explain
from fulfillment.services import policies, rerouting
from inventory.models import StockLevel
from orders.models import Order
from orders.services import cancellation
from tests import factories, shop

pytestmark = pytest.mark.django_db


def use(channel=None, **rules):
    """A policy that counts from now on."""
    row = policies.draft(channel, **rules)
    return policies.activate([row], actor="user:mia").one()


def place(world, lines=(("SHIRT", 1),), **fields):
    """The codes of who sends an order, and its decision."""
    [order] = shop.place_orders(world.channel, lines=lines, **fields)
    codes = [work.location.code for work in shop.works_of([order])]
    return codes, RoutingDecision.objects.get(order=order)


def change(location, **fields):
    for name, value in fields.items():
        setattr(location, name, value)
    location.save()


@pytest.fixture
def two_sites(world):
    """BER in the EU, NYC in the US and preferred."""
    change(world.ber, country="DE", priority=100)
    change(world.nyc, country="US", priority=1)
    change(world.store, is_active=False)
    return world


def test_an_order_from_germany_goes_to_the_eu_site_until_two_criteria_are_swapped(
    two_sites,
):
    use(criteria=["region", "preferred"])
    codes, decision = place(two_sites)
    assert codes == ["BER"]
    assert "NYC: it is not in the region of the address." in explain.why_not(decision)

    use(criteria=["preferred", "region"], note="NYC first")
    codes, decision = place(two_sites)

    assert codes == ["NYC"]
    assert "BER: another location is preferred." in explain.why_not(decision)
    assert decision.policy.version == 2


def test_every_other_location_has_one_reason(world):
    factories.LocationFactory(code="OFF", is_active=False)
    factories.LocationFactory(code="EMPTY", lat=1.0, lon=1.0)
    _codes, decision = place(world, [("SHIRT", 20)])

    assert explain.why(decision).startswith("BER: the nearest that has everything")
    assert explain.why_not(decision) == [
        "HAM: it would take one more parcel.",
        "EMPTY: it never had any of this.",
        "NYC: it is 6386.3 km farther away.",
        "OFF: it is switched off.",
    ]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"ships_to": ["US"]}, "DESTINATION_NOT_SERVED"),
        ({"closed_weekdays": [0, 1, 2, 3, 4, 5, 6]}, "CLOSED"),
        ({"daily_capacity": 0}, "DAILY_CAP_REACHED"),
        ({"is_active": False}, "INACTIVE"),
    ],
)
def test_a_location_that_may_not_send_says_why(world, fields, code):
    change(world.ber, **fields)

    codes, decision = place(world)

    facts = {facts["code"]: facts for facts in decision.candidates}
    assert (codes, facts["BER"]["excluded"]) == (["HAM"], code)
    assert explain.why_not(decision)


def test_with_a_limit_of_two_the_third_order_goes_elsewhere(world):
    change(world.ber, daily_capacity=2)

    sent = [place(world) for _ in range(3)]

    assert [codes for codes, _decision in sent] == [["BER"], ["BER"], ["HAM"]]
    assert "BER: its capacity of that day is used up." in explain.why_not(sent[2][1])


def test_a_batch_fills_the_day_exactly(world):
    change(world.ber, daily_capacity=2)

    orders = shop.place_orders(world.channel, 4)

    codes = sorted(work.location.code for work in shop.works_of(orders))
    assert codes == ["BER", "BER", "HAM", "HAM"]


def test_work_that_is_cancelled_makes_room_again(world):
    change(world.ber, daily_capacity=1)
    [order] = shop.place_orders(world.channel)
    cancellation.cancel_orders([order], reason="mind", actor="t").one()

    assert place(world)[0] == ["BER"]


def test_a_soft_limit_costs_and_does_not_close(world):
    use(mode="ranked", over_capacity_cost=Decimal(3))
    change(world.ber, daily_capacity=0)

    assert place(world)[0] == ["BER"]


def test_work_has_its_day_and_the_time_it_must_leave_by(world):
    change(
        world.ber, cut_off=datetime.time(14), handling_days=1, closed_weekdays=[5, 6]
    )
    friday = datetime.datetime(2026, 11, 20, 13, 30, tzinfo=datetime.UTC)
    keys = shop.send(world.channel, [shop.incoming()])

    [order] = shop.intake.take_in(keys, actor="test", at=friday).done

    [work] = shop.works_of([order])
    assert work.work_on == datetime.date(2026, 11, 23)  # 14:30 in Berlin is too late
    assert work.ship_by == datetime.datetime(2026, 11, 24, 13, tzinfo=datetime.UTC)


def test_the_capacity_of_tomorrow_is_not_that_of_today(world):
    change(world.ber, daily_capacity=1, cut_off=datetime.time(12))
    morning = datetime.datetime(2026, 11, 18, 8, tzinfo=datetime.UTC)
    days = []
    for at in (morning, morning.replace(hour=15), morning.replace(hour=16)):
        keys = shop.send(world.channel, [shop.incoming()])
        [order] = shop.intake.take_in(keys, actor="test", at=at).done
        [work] = shop.works_of([order])
        days.append((work.location.code, work.work_on.day))

    assert days == [("BER", 18), ("BER", 19), ("HAM", 18)]


def test_more_parcels_than_allowed_are_not_made(world):
    use(max_parcels=1)
    shop.receive(world.nyc, {"POSTER": 1})

    codes, decision = place(world, [("SHIRT", 105), ("POSTER", 1)])

    assert codes == ["NYC"]
    assert "BER: one more parcel is not allowed." in explain.why_not(decision)


def test_too_far_is_left_out(world):
    use(max_distance_km=300)
    change(world.ber, is_active=False)
    change(world.store, is_active=False)

    codes, decision = place(world)

    assert codes == []
    assert "NYC: it is farther than the policy allows." in explain.why_not(decision)


def test_safety_stock_is_named(world):
    levels = StockLevel.objects.filter(location=world.ber, product=world.shirt)
    levels.update(safety_stock=100)

    codes, decision = place(world)

    assert codes == ["HAM"]
    assert "BER: what it has is its safety stock." in explain.why_not(decision)


def test_routing_asks_what_is_available_and_not_what_is_on_hand(world):
    """Defect 4: what is promised already does not draw orders."""
    shop.place_orders(world.channel, lines=[("SHIRT", 100)])  # all of BER

    codes, decision = place(world, [("SHIRT", 1)])

    assert codes == ["HAM"]
    assert "BER: it has none of this free." in explain.why_not(decision)


def test_a_policy_tells_its_version_and_its_note(world):
    """Defect 26: rules that somebody wrote down."""
    use(note="Peak season: NYC helps out", criteria=["preferred"])

    _codes, decision = place(world)

    policy = decision.policy
    assert (policy.version, policy.note) == (1, "Peak season: NYC helps out")
    assert policy.status == "active"


def test_the_policy_of_a_channel_comes_before_that_of_all(world):
    change(world.nyc, priority=1)
    use(criteria=["nearest"])
    mine = use(world.channel, criteria=["preferred"])

    codes, decision = place(world)

    assert (codes, decision.policy) == (["NYC"], mine)


def test_activating_retires_the_version_before(world):
    first, second = use(note="one"), use(note="two")
    first.refresh_from_db()

    assert (first.status, second.status) == ("retired", "active")
    assert second.activated_at


def test_what_is_no_draft_is_not_activated(world):
    policy = use()
    bad = policies.draft(criteria=["nearest", "nearest"])
    odd = policies.draft(criteria=["luck"])

    out = policies.activate([policy, bad, odd, RoutingPolicy(pk=9999)], actor="t")

    assert out.done == []
    assert "only a draft can be activated" in out.refused[policy.pk][0]
    assert "each once" in out.refused[bad.pk][0]
    assert "criterion luck is unknown" in out.refused[odd.pk][0]
    assert 9999 in out.refused


def test_two_active_policies_of_one_scope_cannot_be(world):
    use()
    with pytest.raises(IntegrityError), transaction.atomic():
        RoutingPolicy.objects.create(version=77, status="active")


def test_a_draft_is_a_copy_with_the_next_version(world):
    policy = use(criteria=["preferred"], max_parcels=2)

    copy = policies.draft_of(policy)

    assert (copy.version, copy.status) == (2, "draft")
    assert (copy.criteria, copy.max_parcels) == (["preferred"], 2)


def test_trying_a_draft_on_an_order_changes_nothing(world):
    change(world.nyc, priority=1)
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 60)])
    draft = policies.draft(criteria=["preferred"])
    before = list(StockLevel.objects.order_by("pk").values())

    now = rerouting.try_order(order)
    then = rerouting.try_order(order, draft)

    assert now.lines[0]["granted"] == {"BER": 60}
    assert then.lines[0]["granted"] == {"NYC": 60}
    assert list(StockLevel.objects.order_by("pk").values()) == before
    assert RoutingDecision.objects.count() == 1
    assert [w.location.code for w in shop.works_of([order])] == ["BER"]


def test_waiting_orders_are_routed_again_in_bulk_with_a_result_each(world):
    orders = shop.place_orders(world.channel, 3, [("POSTER", 2)])
    [served] = shop.place_orders(world.channel)
    shop.receive(world.nyc, {"POSTER": 3})

    out = rerouting.reroute_orders(
        [*(o.pk for o in orders), served.pk, 999_999, "x"], actor="user:mia"
    )

    assert out.done == orders[:2]
    assert set(out.refused) == {orders[2].pk, served.pk, 999_999, "x"}
    assert "Waits: no location has any of it free." in out.refused[orders[2].pk][0]
    assert "NYC: it has none of this free." in out.refused[orders[2].pk][0]
    assert "nothing of it waits" in out.refused[served.pk][0]
    assert {o.pk: o.phase for o in Order.objects.all()} == {
        orders[0].pk: "in_fulfillment",
        orders[1].pk: "awaiting_stock",
        orders[2].pk: "awaiting_stock",
        served.pk: "in_fulfillment",
    }
