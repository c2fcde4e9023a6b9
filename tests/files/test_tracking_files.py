"""Tracking numbers and returns in files."""

import pytest
from django.contrib.auth.models import Permission

from fulfillment.models import Shipment
from fulfillment.services import work
from inventory.models import Location, SupplierOffer
from oms.core.files import runs
from returns.models import Return
from tests import factories, shop
from tests.files.importing import apply, counts, errors, left, send, undo


@pytest.fixture
def packed(world):
    orders = shop.place_orders(world.channel, 3, [("MUG", 2)])
    shop.advance(orders, "packed")
    return orders


def test_parcels_leave_by_their_own_number_or_that_of_their_order(packed):
    first, second, third = shop.parcels_of(packed)
    rows = [
        f"{first.number},,,00340434292135100186,dhl",
        f",,{packed[1].number},1Z999,ups",
        f",,#{packed[2].external_id},,",
    ]

    run = send("\n".join(["shipment,work,order,tracking,carrier", *rows, ""]))

    assert run.profile == "tracking"
    assert counts(run) == {"changed": 2, "unchanged": 1}
    assert left(run) == {4: "no tracking number: it waits"}
    assert set(Shipment.objects.values_list("status", flat=True)) == {"draft"}
    apply(run)
    first.refresh_from_db()
    second.refresh_from_db()
    third.refresh_from_db()
    assert (first.status, first.tracking_number) == ("shipped", "00340434292135100186")
    assert (second.status, second.carrier) == ("shipped", "ups")
    assert third.status == "draft"
    undo(run)
    assert run.status == "partially_undone"
    assert all("has left" in row.result for row in run.rows.filter(status="kept"))


def test_what_has_left_already_is_said(packed):
    first, second, _third = shop.parcels_of(packed)
    text = "shipment,tracking_number,carrier\n{},T1,dhl\n"
    apply(send(text.format(first.number)))

    again = send(text.format(first.number) + f"{second.number},T1,dhl\n")

    assert left(again) == {2: "has left with this number"}
    assert "is on another parcel already" in errors(again)[3][0]
    other = send(f"shipment,tracking_number,carrier\n{first.number},T2,dhl\n")
    assert "is Shipped with the number T1 already" in errors(other)[2][0]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("S-NOPE,,T1,dhl", "there is no parcel of S-NOPE"),
        (",NOPE,T1,dhl", "there is no parcel of NOPE"),
        (",,T1,dhl", "name the shipment, or its order"),
        ("S-1,,1.2E+12,dhl", "was read as a number"),
    ],
)
def test_rows_of_tracking_numbers_that_cannot_be(world, row, words):
    run = send(f"shipment,order,tracking_number,carrier\n{row}\n")

    assert words in errors(run)[2][0]


def test_people_of_one_place_send_its_parcels_only(world):
    shop.receive(world.nyc, {"POSTER": 9})
    orders = shop.place_orders(world.channel, 1, [("POSTER", 1)])
    shop.advance(orders, "packed")
    [parcel] = shop.parcels_of(orders)
    content = f"shipment,tracking,carrier\n{parcel.number},T1,dhl\n".encode()

    may = Permission.objects.get(codename="ship_shipment")
    for user, words in ((world.walter, "no parcel of"), (world.mia, "")):
        user.user_permissions.add(may)
        run = runs.upload([content], "t.csv", user=user, actor="x", profile="tracking")
        assert words in " ".join(errors(run).get(2, [""]))
        assert run.error_count == bool(words)


def test_a_suppliers_work_goes_by_the_number_of_its_order(world):
    place = factories.LocationFactory(
        code="SUP", kind=Location.Kind.SUPPLIER, priority=1, lat=52.5, lon=13.4
    )
    SupplierOffer.objects.create(location=place, product=world.poster)
    orders = shop.place_orders(world.channel, 1, [("POSTER", 1)])
    work.release_work(shop.works_of(orders), actor="user:walter")

    apply(send(f"order,tracking,carrier\n{orders[0].number},SUP-1,dpd\n"))

    orders[0].refresh_from_db()
    assert orders[0].status == "completed"
    assert Shipment.objects.get().tracking_number == "SUP-1"


