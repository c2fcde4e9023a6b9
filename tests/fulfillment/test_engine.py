"""The engine by itself: values in, values out, no database."""

from fulfillment.routing import engine, ranked
from fulfillment.routing.facts import Candidate, Demand, Excluded

SHIRT, MUG, POSTER = 1, 2, 3


def place(pk, km=None, **fields):
    return Candidate(pk, f"L{pk:02}", distance_km=km, **fields)


def lines(*said):
    """Demands for (product, pieces), the keys of the lines counted from 1."""
    return [
        Demand(n, n, product, pieces) for n, (product, pieces) in enumerate(said, 1)
    ]


def run(demands, places, stock):
    """{line: {location: pieces}}, as far as there is any."""
    granted = {}
    for grant in engine.plan(demands, places, stock).grants:
        granted.setdefault(grant.line_id, {})[grant.location_id] = grant.quantity
    return granted


def test_the_nearest_location_that_holds_everything_sends_it():
    places = [place(1, 10.0), place(2, 50.0), place(3, 90.0)]
    stock = {(SHIRT, 1): 9}
    stock |= {(product, at): 9 for product in (SHIRT, MUG) for at in (2, 3)}

    granted = run(lines((SHIRT, 2), (MUG, 1)), places, stock)

    assert granted == {1: {2: 2}, 2: {2: 1}}


def test_the_fewest_locations_send_it_when_none_holds_everything():
    places = [place(1, 1.0), place(2, 2.0), place(3, 900.0), place(4, 950.0)]
    stock = {(SHIRT, 1): 1, (MUG, 2): 1, (POSTER, 4): 1}
    stock |= {(SHIRT, 3): 1, (MUG, 3): 1}

    granted = run(lines((SHIRT, 1), (MUG, 1), (POSTER, 1)), places, stock)

    assert granted == {1: {3: 1}, 2: {3: 1}, 3: {4: 1}}


def test_the_nearest_of_equally_small_sets_sends_it():
    places = [place(1, 100.0), place(2, 30.0), place(3, 20.0), place(4, 40.0)]
    stock = {(SHIRT, 1): 1, (SHIRT, 2): 1, (MUG, 3): 1, (MUG, 4): 1}

    granted = run(lines((SHIRT, 1), (MUG, 1)), places, stock)

    assert granted == {1: {2: 1}, 2: {3: 1}}


def test_a_set_with_a_known_way_beats_one_with_an_unknown_way():
    places = [place(1, 5.0), place(2), place(3, 9000.0)]
    stock = {(SHIRT, 1): 1, (MUG, 2): 1, (MUG, 3): 1}

    granted = run(lines((SHIRT, 1), (MUG, 1)), places, stock)

    assert granted == {1: {1: 1}, 2: {3: 1}}


def test_one_line_is_sent_in_parts_when_no_location_has_enough():
    places = [place(1, 10.0), place(2, 20.0), place(3, 30.0)]
    stock = {(SHIRT, 1): 2, (SHIRT, 2): 2, (SHIRT, 3): 2}

    granted = run(lines((SHIRT, 3)), places, stock)

    assert granted == {1: {1: 2, 2: 1}}


def test_what_there_is_not_waits():
    places = [place(1, 10.0), place(2, 20.0)]
    stock = {(SHIRT, 1): 2, (SHIRT, 2): 5}

    granted = run(lines((SHIRT, 9), (MUG, 1)), places, stock)

    assert granted == {1: {1: 2, 2: 5}}


def test_equal_distances_are_decided_by_priority_and_then_by_code():
    places = [
        place(4, 7.0),
        place(3, 7.0),
        place(2, 7.0, priority=50),
        place(1, 7.0, priority=200),
    ]
    stock = dict.fromkeys(((SHIRT, at) for at in (1, 2, 3, 4)), 1)

    plan = engine.plan(lines((SHIRT, 1)), places, stock)

    assert [candidate.code for candidate in plan.candidates] == [
        "L02",
        "L03",
        "L04",
        "L01",
    ]
    assert plan.location_ids == [2]


