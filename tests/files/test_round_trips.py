"""What was exported and not changed is no change when it is imported."""

import io

import pytest

from channels.models import Listing
from inventory.models import Barcode, Location, Product
from oms.core.exports import resources
from oms.core.exports.making import Wanted, write_file
from oms.core.files.writing import FORMATS
from returns.services import blind, requesting
from tests import shop
from tests.files.importing import counts, errors, send


def exported(name: str, kind: str) -> bytes:
    resource, out = resources.named(name), io.BytesIO()
    rows = resource.rows(resource.list_model().objects.order_by("pk"))
    write_file(Wanted(resource, FORMATS[kind], rows, "user:ann"), out)
    return out.getvalue()


@pytest.fixture
def life(world):
    """Something of everything, with what spreadsheets like to break."""
    Product.objects.filter(sku="SHIRT").update(
        name="=SUM(A1), “the” shirt; größe L",
        weight_grams=250,
        list_price="12.5000",
        list_currency="EUR",
        backorder_limit=0,
        available_from="2026-03-04",
    )
    Product.objects.create(sku="00123", name="Zeros", is_active=False)
    Barcode.objects.create(product=world.mug, code="0012345678905")
    Barcode.objects.create(product=world.mug, code="B-1")
    Location.objects.filter(code="BER").update(
        closed_weekdays=[6, 5],
        closed_on=["2026-12-25"],
        ships_to=["DE", "AT"],
        cut_off="14:30",
        order_cost="2.5",
        lat=52.5200066,
    )
    Listing.objects.create(channel=world.channel, sku="-T 1", product=world.mug)
    Listing.objects.create(
        channel=world.channel, sku="00456", product=world.shirt, most=3, buffer=2
    )
    orders = shop.place_orders(world.channel, 3, [("MUG", 2), ("SHIRT", 1)])
    shop.advance(orders[:2])
    shop.advance(orders[2:], "packed")
    wishes = [
        requesting.NewReturn(
            order.pk, {line.pk: 1 for line in order.lines.all()}, external_id="RMA-1"
        )
        for order in orders[:2]
    ]
    assert not requesting.request_returns(wishes, actor="test").refused
    parcel = blind.Parcel(world.ber.pk, world.mug.pk, 1, note="=no, name on it")
    assert blind.receive_blind([parcel], actor="test").done


@pytest.mark.usefixtures("life")
@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(
    ("what", "profile"),
    [
        ("products", "products"),
        ("locations", "locations"),
        ("listings", "listings"),
        ("shipments", "tracking"),
        ("return_lines", "returns"),
        ("order_lines", "orders"),
        ("stock_set", "stock_set"),
    ],
)
def test_an_export_changes_nothing_when_it_comes_back(what, profile, kind):
    run = send(exported(what, kind), f"{what}.{kind}")

    assert run.profile == profile, run.error
    assert not errors(run), errors(run)
    assert set(counts(run)) == {"unchanged"}
    assert run.row_count >= 2