def test_parcels_cost_no_more_statements_in_a_long_file(world, statements):
    def prepare(size):
        orders = shop.place_orders(world.channel, size, [("GIFTCARD", 1), ("MUG", 1)])
        shop.advance(orders, "packed")
        rows = [f"{p.number},T{p.number},dhl" for p in shop.parcels_of(orders)]
        return send("\n".join(["shipment,tracking,carrier", *rows, ""]))

    shop.receive(world.ber, {"MUG": 500})

    counted = statements.by_size(prepare, apply)

    assert len(set(counted.values())) == 1, counted


# --- Returns --------------------------------------------------------------------------


@pytest.fixture
def sold(world):
    orders = shop.place_orders(world.channel, 2, [("MUG", 2), ("SHIRT", 1)])
    shop.advance(orders, "delivered")
    return orders


def test_the_rows_of_an_order_are_one_return(sold):
    first, second = sold
    rows = [
        f"{first.number},MUG,2,RMA-1,Faulty,chipped",
        f"{first.number},SHIRT,1,RMA-1,faulty,chipped",
        f"#{second.external_id},MUG,1,RMA-2,,",
    ]

    run = send("\n".join(["order,sku,quantity,rma,reason,note", *rows, ""]))

    assert run.profile == "returns"
    assert not errors(run), errors(run)
    assert counts(run) == {"new": 3}
    assert not Return.objects.exists()
    apply(run)
    one, two = Return.objects.order_by("external_id")
    assert (one.order, one.reason, one.note) == (first, "faulty", "chipped")
    assert sum(line.authorized_quantity for line in one.lines.all()) == 3
    assert two.order == second

    undo(run)

    assert {ret.status for ret in Return.objects.all()} == {"cancelled"}


def test_returns_that_are_here_already_are_left(sold):
    text = f"order,sku,quantity,rma\n{sold[0].number},MUG,1,RMA-1\n"
    apply(send(text))

    again = send(text + f"{sold[1].number},MUG,1,RMA-2\n")

    assert counts(again) == {"new": 1, "unchanged": 1}


def test_a_number_of_ours_that_is_not_here_needs_an_order(sold):
    run = send("order,sku,quantity,number\n,MUG,1,R-404\n")

    assert errors(run)[2] == ["there is no return R-404; name an order and pieces"]


def test_returns_cost_no_more_statements_in_a_long_file(world, statements):
    def prepare(size):
        orders = shop.place_orders(world.channel, size, [("MUG", 1)])
        shop.advance(orders, "delivered")
        rows = [f"{order.number},MUG,1,RMA-{order.pk}" for order in orders]
        return "\n".join(["order,sku,quantity,rma", *rows, ""])

    shop.receive(world.ber, {"MUG": 500})
    long, short = prepare(60), prepare(1)

    run, previewed = statements(send, long)
    few, previewed_short = statements(send, short)

    assert previewed == previewed_short
    assert statements(apply, run)[1] == statements(apply, few)[1]
    assert Return.objects.count() == 61


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("NOPE,MUG,1,", "which is not here"),
        ("{order},POSTER,1,", "has no line with the SKU POSTER; it has: MUG, SHIRT"),
        ("{order},MUG,3,", "2 have shipped and are in no return"),
        ("{order},MUG,0,", "at least 1"),
        ("{order},MUG,1,boredom", "expected one of changed_mind"),
    ],
)
def test_rows_of_returns_that_cannot_be(sold, row, words):
    row = row.format(order=sold[0].number)

    run = send(f"order,sku,quantity,reason\n{row}\n")

    assert words in errors(run)[2][0]