def test_an_unknown_distance_comes_last_whatever_its_priority():
    places = [place(1, priority=1), place(2, 0.0), place(3, 9000.0)]
    stock = dict.fromkeys(((SHIRT, at) for at in (1, 2, 3)), 1)

    plan = engine.plan(lines((SHIRT, 1)), places, stock)

    assert [candidate.location_id for candidate in plan.candidates] == [2, 3, 1]
    assert plan.location_ids == [2]


def test_two_lines_of_one_sku_share_the_stock():
    places = [place(1, 10.0), place(2, 20.0)]
    stock = {(SHIRT, 1): 3, (SHIRT, 2): 2}

    granted = run(lines((SHIRT, 2), (SHIRT, 2)), places, stock)

    assert granted == {1: {1: 2}, 2: {2: 2}}


def test_the_nearest_location_is_passed_over_when_two_lines_empty_it_together():
    places = [place(1, 10.0), place(2, 20.0)]
    stock = {(SHIRT, 1): 3, (SHIRT, 2): 4}

    granted = run(lines((SHIRT, 2), (SHIRT, 2)), places, stock)

    assert granted == {1: {2: 2}, 2: {2: 2}}


def test_untracked_goods_go_along_with_the_tracked_ones():
    places = [place(1, 10.0), place(2, 20.0)]
    demands = [Demand(1, 1, MUG, 4, tracked=False), Demand(2, 2, SHIRT, 1)]

    granted = run(demands, places, {(SHIRT, 2): 1})

    assert granted == {1: {2: 4}, 2: {2: 1}}


def test_untracked_goods_alone_come_from_the_nearest_location():
    places = [place(1, 30.0), place(2, 20.0)]

    granted = run([Demand(1, 1, MUG, 4, tracked=False)], places, {})

    assert granted == {1: {2: 4}}


def test_nothing_is_granted_where_nothing_is_and_each_location_says_why():
    places = [
        place(1, 1.0),
        place(2, 2.0),
        place(3, 3.0, excluded=Excluded.INACTIVE),
        place(4, 4.0, excluded=Excluded.NOT_IN_POOL),
    ]
    stock = {(SHIRT, 2): 0, (SHIRT, 4): 9}

    plan = engine.plan(lines((SHIRT, 1)), places, stock)

    assert plan.grants == []
    assert [candidate.excluded for candidate in plan.candidates] == [
        Excluded.NO_STOCK_RECORD,
        Excluded.INSUFFICIENT_ATP,
        Excluded.INACTIVE,
        Excluded.NOT_IN_POOL,
    ]


def test_no_locations_at_all_grant_nothing():
    demands = [*lines((SHIRT, 1)), Demand(2, 2, MUG, 1, tracked=False)]

    plan = engine.plan(demands, [], {})

    assert (plan.grants, plan.candidates) == ([], [])


def test_an_over_scattered_order_takes_most_of_the_rest_again_and_again():
    """Products 1 to 6 lie one by one in locations 1 to 6; 7, the farthest, has two of
    them and so goes first. That leaves four, each from its only place."""
    places = [place(n, float(n)) for n in range(1, 8)]
    stock = {(n, n): 1 for n in range(1, 7)} | {(5, 7): 1, (6, 7): 1}

    granted = run(lines(*((n, 1) for n in range(1, 7))), places, stock)

    assert granted == {n: {n: 1} for n in range(1, 5)} | {5: {7: 1}, 6: {7: 1}}


def test_an_order_beyond_the_nearest_candidates_is_served_by_those_far_away():
    near = [place(n, float(n)) for n in range(1, ranked.MOST_CANDIDATES + 1)]
    far = place(90, 9000.0)
    stock = {(SHIRT, candidate.location_id): 1 for candidate in near}
    stock[MUG, far.location_id] = 1

    granted = run(lines((SHIRT, 1), (MUG, 1)), [*near, far], stock)

    assert granted == {1: {1: 1}, 2: {90: 1}}
