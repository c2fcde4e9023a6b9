"""The returns desk opens a return where nobody has asked for one, and two people at one
return are told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from oms.core.models import Event, WorkItem
from oms.invariants import violations
from returns.models import Return, ReturnPolicy
from returns.services import desk, inspecting
from tests import shop
from tests.concurrency.racing import race
from tests.returns.clerk import Clerk
from tests.returns.desk import asked, came, disposed, items, refunded, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def cleo(world):
    return Clerk(world.ber)


# --- Nobody has asked -----------------------------------------------------------------


def test_a_return_is_opened_for_the_pieces_of_an_order(world, cleo):
    order = sent(world, [("SHIRT", 2), ("MUG", 1)])

    assert cleo.scan(order.number) == "No return was asked for"
    for code in ("SHIRT", "MUG", "SHIRT"):
        assert "in what condition?" in cleo.scan(code), cleo.text
        cleo.press()
    assert cleo.scan("SHIRT") == "Not of this return"
    assert cleo.scan("POSTER") == "Not of this return"
    cleo.scan("")

    ret = Return.objects.get()
    assert (ret.source, ret.status, ret.location) == ("desk", "inspected", world.ber)
    counted = ret.lines.values_list("sku", "authorized_quantity", "received_quantity")
    assert sorted(counted) == [("MUG", 1, 1), ("SHIRT", 2, 2)]
    assert refunded(ret).amount == 30
    assert violations() == []


def test_the_policy_is_binding_at_the_desk(world, cleo, monkeypatch):
    ReturnPolicy.objects.create().final_sale.add(world.mug)
    order = sent(world, [("SHIRT", 1), ("MUG", 1)])

    cleo.scan(order.number)
    assert cleo.scan("MUG") == "Not taken back"
    assert "MUG is a final sale" in cleo.text
    assert not Return.objects.exists()
    cleo.scan("SHIRT")
    cleo.press()
    assert cleo.scan("MUG") == "Not of this return"

    other, late = sent(world), timezone.now() + timedelta(days=31)
    monkeypatch.setattr(desk.timezone, "now", lambda: late)
    assert cleo.scan(other.number) == "Not taken back"
    assert "the 30 days to return it ended on" in cleo.text


def test_an_order_that_has_sent_nothing_opens_nothing(world, cleo):
    [order] = shop.place_orders(world.channel)

    assert cleo.scan(order.number) == "Not taken back"
    assert cleo.scan("SHIRT") == "Not taken back"
    assert not Return.objects.exists()


def test_who_may_not_open_returns_is_told(world):
    cleo = Clerk(world.ber, may_open=False)
    order = sent(world)

    assert cleo.scan(order.number) == "No return was asked for"
    assert "you may not open it" in cleo.text
    cleo.facts = cleo.facts._replace(key=order.number)
    cleo.scan("SHIRT")
    assert not Return.objects.exists()


def test_an_unknown_parcel_takes_all_its_pieces(world, cleo):
    cleo.unknown()
    for code in ("SHIRT", "MUG", "MUG"):
        cleo.scan(code)
        cleo.press("quarantine")
    assert "a work item asks for it" in (cleo.scan("") and cleo.text)

    ret = Return.objects.get()
    assert (ret.source, ret.status, ret.order) == ("blind", "inspected", None)
    assert sum(line.received_quantity for line in ret.lines.all()) == 3
    assert WorkItem.objects.get().kind == "blind_return"
    assert violations() == []


# --- Two at one return ----------------------------------------------------------------


def test_the_second_person_is_told_who_was_faster(world, cleo):
    ret = asked(sent(world), {"SHIRT": 2})
    dora = Clerk(world.ber, "dora")
    for clerk in (cleo, dora):
        clerk.scan(ret.number)
    dora.scan("SHIRT")

    assert cleo.scan("SHIRT") == "This was counted already"
    assert "Last: dora at" in cleo.text
    assert ret.lines.get().received_quantity == 1
    assert cleo.press() == "Product SHIRT: Back to stock"
    assert dora.press() == "This was counted already"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["return", "order", "blind"])
def test_the_same_scan_at_the_same_moment_counts_once(world, cleo, kind):
    order = sent(world)
    if kind == "return":
        cleo.scan(asked(order, {"SHIRT": 2}).number)
    elif kind == "order":
        cleo.scan(order.number)
    else:
        cleo.unknown()

    answers = race([lambda: desk.scan("SHIRT", cleo.facts)] * 4)

    titles = sorted(answer.title for answer in answers)
    assert titles == ["Product SHIRT: in what condition?"] + (
        ["This was counted already"] * 3
    )
    assert [item.quantity for item in items(Return.objects.get())] == [1]


# --- What is kept ---------------------------------------------------------------------


def test_the_timeline_says_who_scanned_and_who_decided(world, cleo):
    ret = asked(sent(world), {"SHIRT": 1})
    for code in (ret.number, "SHIRT"):
        cleo.scan(code)
    cleo.press("scrap")
    cleo.scan("")

    mine = Event.objects.filter(actor="user:cleo", subject_type="return")
    actions = mine.order_by("id").values_list("action", flat=True)
    names = "received", "scanned", "disposed", "inspected"
    assert list(actions) == [f"return.{name}" for name in names]


def test_what_was_inspected_by_hand_stays_so(world, cleo):
    """Decisions that do not come from the desk end the inspection as before."""
    ret = asked(sent(world), {"SHIRT": 1})
    came(ret, world.shirt, 1, world.ber)
    assert disposed(ret).status == "inspected"
    assert inspecting.inspect_returns([ret], actor="t").refused

    cleo.scan(ret.number)
    title = cleo.scan("")

    assert title == f"{ret}: 1 piece counted"
