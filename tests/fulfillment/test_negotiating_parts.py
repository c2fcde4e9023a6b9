"""Orders of which a 3PL has a part: what is ours is cancelled, what it has is asked
for."""

import pytest

from fulfillment.services import giving_back, work
from fulfillment.services.contents import Parcel
from fulfillment.services.leaving import ship_parcels
from fulfillment.services.shipping import Label
from oms.invariants import violations
from tests import factories, shop
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
def split(world):
    """`split(lines)`: (the partner's work, ours) of a CAP in Berlin and a POSTER in New
    York."""
    become_partner(world.ber)
    factories.ProductFactory(sku="CAP")
    shop.receive(world.ber, {"CAP": 5})
    shop.receive(world.nyc, {"POSTER": 5})

    def placed(lines):
        works = {each.location.code: each for each in sent(world.channel, 1, lines)}
        return works["BER"], works["NYC"]

    return placed


@pytest.fixture
def kit(world, split):
    """The same for an order of a bundle of both."""
    kit = factories.ProductFactory(sku="KIT", is_bundle=True, tracks_stock=False)
    for part in (factories.ProductFactory(sku="CAP"), world.poster):
        kit.components.create(component=part)
    return split([("KIT", 1)])


def test_what_is_ours_is_cancelled_at_once_and_only_the_rest_is_asked_for(split):
    theirs, mine = split([("CAP", 1), ("POSTER", 1)])

    cancel(theirs.order)

    order = fresh(theirs.order)
    cut = dict(order.lines.values_list("sku", "cancelled_quantity"))
    assert (cut, order.status) == ({"CAP": 0, "POSTER": 1}, "processing")
    assert (fresh(mine).status, fresh(theirs).status) == ("cancelled", "released")
    assert violations() == []
    giving_back.accept_cancellation([theirs.pk], actor="key:wms").one()
    assert fresh(order).status == "cancelled"
    assert violations() == []


def test_nothing_is_asked_where_the_rest_cannot_be_stopped(split):
    theirs, mine = split([("CAP", 1), ("POSTER", 1)])
    work.start_picking([mine], actor="t").one()

    [reason] = cancel(theirs.order).refused[theirs.order.pk]

    assert "picking has begun" in reason
    assert fresh(theirs).cancellation == ""


def test_a_bundle_stays_whole_until_the_partner_answers(kit):
    theirs, _mine = kit

    cancel(theirs.order)

    lines = theirs.order.lines
    assert set(lines.values_list("cancelled_quantity", flat=True)) == {0}
    assert violations() == []
    giving_back.accept_cancellation([theirs.pk], actor="key:wms").one()
    assert fresh(theirs.order).status == "cancelled"
    assert violations() == []


def test_a_bundle_that_cannot_be_cancelled_waits_and_says_so(kit):
    theirs, mine = kit
    work.start_picking([mine], actor="t").one()
    asked(theirs).one()

    giving_back.accept_cancellation([theirs.pk], actor="key:wms").one()

    assert fresh(theirs.order).status == "processing"
    [title] = items("cancellation_refused")
    assert "gave it back, but its pieces wait again" in title
    assert violations() == []


def test_a_part_that_leaves_refuses_the_request_and_the_rest_may_be_asked_for(
    world, split
):
    theirs, _mine = split([("CAP", 3), ("POSTER", 1)])
    asked(theirs).one()
    line = theirs.lines.get()
    label = Label("T-1")

    ship_parcels([Parcel(theirs.pk, label, {line.pk: 1})], actor="key:wms").one()

    now = fresh(theirs)
    assert (now.status, now.cancellation) == ("picking", "rejected")
    assert "A part of it had left already." in items("cancellation_refused")[0]
    assert violations() == []
    asked(theirs).one()
    giving_back.accept_cancellation([theirs.pk], actor="key:wms").one()
    now = fresh(theirs)
    assert (now.status, now.cancellation) == ("fulfilled", "accepted")
    caps = theirs.order.lines.get(sku="CAP")
    assert (caps.shipped_quantity, caps.cancelled_quantity) == (1, 2)
    assert violations() == []
