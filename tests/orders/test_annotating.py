"""What staff write on orders: tags, priority, gift, notes."""

import pytest

from oms.core.models import Event
from orders.models import Order
from orders.services import cancellation
from orders.services.annotating import Annotation, annotate_orders
from orders.services.notes import add_notes
from tests import shop
from tests.concurrency.racing import errors, race
from tests.snapshot import reasons, tables

pytestmark = pytest.mark.django_db
MISSING = 999_999_999


@pytest.fixture
def order(world):
    [order] = shop.place_orders(world.channel)
    return order


def annotate(order, **said):
    return annotate_orders({order.pk: Annotation(**said)}, actor="user:anna")


def annotated():
    return Event.objects.filter(action="order.annotated").order_by("pk")


def test_tags_are_added_and_taken_away(order):
    annotate(order, add_tags=[" VIP ", "Trade fair"]).one()
    annotate(order, add_tags=["VIP", "b2b"], remove_tags=["Trade fair", "none"]).one()

    order.refresh_from_db()
    assert order.tags == ["VIP", "b2b"]
    assert [event.data for event in annotated()] == [
        {"before": {"tags": []}, "after": {"tags": ["VIP", "Trade fair"]}},
        {
            "before": {"tags": ["VIP", "Trade fair"]},
            "after": {"tags": ["VIP", "b2b"]},
        },
    ]
    assert {event.actor for event in annotated()} == {"user:anna"}
    assert {(e.root_type, e.root_id) for e in annotated()} == {("order", order.pk)}


def test_priority_and_gift_stand_in_one_event(order):
    stamp = order.updated_at

    annotate(order, priority=5, is_gift=True, gift_message=" Dear Ann\r\nlove ").one()

    order.refresh_from_db()
    assert (order.priority, order.is_gift) == (5, True)
    assert order.gift_message == "Dear Ann\nlove"
    assert order.updated_at > stamp
    [event] = annotated()
    assert event.data["after"] == {
        "priority": 5,
        "is_gift": True,
        "gift_message": "Dear Ann\nlove",
    }


def test_the_message_goes_with_the_gift(order):
    annotate(order, is_gift=True, gift_message="Dear Ann").one()
    annotate(order, is_gift=False).one()

    order.refresh_from_db()
    assert (order.is_gift, order.gift_message) == (False, "")


def test_nothing_new_is_no_event(order):
    annotate(order, add_tags=["VIP"], priority=3).one()
    stamp = Order.objects.get(pk=order.pk).updated_at

    annotate(order, add_tags=["VIP"], remove_tags=["x"], priority=3, is_gift=False)
    out = annotate(order)

    assert out.one().pk == order.pk
    assert annotated().count() == 1
    assert Order.objects.get(pk=order.pk).updated_at == stamp


def test_closed_orders_are_annotated_too(order):
    cancellation.cancel_orders([order], reason="mind", actor="test").one()

    assert annotate(order, add_tags=["callback"]).one().tags == ["callback"]


@pytest.mark.parametrize(
    "said",
    [
        {"add_tags": [""]},
        {"add_tags": ["  "]},
        {"add_tags": ["x" * 33]},
        {"add_tags": ["a,b"]},
        {"add_tags": ["a\nb"]},
        {"add_tags": ["a\x00b"]},
        {"add_tags": ["\ud800"]},
        {"add_tags": [7]},
        {"add_tags": "VIP"},
        {"add_tags": None},
        {"remove_tags": [None]},
        {"add_tags": [str(n) for n in range(21)]},
        {"priority": "high"},
        {"priority": True},
        {"priority": 40_000},
        {"priority": 1.5},
        {"is_gift": "yes"},
        {"is_gift": 1},
        {"is_gift": True, "gift_message": "x" * 501},
        {"is_gift": True, "gift_message": "a\x00b"},
        {"is_gift": True, "gift_message": 7},
        {"gift_message": "for no gift"},
        {"is_gift": False, "gift_message": "for no gift"},
    ],
    ids=str,
)
def test_bad_values_are_refused_and_nothing_is_written(order, said):
    before = tables()

    out = annotate(order, **{"priority": 9} | said)

    [text] = reasons(out)
    assert text.startswith(str(order))
    assert text.endswith(".")
    assert tables() == before


@pytest.mark.parametrize("said", [None, "VIP", {"priority": 1}, ((), (), 1)], ids=str)
def test_what_is_no_annotation_is_refused(order, said):
    out = annotate_orders({order.pk: said}, actor="t")

    assert reasons(out) == [f"{order}: say what to change."]


@pytest.mark.parametrize("pk", [MISSING, None, True, "1", 1.0, 2**70], ids=str)
def test_what_is_no_order_is_refused(order, pk):
    good = {order.pk: Annotation(priority=1)}

    annotated = annotate_orders({pk: Annotation(priority=1)} | good, actor="t")
    noted = add_notes({pk: "hello"} | {order.pk: "hello"}, actor="t")

    assert list(annotated.refused) == list(noted.refused) == [pk]
    assert [o.pk for o in annotated.done] == [o.pk for o in noted.done] == [order.pk]


def test_a_note_is_an_event_of_the_order(order):
    out = add_notes({order.pk: "  Called her.\r\nShe waits. "}, actor="user:anna")

    event = Event.objects.get(action="order.noted")
    assert out.one().pk == order.pk
    assert event.data == {"text": "Called her.\nShe waits."}
    assert (event.root_type, event.root_id, event.actor) == (
        "order",
        order.pk,
        "user:anna",
    )


@pytest.mark.parametrize(
    "text", ["", " \n", None, 7, "x" * 2001, "a\x00b", "\ud800"], ids=repr
)
def test_a_bad_note_is_refused(order, text):
    before = tables()

    out = add_notes({order.pk: text}, actor="t")

    assert reasons(out) == [f"{order}: write a note of 1 to 2000 characters."]
    assert tables() == before


def test_the_longest_note_is_kept(order):
    assert add_notes({order.pk: "x" * 2000}, actor="t").one()


def test_statements_do_not_grow(world, statements):
    def prepare(count):
        pks = [order.pk for order in shop.place_orders(world.channel, count)]
        return [*pks, MISSING]

    annotated = statements.by_size(
        prepare,
        lambda pks: annotate_orders(
            {pk: Annotation(add_tags=[f"t{pk % 3}"], priority=pk % 5) for pk in pks},
            actor="t",
        ),
        sizes=(1, 10),
    )
    noted = statements.by_size(
        prepare,
        lambda pks: add_notes(dict.fromkeys(pks, "hello"), actor="t"),
        sizes=(1, 10),
    )

    assert annotated == {1: 3, 10: 3}
    assert noted == {1: 2, 10: 2}


@pytest.mark.django_db(transaction=True)
def test_tags_of_two_people_at_once_are_both_kept(world):
    [order] = shop.place_orders(world.channel)

    done = race(
        [
            lambda tag=tag: annotate_orders(
                {order.pk: Annotation(add_tags=[tag])}, actor="t"
            ).one()
            for tag in ("one", "two", "three", "four")
        ]
    )

    assert errors(done) == []
    order.refresh_from_db()
    assert set(order.tags) == {"one", "two", "three", "four"}
    assert annotated().count() == 4
