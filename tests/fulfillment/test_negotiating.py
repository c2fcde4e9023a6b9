"""What a 3PL was sent is not taken away from it: it is asked, and it answers."""

import pytest

from fulfillment.models import FulfillmentOrder
from fulfillment.services import accepting, giving_back, negotiating, overriding, work
from fulfillment.services import rejecting as rejecting_services
from fulfillment.services.leaving import ship_works
from fulfillment.services.negotiating import Request
from fulfillment.services.shipping import Label
from inventory.models import StockLevel
from oms.core.models import Event
from oms.invariants import violations
from orders.services import cancellation
from tests import shop
from tests.fulfillment.thirdparty import (
    asked,
    become_partner,
    cancel,
    fresh,
    items,
    sent,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(world):
    become_partner(world.ber)
    return world.ber


def held(world) -> list[int]:
    """What Berlin and New York have promised of shirts."""
    rows = StockLevel.objects.filter(product=world.shirt).order_by("location__code")
    rows = rows.filter(location__in=[world.ber, world.nyc])
    return list(rows.values_list("allocated", flat=True))


def said(each) -> list[str]:
    """What its timeline tells of requests, shortly."""
    rows = Event.objects.filter(subject_type="fulfillmentorder", subject_id=each.pk)
    rows = rows.filter(action__contains="cancellation").order_by("pk")
    return [each.action.partition("cancellation_")[2] for each in rows]


def test_a_3pl_is_sent_what_is_released_and_no_work_item_waits(world, partner):
    [each] = sent(world.channel)

    assert each.submitted_at
    assert Event.objects.get(action="fulfillmentorder.submitted").data == {
        "location": "BER"
    }
    assert items("supplier_confirmation") == []


def test_cancelling_the_order_asks_and_the_order_lives_until_the_answer(world, partner):
    [each] = sent(world.channel)

    out = cancel(each.order)

    order, each = fresh(each.order), fresh(each)
    assert "asked to cancel" in cancellation.asked_elsewhere(out)[order.pk]
    assert (order.status, each.status) == ("processing", "released")
    assert (each.cancellation, each.cancellation_reason) == (
        "requested",
        "changed mind",
    )
    assert held(world) == [2, 0]
    [title] = items("cancellation_asked")
    assert "BER was asked to cancel it (changed mind)" in title
    assert violations() == []


def test_what_it_gives_back_is_cancelled_and_its_stock_is_free(world, partner):
    [each] = sent(world.channel)
    cancel(each.order)

    giving_back.accept_cancellation([each.pk], actor="key:wms").one()

    order, each = fresh(each.order), fresh(each)
    assert (order.status, order.phase, each.status) == ("cancelled",) * 3
    assert (each.cancellation, said(each)) == ("accepted", ["requested", "accepted"])
    assert held(world) == [0, 0]
    assert items("cancellation_asked") == items("cancellation_refused") == []
    assert violations() == []


def test_what_it_keeps_goes_on_and_staff_read_why(world, partner):
    [each] = sent(world.channel)
    cancel(each.order)

    negotiating.refuse_cancellation({each.pk: "In the van"}, actor="key:wms").one()

    each = fresh(each)
    assert (each.status, each.cancellation) == ("released", "rejected")
    assert each.cancellation_answer == "In the van"
    [title] = items("cancellation_refused")
    assert "BER does not cancel it: In the van. Tell the customer" in title
    assert violations() == []
    ship_works({each.pk: Label("T-1")}, actor="key:wms").one()
    assert fresh(each.order).status == "completed"


def test_shipping_wins_over_a_request_and_says_so(world, partner):
    [each] = sent(world.channel)
    cancel(each.order)

    ship_works({each.pk: Label("T-1")}, actor="key:wms").one()

    each = fresh(each)
    assert (each.status, each.cancellation) == ("fulfilled", "rejected")
    assert said(each) == ["requested", "rejected"]
    [title] = items("cancellation_refused")
    assert "It had left already." in title
    late = giving_back.accept_cancellation([each.pk], actor="key:wms")
    assert "nobody asks" in late.refused[each.pk][0]
    assert violations() == []


def test_a_part_of_its_work_cannot_be_asked_for(world, partner):
    [each] = sent(world.channel, lines=[("SHIRT", 2), ("MUG", 1)])
    lines = {line.sku: line.pk for line in each.order.lines.all()}
    facts = {"reason": "less", "actor": "t"}

    part = cancellation.cancel_lines({lines["SHIRT"]: 2}, **facts)
    whole = cancellation.cancel_lines({lines["SHIRT"]: 2, lines["MUG"]: 1}, **facts)

    [reason] = part.refused[lines["SHIRT"]]
    assert f"BER has the pieces and can only be asked for all of {each}" in reason
    assert (whole.refused, fresh(each).cancellation) == ({}, "requested")
    assert violations() == []


def test_by_force_nobody_is_asked(world, partner):
    [each] = sent(world.channel)
    asked(each)

    out = cancel(each.order, force=True)

    assert cancellation.asked_elsewhere(out) == {}
    each = fresh(each)
    assert (each.status, each.cancellation) == ("cancelled", "withdrawn")
    assert fresh(each.order).status == "cancelled"
    assert items("cancellation_asked") == []
    assert violations() == []


def test_a_request_is_withdrawn_and_may_be_made_again(world, partner):
    [each] = sent(world.channel)
    asked(each).one()

    twice = asked(each)
    negotiating.withdraw_cancellation([each.pk], actor="user:mia").one()
    again = asked(each)

    assert "asked for already" in twice.refused[each.pk][0]
    assert again.one().cancellation == "requested"
    assert said(each) == ["requested", "withdrawn", "requested"]
    assert violations() == []


def test_pieces_that_are_still_wanted_are_sent_from_elsewhere(world, partner):
    [each] = sent(world.channel)
    asked(each, reroutes=True).one()

    giving_back.accept_cancellation([each.pk], actor="key:wms").one()

    [now] = shop.works_of([each.order])
    assert (now.location, now.status) == (world.store, "assigned")
    assert fresh(each).status == "cancelled"
    assert held(world) == [0, 0]
    decision = each.order.routing_decisions.latest("pk")
    assert decision.reason == "BER gave it back: changed mind"
    assert violations() == []


@pytest.mark.parametrize("to", ["picking", "packed"])
def test_a_partner_may_give_back_what_it_has_begun(world, partner, to):
    [each] = sent(world.channel)
    work.start_picking([each], actor="t").one()
    if to == "packed":
        work.pick([each], actor="t").one()
        work.pack_work([each], actor="t").one()
    cancel(each.order)

    giving_back.accept_cancellation([each.pk], actor="key:wms").one()

    assert fresh(each.order).status == "cancelled"
    assert held(world) == [0, 0]
    assert violations() == []


def test_what_is_asked_back_is_neither_moved_nor_accepted_nor_rejected(world, partner):
    [each] = sent(world.channel)
    move = {each.pk: world.nyc.pk}
    facts = {"reason": "r", "actor": "t"}

    kept = overriding.override(move, **facts).refused[each.pk]
    asked(each).one()
    moved = overriding.override(move, force=True, **facts).refused[each.pk]
    taken = accepting.accept_work({each.pk: ""}, actor="t").refused[each.pk]
    no = {each.pk: rejecting_services.Rejection("other")}
    rejected = rejecting_services.reject(no, actor="t").refused[each.pk]

    assert "ask it to give the work back" in kept[0]
    for [reason] in (moved, taken, rejected):
        assert "its cancellation is asked for" in reason
    assert violations() == []


def test_own_work_is_cancelled_as_ever_and_cannot_be_asked_for(world):
    [each] = sent(world.channel)

    refused = asked(each).refused[each.pk]
    cancel(each.order)

    assert "no partner was sent it" in refused[0]
    assert fresh(each.order).status == "cancelled"


def test_bad_words_change_nothing(world, partner):
    [each] = sent(world.channel)

    for bad in ("", "  ", "x" * 201, "a\0b", None):
        out = negotiating.request_cancellation({each.pk: Request(bad)}, actor="t")
        assert "say why" in out.refused[each.pk][0]
    asked(each).one()
    for bad in ("", "x" * 201, None):
        out = negotiating.refuse_cancellation({each.pk: bad, 0: "n"}, actor="t")
        assert "say why" in out.refused[each.pk][0]
        assert 0 in out.refused

    assert fresh(each).cancellation == "requested"


def test_a_hundred_answers_take_as_many_statements_as_one(world, partner, statements):
    shop.receive(partner, {"SHIRT": 1000})

    def prepare(count):
        works = sent(world.channel, count)
        for each in works:
            asked(each)
        return [each.pk for each in works]

    counts = statements.by_size(
        prepare, lambda pks: giving_back.accept_cancellation(pks, actor="t")
    )

    assert counts[1] == counts[100]
    assert not FulfillmentOrder.objects.exclude(status="cancelled").exists()
