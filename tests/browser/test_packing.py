"""Journey 3, a packer: thirty orders leave by scans alone; what is wrong never does."""

import pytest
from django.urls import reverse

from fulfillment.models import FulfillmentOrder, Shipment
from inventory.models import Barcode
from tests import shop
from tests.browser.checks import in_time
from tests.browser.station import SHOUT, Station
from tests.factories import ChannelFactory

ORDERS = 30
MOST_MILLISECONDS = 400
EMPTY = "document.querySelector('#scan').value === ''"
WISHES = [(1,), (2, 1), (1, 1), (3,)]  # pieces of each line


@pytest.fixture
def works(goods) -> list[FulfillmentOrder]:
    """Released and waiting to be packed."""
    channel = ChannelFactory()
    orders = []
    for number in range(ORDERS):
        pieces = WISHES[number % len(WISHES)]
        lines = list(zip(goods, pieces, strict=False))
        orders += shop.place_orders(channel, lines=lines)
    shop.advance(orders, to="released")
    return shop.works_of(orders)


def codes_of(work) -> list[str]:
    """One barcode for each piece, as they lie on the table."""
    found = []
    for line in work.lines.select_related("order_line__product"):
        code = Barcode.objects.filter(product=line.order_line.product).first().code
        found += [code] * line.quantity
    return found


def at_station(visitor) -> Station:
    return Station(visitor, reverse("admin:fulfillment_pack_station"))


def test_thirty_orders_are_packed_without_a_click(visit, works):
    table, shipping = at_station(visit("packer")), []
    units = 0

    for work in works:
        codes = codes_of(work)
        said = table.scan(work.number, *codes)
        assert "Shipped" in said, said
        printed = table.all_labels(len(shipping) + 1)
        shipping.append(table.milliseconds[-1])
        units += len(codes)

    inputs = table.visitor.inputs
    assert len(works) == printed == ORDERS
    assert (inputs.clicks, inputs.keys) == (0, 0)
    assert inputs.all == len(works) + units
    assert in_time(shipping, MOST_MILLISECONDS), shipping
    sent = Shipment.objects.filter(fulfillment_order__in=works, status="shipped")
    assert sent.count() == ORDERS


def test_a_wrong_item_never_ships(visit, works, goods):
    work = works[0]  # one piece of the first of the goods
    wrong = Barcode.objects.filter(product__sku=goods[1]).first().code
    table = at_station(visit("packer"))
    sent = Shipment.objects.filter(status="shipped").count()

    table.scan(work.number)
    said = [table.scan(wrong) for _again in range(3)]

    assert all("STOP" in each for each in said), said
    assert "bad" in table.visitor.page.locator(SHOUT).get_attribute("class")
    assert Shipment.objects.filter(status="shipped").count() == sent


def test_a_page_that_is_opened_anew_goes_on_where_it_was(visit, works):
    work = works[3]  # three pieces
    codes, table = codes_of(work), at_station(visit("packer"))
    table.scan(work.number, codes[0])

    table.visitor.page.reload()

    assert "2 pieces to go" in table.shout
    assert "Shipped" in table.scan(*codes[1:])
