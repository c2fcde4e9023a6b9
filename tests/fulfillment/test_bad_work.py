"""Bad input to the work at a location: refused with a text, nothing changed, the good
work of the same set done."""

import pytest

from fulfillment.models import FulfillmentOrder
from fulfillment.services import waiting, work
from tests import shop
from tests.snapshot import reasons, tables

pytestmark = pytest.mark.django_db
MISSING = 999_999_999
NOT_COUNTS = [-1, 4, 1.5, 2.0, "1", None, True, float("nan"), 2**70, [1], "a\x00b"]
SERVICES = [work.release_work, work.start_picking, work.pick, work.pack_work]
WRONG = [
    (work.release_work, "released"),
    (work.start_picking, "picking"),
    (work.start_picking, None),
    (work.pick, "released"),
    (work.pick, "packed"),
    (work.pack_work, "released"),
    (work.pack_work, "packed"),
]


@pytest.fixture
def picking(world):
    """Two works with one line of three pieces each, in somebody's hands."""
    orders = shop.place_orders(world.channel, 2, [("SHIRT", 3)])
    shop.advance(orders, to="picking")
    return shop.works_of(orders)


def line_of(each):
    return each.lines.get()


@pytest.mark.parametrize("pk", [MISSING, 2**70, -1, None, "1", "x", 1.0, True])
@pytest.mark.parametrize("service", SERVICES)
def test_unknown_work_is_refused(world, service, pk):
    before = tables()

    out = service([FulfillmentOrder(pk=pk)], actor="t")

    assert (list(out.refused), out.done) == ([pk], [])
    assert reasons(out) == [
        f"The fulfillment order with key {pk} does not exist; check the key"
    ]
    assert tables() == before


@pytest.mark.parametrize(("service", "step"), WRONG)
def test_work_of_the_wrong_status_is_refused(world, service, step):
    orders = shop.place_orders(world.channel)
    if step:
        shop.advance(orders, to=step)
    works = shop.works_of(orders)
    before = tables()

    out = service(works, actor="t")

    assert (list(out.refused), out.done) == ([works[0].pk], [])
    assert reasons(out)[0].startswith(f"{works[0]}: ")
    assert tables() == before


@pytest.mark.parametrize("service", SERVICES)
def test_cancelled_work_is_refused(world, service):
    from orders.services import cancellation

    orders = shop.place_orders(world.channel)
    works = shop.works_of(orders)
    cancellation.cancel_orders(orders, reason="changed mind", actor="t").one()
    before = tables()

    out = service(works, actor="t")

    assert list(out.refused) == [works[0].pk]
    assert tables() == before


@pytest.mark.parametrize("service", SERVICES[:2])
def test_the_good_work_of_a_set_with_bad_ones_is_done(world, service):
    bad, good = shop.place_orders(world.channel, 2)
    shop.advance([bad], to="picking")
    if service is work.start_picking:
        shop.advance([good], to="released")
    works = shop.works_of([bad, good])

    out = service([*works, FulfillmentOrder(pk=MISSING)], actor="t")

    assert [each.pk for each in out.done] == [works[1].pk]
    assert set(out.refused) == {works[0].pk, MISSING}


@pytest.mark.parametrize("count", NOT_COUNTS)
def test_bad_counts_refuse_their_work_and_no_other(picking, count):
    bad, good = picking
    picked = {line_of(bad).pk: count, line_of(good).pk: 2}

    out = work.pick(picking, actor="t", picked=picked)

    assert reasons(out) == [
        f"{bad}: {count!r} pieces picked of 3 that are wanted; count again, from 0 to "
        "that."
    ]
    assert [each.pk for each in out.done] == [good.pk]
    assert [line_of(each).picked_quantity for each in picking] == [0, 2]


@pytest.mark.parametrize("key", [MISSING, 2**70, "1", None])
def test_counts_of_no_line_of_the_work_are_refused(picking, key):
    before = tables()

    out = work.pick(picking[:1], actor="t", picked={key: 1})

    assert out.refused == {
        key: [
            f"Line {key!r} belongs to none of this work; its count is not kept. Scan "
            "the work that it belongs to."
        ]
    }
    assert tables()["FulfillmentOrderLine"] == before["FulfillmentOrderLine"]


def test_a_count_for_the_line_of_other_work_is_refused_the_rest_is_done(picking):
    mine, other = picking
    picked = {line_of(mine).pk: 3, line_of(other).pk: 3}

    out = work.pick([mine], actor="t", picked=picked)

    assert list(out.refused) == [line_of(other).pk]
    assert [each.pk for each in out.done] == [mine.pk]
    assert [line_of(each).picked_quantity for each in picking] == [3, 0]


def test_a_box_with_pieces_missing_is_not_packed(picking):
    bad, good = picking
    picked = {line_of(bad).pk: 2, line_of(good).pk: 3}
    work.pick(picking, actor="t", picked=picked)

    out = work.pack_work(picking, actor="t")

    assert list(out.refused) == [bad.pk]
    assert [each.pk for each in out.done] == [good.pk]


@pytest.mark.parametrize("key", [MISSING, 2**70, -1, "1", "x", None, 1.0])
def test_unknown_products_are_refused_and_the_others_served(world, key):
    shop.place_orders(world.channel, lines=[("POSTER", 2)])
    before = tables()
    alone = waiting.allocate_waiting([key], actor="t")
    unchanged = tables() == before
    shop.receive(world.ber, {"POSTER": 5})

    out = waiting.allocate_waiting([key, world.poster.pk], actor="t")

    text = f"Product {key!r} does not exist. Check the key."
    assert unchanged
    assert (alone.done, alone.refused) == ([], {key: [text]})
    assert (len(out.done), out.refused) == (1, {key: [text]})


def test_products_that_nobody_waits_for_are_no_error(world):
    before = tables()

    out = waiting.allocate_waiting([world.shirt.pk, world.poster.pk], actor="t")

    assert (out.done, out.refused) == ([], {})
    assert tables() == before
