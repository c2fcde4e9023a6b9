"""What a key may import: as much of the shop as it sees, and no other rows."""

import pytest

from fulfillment.models import Shipment
from oms.core.files.models import ImportRow
from orders.models import Order
from returns.models import Return
from tests import factories, shop
from tests.api.partner import Partner
from tests.api.returning import delivered
from tests.api.test_imports import on_hand, orders, path_of, stock

pytestmark = pytest.mark.django_db


def errors_of(partner: Partner, answer) -> dict[int, str]:
    rows = partner.get(path_of(answer, "rows")).json()["results"]
    return {row["row"]: " ".join(e["message"] for e in row["errors"]) for row in rows}


@pytest.mark.parametrize(
    ("limits", "content"),
    [
        ({"scopes": ["jobs", "orders:read"]}, orders("1")),
        ({"scopes": ["jobs", "orders:write"]}, stock("SHIRT,BER,1")),
        ({"locations": ["BER"]}, orders("1")),
        ({"channels": ["shop"]}, stock("SHIRT,BER,1")),
        ({"channels": ["shop"]}, "sku,product\nSHIRT,Shirt\n"),
        ({"is_sandbox": True}, "sku,product\nSHIRT,Shirt\n"),
        ({}, "code,name\nBER,Berlin\n"),
    ],
)
def test_what_a_key_may_not_import_is_refused_before_it_is_kept(world, limits, content):
    answer = Partner(**limits).send(content)

    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert answer.json()["detail"]


def test_a_shop_imports_into_its_own_channel_alone(world, drain_queue):
    factories.ChannelFactory(code="other")
    mine = Partner(name="mine", channels=["shop"])
    content = orders("F-1", "F-2").replace("currency", "currency,channel")
    content = content.replace("EUR", "EUR,other", 1).replace(
        "EUR,SHIRT", "EUR,shop,SHIRT"
    )

    one = mine.send(orders("F-3"), apply="good")
    both = mine.send(content, apply="good")
    named = mine.send(orders("F-4"), channel="other")
    drain_queue()

    assert "unknown channel “other”; there are: shop" in errors_of(mine, both)[2]
    assert mine.get(path_of(one)).json()["applied"]["done"] == 1
    assert named.status_code == 400
    said = Order.objects.values_list("external_id", "channel__code")
    assert dict(said) == {"F-3": "shop", "F-2": "shop"}


def test_a_warehouse_counts_its_own_shelves_alone(world, drain_queue):
    berlin = Partner(name="berlin", locations=["BER"])

    sent = berlin.send(stock("SHIRT,BER,90", "SHIRT,NYC,1"), apply="good")
    drain_queue()

    assert errors_of(berlin, sent)[3] == ("unknown location “NYC”; there are: BER")
    assert (on_hand("SHIRT", "BER"), on_hand("SHIRT", "NYC")) == (90, 100)


def test_a_sandbox_key_without_a_place_of_practice_counts_nothing(world, drain_queue):
    practice = Partner(name="try", is_sandbox=True)

    sent = practice.send(stock("SHIRT,BER,90"), apply="good")
    drain_queue()

    assert "unknown location" in errors_of(practice, sent)[2]
    assert on_hand("SHIRT", "BER") == 100


def test_listings_of_other_channels_are_not_touched(world, drain_queue):
    factories.ChannelFactory(code="other")
    mine = Partner(name="mine", channels=["shop"])
    content = "channel,channel_sku,sku\nshop,A,SHIRT\nother,B,SHIRT\n"

    sent = mine.send(content, apply="good")
    drain_queue()

    assert errors_of(mine, sent) == {2: "", 3: "There is no channel other."}
    assert world.channel.listings.get().sku == "A"


def test_parcels_and_returns_of_other_partners_are_not_there(world, drain_queue):
    other = factories.ChannelFactory(code="other")
    mine = Partner(name="mine", channels=["shop"])
    theirs, own = shop.place_orders(other)[0], shop.place_orders(world.channel)[0]
    shop.advance([theirs, own], to="packed")
    parcels = "order,tracking_number,carrier\n{},T1,dhl\n{},T2,dhl\n"
    returns = "order,sku,quantity\n{},SHIRT,1\n"

    sent = mine.send(parcels.format(theirs.number, own.number), apply="good")
    back = mine.send(returns.format(theirs.number), apply="good")
    drain_queue()

    assert "no parcel" in errors_of(mine, sent)[2]
    shipped = Shipment.objects.get(status="shipped")
    assert (shipped.order, shipped.tracking_number) == (own, "T2")
    assert errors_of(mine, back)[2]
    assert not Return.objects.exists()


def test_a_return_by_a_file_is_bound_by_the_policy(acme, drain_queue):
    order = delivered(acme)
    rows = f"order,sku,quantity,note\n{order.number},SHIRT,1,Please\n"

    acme.send(rows, apply="good")
    drain_queue()

    assert Return.objects.get().source == Return.Source.CUSTOMER
    assert ImportRow.objects.get().status == "done"
