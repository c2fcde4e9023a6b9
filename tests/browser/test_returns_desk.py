"""Journey 4, a returns clerk: ten parcels by scans and keys alone; a parcel that nobody
knows is in after three inputs."""

import pytest
from django.urls import reverse

from inventory.models import Barcode, Location
from oms.core.models import User
from returns.models import Return
from returns.services import requesting
from tests import shop
from tests.browser.checks import in_time
from tests.browser.station import Station
from tests.factories import ChannelFactory

PARCELS = 10
MOST_MILLISECONDS = 400
MOST_INPUTS_BLIND = 3
RESTOCK = "1"


@pytest.fixture
def coming(goods) -> list[Return]:
    """Approved and on their way back: one piece, and two of two kinds, in turn."""
    channel = ChannelFactory()
    made = []
    for number in range(PARCELS):
        skus = goods[: 1 + number % 2]
        made += shop.place_orders(channel, lines=[(sku, 1) for sku in skus])
    shop.advance(made)
    wishes = [
        requesting.NewReturn(order.pk, {line.pk: 1 for line in order.lines.all()})
        for order in made
    ]
    found = requesting.request_returns(wishes, actor="test").done
    assert not requesting.approve_returns(found, actor="test").refused
    return found


@pytest.fixture
def desk(visit, goods) -> Station:
    clerk = User.objects.get(username="returns")
    place = Location.objects.filter(country="DE", kind="warehouse").earliest("pk")
    clerk.locations.set([place])
    return Station(visit("returns"), reverse("admin:returns_desk"))


def test_ten_parcels_with_fifteen_pieces_are_fifty_inputs(desk, coming):
    pieces = 0
    for ret in coming:
        desk.scan(ret.number)
        for line in ret.lines.select_related("order_line__product"):
            code = Barcode.objects.filter(product=line.order_line.product).first().code
            desk.scan(code)
            desk.press(RESTOCK)
            pieces += 1
        said = desk.press("Enter")
        assert "counted" in said, said

    inputs = desk.visitor.inputs
    assert (pieces, inputs.clicks) == (15, 0)
    assert inputs.scans == inputs.keys == PARCELS + pieces
    assert inputs.all == 50
    ended = Return.objects.filter(pk__in=[ret.pk for ret in coming])
    assert set(ended.values_list("status", flat=True)) == {"inspected"}
    assert in_time(desk.milliseconds, MOST_MILLISECONDS), desk.milliseconds


def test_an_unknown_parcel_is_in_after_three_inputs(desk, goods):
    before = Return.objects.count()

    desk.press("b")
    desk.scan(Barcode.objects.filter(product__sku=goods[0]).first().code)
    said = desk.press(RESTOCK)

    assert desk.visitor.inputs.all <= MOST_INPUTS_BLIND
    assert desk.visitor.inputs.clicks == 0
    assert Return.objects.count() == before + 1, said
    made = Return.objects.latest("pk")
    assert (made.order, made.lines.get().sku) == (None, goods[0])
