"""The cheapest plan by itself: values in, values out, no database."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fulfillment.routing import cheapest, engine, search
from fulfillment.routing.facts import Candidate, Demand, Excluded, Lane, Policy

MONEY = Policy(mode="cheapest", late_cost=5.0, promise_days=3)
FLAT = Lane([1000, 10_000], [5.0, 9.0], days=2)
INSTANCES = Path(__file__).parents[3] / "shared/benchmarks/routing"


def place(pk, lane=FLAT, **fields):
    return Candidate(pk, f"L{pk:02}", lanes=[lane] if lane else [], **fields)


def lines(*said, weight=100):
    return [
        Demand(n, n, product, pieces, weight=weight)
        for n, (product, pieces) in enumerate(said, 1)
    ]


def granted(plan):
    found = {}
    for grant in plan.grants:
        found.setdefault(grant.line_id, {})[grant.location_id] = grant.quantity
    return found


def test_two_cheap_parcels_beat_a_dear_one():
    dear = Lane([10_000], [20.0])
    places = [place(1), place(2), place(3, dear)]
    stock = {(1, 1): 1, (2, 2): 1, (1, 3): 1, (2, 3): 1}

    plan = engine.plan(lines((1, 1), (2, 1)), places, stock, MONEY)

    assert granted(plan) == {1: {1: 1}, 2: {2: 1}}
    assert (plan.mode, plan.options[0].total) == ("cheapest", 10.0)


def test_another_parcel_has_its_price():
    dear = Lane([10_000], [12.0])
    places = [place(1), place(2), place(3, dear)]
    stock = {(1, 1): 1, (2, 2): 1, (1, 3): 1, (2, 3): 1}
    policy = Policy(mode="cheapest", parcel_cost=3.0)

    plan = engine.plan(lines((1, 1), (2, 1)), places, stock, policy)

    assert granted(plan) == {1: {3: 1}, 2: {3: 1}}
    assert [option.total for option in plan.options] == [12.0, 13.0, 13.0]


def test_lateness_work_and_a_full_day_count():
    slow = Lane([10_000], [5.0], days=9)
    policy = Policy(mode="cheapest", late_cost=5.0, over_capacity_cost=4.0)
    places = [
        place(1, slow),
        place(2, spare=0),
        place(3, order_cost=3.0, piece_cost=0.25),
    ]
    stock = {(1, at): 2 for at in (1, 2, 3)}

    plan = engine.plan(lines((1, 2)), places, stock, policy)

    assert granted(plan) == {1: {3: 2}}
    assert [(o.total, o.parts) for o in plan.options] == [
        (8.5, {"shipping": 5.0, "handling": 3.5}),
        (9.0, {"shipping": 5.0, "capacity": 4.0}),
        (10.0, {"shipping": 5.0, "late": 5.0}),
    ]
    assert [c.outranked for c in plan.candidates] == [
        None,
        ("lowest_cost", 0.5),
        ("lowest_cost", 1.5),
    ]


def test_the_dearer_service_is_taken_when_it_saves_the_penalty():
    slow, fast = Lane([1000], [4.0], days=9), Lane([1000], [6.0], days=1)
    both = Candidate(1, "L1", lanes=[slow, fast])

    plan = engine.plan(lines((1, 1)), [both], {(1, 1): 1}, MONEY)

    assert plan.options[0].parts == {"shipping": 6.0}


def test_a_hard_limit_closes_the_day():
    plan = engine.plan(lines((1, 1)), [place(1, spare=0)], {(1, 1): 1}, MONEY)

    assert plan.grants == []
    assert plan.candidates[0].excluded == Excluded.DAILY_CAP_REACHED


def test_what_is_kept_for_others_has_its_price():
    stock = {(1, 1): 1, (1, 2): 5}
    places = [place(1, distance_km=1.0), place(2, distance_km=9.0)]
    kept = {(1, 1): 2.5}

    plan = engine.plan(lines((1, 1)), places, stock, MONEY, kept)

    assert granted(plan) == {1: {2: 1}}
    assert plan.options[1].parts == {"shipping": 5.0, "scarcity": 2.5}


def test_a_line_that_no_place_can_fill_is_cut_largest_stock_first():
    stock = {(1, 1): 2, (1, 2): 3, (1, 3): 1}

    plan = engine.plan(lines((1, 5)), [place(n) for n in (1, 2, 3)], stock, MONEY)

    assert granted(plan) == {1: {2: 3, 1: 2}}


def test_what_is_nowhere_waits():
    plan = engine.plan(lines((1, 5), (2, 1)), [place(1)], {(1, 1): 2}, MONEY)

    assert granted(plan) == {1: {1: 2}}


def test_two_lines_of_one_product_share_the_stock():
    places = [place(1, distance_km=1.0), place(2, distance_km=2.0)]

    plan = engine.plan(lines((1, 2), (1, 2)), places, {(1, 1): 3, (1, 2): 4}, MONEY)

    assert granted(plan) == {1: {2: 2}, 2: {2: 2}}


def test_no_more_parcels_than_allowed():
    policy = Policy(mode="cheapest", max_parcels=1)
    stock = {(1, 1): 1, (2, 2): 1, (3, 2): 1}

    plan = engine.plan(
        lines((1, 1), (2, 1), (3, 1)), [place(1), place(2)], stock, policy
    )

    assert granted(plan) == {2: {2: 1}, 3: {2: 1}}


def test_a_location_without_a_rate_is_left_out_but_never_stops_an_order():
    near = place(1, None, distance_km=1.0)

    other = engine.plan(lines((1, 1)), [near, place(2)], {(1, 1): 1, (1, 2): 1}, MONEY)
    alone = engine.plan(lines((1, 1)), [place(1, None)], {(1, 1): 1}, MONEY)

    assert granted(other) == {1: {2: 1}}
    assert (granted(alone), alone.mode) == ({1: {1: 1}}, "ranked")


def test_what_is_too_heavy_for_a_table_goes_by_the_ranked_way():
    plan = engine.plan(lines((1, 1), weight=90_000), [place(1)], {(1, 1): 1}, MONEY)

    assert (granted(plan), plan.mode) == ({1: {1: 1}}, "ranked")


def test_of_equal_plans_the_nearest_wins():
    places = [place(1, distance_km=9.0), place(2, distance_km=2.0)]

    plan = engine.plan(lines((1, 1)), places, {(1, 1): 1, (1, 2): 1}, MONEY)

    assert plan.location_ids == [2]


@st.composite
def cases(draw):
    products = list(range(1, draw(st.integers(1, 4)) + 1))
    numbers = range(draw(st.integers(1, 4)))
    amount = st.integers(0, 400).map(lambda n: n / 8)
    places = [
        place(
            n,
            Lane(
                [100, 200, 400],
                sorted(draw(st.tuples(amount, amount, amount))),
                draw(st.integers(1, 5)),
            ),
            order_cost=draw(amount),
            piece_cost=draw(amount),
            spare=draw(st.sampled_from([None, 0, 3])),
        )
        for n in numbers
    ]
    stock = {(p, n): draw(st.integers(0, 2)) for p in products for n in numbers}
    policy = Policy(
        mode="cheapest",
        parcel_cost=draw(amount),
        late_cost=draw(amount),
        over_capacity_cost=draw(amount),
        promise_days=3,
    )
    return lines(*((p, 1) for p in products)), places, stock, policy


def cost_of(boxes, demands, places, policy):
    """By the words of the rules, not by the engine."""
    total = 0.0
    for at, items in boxes.items():
        c = places[at]
        price = c.lanes[0].price(sum(demands[n].weight for n in items))
        if price is None:
            return float("inf")
        late = policy.late_cost if c.lanes[0].days > policy.promise_days else 0
        full = policy.over_capacity_cost if c.spare == 0 else 0
        total += price + late + full + c.order_cost + c.piece_cost * len(items)
    return total + policy.parcel_cost * (len(boxes) - 1)


@settings(max_examples=150, deadline=None)
@given(cases())
def test_no_way_of_sharing_the_lines_out_is_cheaper(case):
    demands, places, stock, policy = case
    able = [
        [n for n in range(len(places)) if stock[demand.product_id, n]]
        for demand in demands
    ]
    there = [n for n, some in enumerate(able) if some]
    best = float("inf")
    for choice in itertools.product(*(able[n] for n in there)):
        boxes = {}
        for number, at in zip(there, choice, strict=True):
            boxes.setdefault(at, []).append(number)
        if boxes:
            best = min(best, cost_of(boxes, demands, places, policy))

    plan = engine.plan(demands, places, stock, policy)

    assert len(plan.grants) == len(there)
    if there:
        # five parts of a total are each shown to the cent
        assert plan.options[0].total == pytest.approx(best, abs=0.026)


@settings(max_examples=40, deadline=None)
@given(cases())
def test_the_search_is_never_better_than_the_exact_plan_and_sends_as_much(case):
    demands, places, stock, policy = case
    exact = engine.plan(demands, list(places), stock, policy)
    most, cheapest.MOST_EXACT = cheapest.MOST_EXACT, 0
    try:
        found = engine.plan(demands, places, stock, policy)
    finally:
        cheapest.MOST_EXACT = most

    assert len(found.grants) == len(exact.grants)
    if exact.grants:
        assert found.options[0].total >= exact.options[0].total - 0.02


def test_an_order_of_thirty_lines_is_searched():
    places = [place(n, piece_cost=n / 10) for n in range(1, 11)]
    stock = {
        (p, n): 1 for p in range(30) for n in range(1, 11) if (p * n) % 3 or n == p % 10
    }

    plan = engine.plan(lines(*((p, 1) for p in range(30))), places, stock, MONEY)

    wanted = [p for p in range(30) if any((p, n) in stock for n in range(1, 11))]
    assert len(plan.grants) == len(wanted)
    assert len(plan.options) <= search.MOST_IMPROVED


@pytest.mark.parametrize("mode", ["cheapest", "ranked"])
def test_a_slice_of_the_benchmark_costs_what_it_should(mode):
    if not INSTANCES.exists():
        pytest.skip("the instances of the routing benchmark are not on this machine")
    from tests.benchmarks.instances import Instance, replay

    account = replay(Instance(INSTANCES / "US-balanced-1.json.gz"), mode, 300)

    assert account.orders == 300
    assert account.cost / account.orders < 16
