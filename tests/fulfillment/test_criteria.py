"""Each criterion by itself, and in the order that a policy gives them. No database."""

import pytest

from fulfillment.routing import engine
from fulfillment.routing.facts import Candidate, Demand, Excluded, Lane, Policy

NEAR_AND_DEAR = Lane([1000], [9.0], days=4)
FAR_AND_CHEAP = Lane([1000], [5.5], days=2)


def places():
    return [
        Candidate(1, "A", 90, 10.0, lanes=[NEAR_AND_DEAR], spare=3),
        Candidate(2, "B", 10, 500.0, in_region=True, lanes=[FAR_AND_CHEAP], spare=40),
    ]


def run(*criteria, stock=None, demands=None, **rules):
    stock = stock or {(1, 1): 5, (1, 2): 8}
    demands = demands or [Demand(1, 1, 1, 2, weight=100)]
    return engine.plan(demands, places(), stock, Policy(criteria=criteria, **rules))


@pytest.mark.parametrize(
    ("criterion", "winner", "gap"),
    [
        ("region", 2, 1),
        ("nearest", 1, 490.0),
        ("lowest_cost", 2, 3.5),
        ("fastest", 2, 2),
        ("most_stock", 2, 3.0),
        ("capacity", 2, 37),
        ("preferred", 2, 80),
    ],
)
def test_the_better_one_wins_and_the_other_knows_by_how_much(criterion, winner, gap):
    plan = run(criterion)

    loser = next(c for c in plan.candidates if c.location_id != winner)
    assert plan.location_ids == [winner]
    assert loser.outranked == (criterion, gap)


def test_a_tie_goes_to_the_next_criterion():
    stock = {(1, 1): 5, (1, 2): 5}

    assert run("most_stock", "nearest", stock=stock).location_ids == [1]
    assert run("most_stock", "region", stock=stock).location_ids == [2]


def test_fewest_parcels_first_or_nearest_first():
    stock = {(1, 1): 5, (1, 2): 8, (2, 2): 1}
    demands = [Demand(1, 1, 1, 1), Demand(2, 2, 2, 1)]

    together = run("fewest_splits", "nearest", stock=stock, demands=demands)
    by_way = run("preferred", "fewest_splits", stock=stock, demands=demands)

    assert together.location_ids == [2]
    assert by_way.location_ids == [2]


def test_where_the_way_counts_first_two_near_ones_beat_a_far_one():
    near = [Candidate(n, f"N{n}", distance_km=10.0 * n) for n in (1, 2)]
    far = Candidate(3, "F", distance_km=900.0)
    stock = {(1, 1): 1, (2, 2): 1, (1, 3): 1, (2, 3): 1}
    demands = [Demand(1, 1, 1, 1), Demand(2, 2, 2, 1)]

    plan = engine.plan(demands, [*near, far], stock, Policy(criteria=("nearest",)))

    assert plan.location_ids == [1, 2]


def test_nobody_in_a_set_sends_nothing():
    places = [Candidate(n, f"N{n}", distance_km=1.0, spare=n) for n in (1, 2, 3)]
    stock = {(1, 1): 1, (2, 2): 1, (1, 3): 0}
    demands = [Demand(1, 1, 1, 1), Demand(2, 2, 2, 1)]

    plan = engine.plan(demands, places, stock, Policy(criteria=("capacity",)))

    assert sorted(plan.location_ids) == [1, 2]


def test_an_unknown_way_is_last_and_says_so():
    places = [Candidate(1, "A"), Candidate(2, "B", distance_km=9000.0)]

    plan = engine.plan([Demand(1, 1, 1, 1)], places, {(1, 1): 1, (1, 2): 1})

    assert plan.location_ids == [2]
    assert plan.candidates[1].outranked == ("DISTANCE_UNKNOWN", None)


def test_without_a_rate_the_cost_is_unknown_and_last():
    free = Candidate(1, "A", distance_km=1.0)
    dear = Candidate(2, "B", distance_km=2.0, lanes=[NEAR_AND_DEAR])
    stock = {(1, 1): 1, (1, 2): 1}

    plan = engine.plan(
        [Demand(1, 1, 1, 1)], [free, dear], stock, Policy(criteria=("lowest_cost",))
    )

    assert plan.location_ids == [2]
    assert free.outranked == ("lowest_cost", None)


def test_the_most_parcels_bound_sets_too():
    stock = {(1, 1): 1, (2, 2): 1}
    demands = [Demand(1, 1, 1, 1), Demand(2, 2, 2, 1)]

    plan = run("fewest_splits", stock=stock, demands=demands, max_parcels=1)

    assert len(plan.location_ids) == 1
    assert [c.excluded for c in plan.candidates].count(Excluded.MAX_SPLITS) == 1


def test_too_far_is_too_far_but_an_unknown_way_is_not():
    places = [Candidate(1, "A", distance_km=500.0), Candidate(2, "B")]
    stock = {(1, 1): 1, (1, 2): 1}

    plan = engine.plan([Demand(1, 1, 1, 1)], places, stock, Policy(max_distance_km=499))

    assert plan.location_ids == [2]
    assert places[0].excluded == Excluded.TOO_FAR
