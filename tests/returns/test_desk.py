"""What a scan at the returns desk means for a return that was expected."""

import pytest

from oms.core.models import WorkItem
from oms.invariants import violations
from returns.models import Return
from returns.services import requesting
from tests import factories, shop
from tests.returns.clerk import Clerk
from tests.returns.desk import asked, came, items, levels, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def cleo(world):
    return Clerk(world.ber)


# --- The parcel -----------------------------------------------------------------------


def test_the_order_number_and_the_tracking_number_lead_to_the_return(world, cleo):
    order = sent(world)
    ret = asked(order, {"SHIRT": 1})
    Return.objects.filter(pk=ret.pk).update(tracking_number="RR 4417")
    [parcel] = shop.parcels_of([order])

    codes = [ret.number, ret.number.lower(), order.number, f"#{order.number}"]
    for code in [*codes, "RR 4417", parcel.tracking_number]:
        assert cleo.scan(code) == "Scan an item", code
        assert cleo.facts.key == ret.number


def test_several_open_returns_are_named(world, cleo):
    order = sent(world)
    first, second = asked(order, {"SHIRT": 1}), asked(order, {"SHIRT": 1})

    assert cleo.scan(order.number) == "Which return?"
    assert f"{first.number}, {second.number}" in cleo.text
    assert cleo.scan(second.number) == "Scan an item"


def test_what_has_ended_is_counted_as_unknown(world, cleo):
    ret = asked(sent(world), {"SHIRT": 1})
    requesting.cancel_returns([ret], reason="kept", actor="t")

    assert cleo.scan(ret.number) == "It is over"
    assert cleo.text.startswith(f"{ret} is cancelled. Press B")


def test_a_late_parcel_goes_on_with_its_expired_return(world, cleo):
    order = sent(world)
    ret = asked(order, {"SHIRT": 1})
    Return.objects.filter(pk=ret.pk).update(status="expired")

    cleo.scan(order.number)
    cleo.scan("SHIRT")
    cleo.press()
    cleo.scan("")

    ret.refresh_from_db()
    assert ret.status == "inspected"


def test_the_next_parcel_closes_the_one_before(world, cleo):
    first, second = (asked(sent(world), {"SHIRT": 1}) for _ in range(2))
    cleo.scan(first.number)
    cleo.scan("SHIRT")
    assert cleo.scan(second.number) == "Say what becomes of it"
    cleo.press()

    assert cleo.scan(second.number) == "Scan an item"

    assert cleo.text.startswith(f"{first}: 1 piece counted.")
    first.refresh_from_db()
    assert first.status == "inspected"


def test_an_empty_field_without_pieces_puts_the_parcel_aside(world, cleo):
    ret = asked(sent(world), {"SHIRT": 1})
    cleo.scan(ret.number)

    assert cleo.scan("") == "Put aside"
    assert cleo.scan("") == "Scan a parcel"
    ret.refresh_from_db()
    assert ret.status == "approved"


# --- The pieces -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fate", "condition"),
    [
        ("restock", "sellable"),
        ("quarantine", "quarantine"),
        ("refurbish", "quarantine"),
        ("scrap", None),
        ("to_vendor", None),
        ("to_customer", None),
    ],
)
def test_each_key_moves_the_piece_to_its_condition(world, cleo, fate, condition):
    ret = asked(sent(world), {"SHIRT": 1})
    before = levels(world.shirt, world.ber)
    cleo.scan(ret.number)
    cleo.scan("SHIRT")
    cleo.press(fate)
    cleo.scan("")

    after = levels(world.shirt, world.ber)
    moved = {k: n - before.get(k, 0) for k, n in after.items() if n != before.get(k, 0)}
    assert moved == ({condition: 1} if condition else {})
    assert [item.disposition for item in items(ret)] == [fate]
    assert violations() == []


def test_nothing_is_counted_before_the_last_piece_has_its_key(world, cleo):
    ret = asked(sent(world), {"SHIRT": 2})
    cleo.scan(ret.number)
    cleo.scan("SHIRT")

    assert cleo.scan("SHIRT") == "Say what becomes of it"
    assert cleo.scan("") == "Say what becomes of it"
    assert cleo.scan("NO-SUCH") == "Say what becomes of it"
    assert cleo.unknown() == "Say what becomes of it"
    assert ret.lines.get().received_quantity == 1


def test_pieces_counted_elsewhere_are_decided_one_by_one(world, cleo):
    ret = asked(sent(world), {"SHIRT": 3})
    came(ret, world.shirt, 2, world.ber)

    cleo.scan(ret.number)
    assert cleo.press("scrap") == "Product SHIRT: in what condition?"
    assert cleo.press("restock") == "Product SHIRT: Back to stock"
    found = sorted((item.disposition, item.quantity) for item in items(ret))
    assert found == [("restock", 1), ("scrap", 1)]


def test_a_piece_that_was_not_agreed_counts_on_purpose_only(world, cleo):
    ret = asked(sent(world, [("SHIRT", 1), ("MUG", 1)]), {"SHIRT": 1})
    cleo.scan(ret.number)

    assert cleo.scan("MUG") == "Not of this return"
    assert "was not agreed" in cleo.text
    assert not items(ret)
    assert cleo.keep("MUG") == "Product MUG: in what condition?"
    assert WorkItem.objects.get().kind == "return_surplus"


def test_one_piece_more_than_agreed_counts_on_purpose_only(world, cleo):
    ret = asked(sent(world), {"SHIRT": 1})
    cleo.scan(ret.number)
    cleo.scan("SHIRT")
    cleo.press()

    assert cleo.scan("SHIRT") == "Not of this return"
    assert "All of Product SHIRT (SHIRT) that was agreed is here" in cleo.text


def test_a_set_is_scanned_piece_by_piece(world, cleo):
    factories.ProductFactory(sku="KIT", is_bundle=True, tracks_stock=False)
    ret = asked(sent(world), {"SHIRT": 1})
    cleo.scan(ret.number)

    assert cleo.scan("KIT") == "Scan the pieces"


def test_what_nobody_knows_is_said_with_what_to_do(world, cleo):
    assert cleo.scan("SHIRT") == "No parcel is open"
    assert "Scan its parcel first, or press B" in cleo.text
    assert cleo.scan("4711-X") == "Unknown parcel"
    cleo.scan(asked(sent(world), {"SHIRT": 1}).number)
    assert cleo.scan("4711-X") == "Unknown item"
    assert "Put the piece aside" in cleo.text
