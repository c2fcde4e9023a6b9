"""Products, locations and listings, as partners read and change them."""

from datetime import timedelta

import pytest

from channels.models import Listing
from inventory.models import Barcode, BundleComponent, Product
from oms.core.api import pages
from tests import factories, shop
from tests.api.partner import Partner, wrongs

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Lists show the last seconds too."""
    monkeypatch.setattr(pages, "LATE", timedelta(seconds=-60))


# --- Products -------------------------------------------------------------------------


def test_a_product_tells_its_barcodes_and_what_a_bundle_is_made_of(world, acme):
    Barcode.objects.create(product=world.shirt, code="4006381333931")
    bundle = factories.ProductFactory(sku="SET", is_bundle=True, tracks_stock=False)
    BundleComponent.objects.create(bundle=bundle, component=world.mug, quantity=2)

    shirt, made = acme.get("products/SHIRT/").json(), acme.get("products/SET/").json()

    assert shirt["barcodes"] == ["4006381333931"]
    assert (shirt["weight_grams"], shirt["is_active"]) == (250, True)
    assert (made["is_bundle"], made["components"]) == (
        True,
        [{"sku": "MUG", "quantity": 2}],
    )


@pytest.mark.parametrize(
    ("query", "skus"),
    [
        ("sku=MUG", ["MUG"]),
        ("barcode=4006381333931", ["SHIRT"]),
        ("is_active=false", ["POSTER"]),
        ("is_bundle=true", []),
    ],
)
def test_products_are_found(world, acme, query, skus):
    Barcode.objects.create(product=world.shirt, code="4006381333931")
    Product.objects.filter(sku="POSTER").update(is_active=False)

    rows = acme.get(f"products/?{query}").json()["results"]

    assert [row["sku"] for row in rows] == skus


@pytest.mark.parametrize("path", ["products", "listings", "stock-levels", "locations"])
def test_a_list_of_many_takes_as_many_statements_as_a_list_of_one(
    world, acme, statements, path
):
    made = [factories.ProductFactory(is_active=True) for _ in range(40)]
    shop.receive(world.ber, {product.sku: 1 for product in made})
    for product in [world.shirt, *made]:
        Barcode.objects.create(product=product, code=f"b-{product.sku}")
        world.channel.listings.create(sku=f"c-{product.sku}", product=product)
        factories.LocationFactory()
    acme.get(f"{path}/?limit=1")

    one, few = statements(acme.get, f"{path}/?limit=1")
    all_, many = statements(acme.get, f"{path}/?limit=200")

    assert len(one.json()["results"]) == 1
    assert len(all_.json()["results"]) > 40
    assert few == many


def test_a_product_is_made_and_changed(acme):
    body = {"sku": "CAP", "name": "Cap", "list_price": "9.90", "list_currency": "EUR"}

    made = acme.post("products/", body | {"barcodes": ["1", "2"]})
    change = {"name": "Blue cap", "barcodes": ["2", "3"]}
    changed = acme.patch("products/CAP/", change, If_Match=made.headers["ETag"])

    assert (made.status_code, made.json()["list_price"]) == (201, "9.9000")
    assert made.headers["Location"].endswith("/api/v1/products/CAP/")
    assert changed.status_code == 200, changed.json()
    assert changed.json()["name"] == "Blue cap"
    assert changed.json()["barcodes"] == ["2", "3"]
    assert changed.json()["list_price"] == "9.9000"


def test_other_barcodes_alone_are_another_version(acme):
    before = acme.get("products/SHIRT/").headers["ETag"]

    changed = acme.patch("products/SHIRT/", {"barcodes": ["7"]}, If_Match=before)
    late = acme.patch("products/SHIRT/", {"barcodes": ["8"]}, If_Match=before)

    assert changed.status_code == 200, changed.json()
    assert changed.headers["ETag"] != before
    assert (late.status_code, late.json()["version"]) == (412, changed.headers["ETag"])


@pytest.mark.parametrize(
    ("body", "status", "pointers"),
    [
        ({"name": "Cap"}, 400, ["/sku"]),
        ({"sku": "CAP"}, 400, ["/name"]),
        ({"sku": "CAP", "name": "C", "is_bundle": True}, 400, ["/is_bundle"]),
        ({"sku": "CAP", "name": "C", "weight_grams": -1}, 400, ["/weight_grams"]),
        ({"sku": "CAP", "name": "C", "weight_grams": "1"}, 400, ["/weight_grams"]),
        ({"sku": "CAP", "name": "C", "list_price": 9.9}, 400, ["/list_price"]),
        ({"sku": "CAP", "name": "C", "list_currency": "XXX1"}, 400, None),
        ({"sku": "CAP", "name": "C", "available_from": "31.1."}, 400, None),
        ({"sku": "CAP", "name": "C", "available_from": 5}, 400, ["/available_from"]),
        ({"sku": "CAP", "name": "C", "list_price": "1.00"}, 409, [""]),
        ({"sku": "CAP", "name": "C", "barcodes": ["a b"]}, 409, [""]),
        ({"sku": "SHIRT", "name": "C"}, 409, [""]),
    ],
)
def test_a_product_that_cannot_be_is_refused(acme, body, status, pointers):
    answer = acme.post("products/", body)

    assert answer.status_code == status, answer.json()
    assert pointers is None or [w[1] for w in wrongs(answer)] == pointers
    assert not Product.objects.filter(sku="CAP").exists()


def test_a_barcode_of_another_product_is_refused(world, acme):
    Barcode.objects.create(product=world.mug, code="7")

    answer = acme.patch("products/SHIRT/", {"barcodes": ["7"]}, If_Match="*")

    assert answer.status_code == 409
    assert "MUG" in answer.json()["detail"]


@pytest.mark.parametrize(
    "limits", [{"channels": ["shop"]}, {"locations": ["BER"]}, {"is_sandbox": True}]
)
def test_the_catalogue_is_read_but_not_changed_by_a_limited_key(world, limits):
    partner = Partner(**limits)

    read = partner.get("products/SHIRT/")
    refused = partner.patch("products/SHIRT/", {"name": "X"}, If_Match="*")
    made = partner.post("products/", {"sku": "CAP", "name": "Cap"})

    assert (read.status_code, refused.status_code, made.status_code) == (200, 403, 403)
    assert not Product.objects.filter(name="X").exists()


# --- Locations ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "codes"),
    [
        ({}, {"BER", "NYC", "HAM"}),
        ({"locations": ["BER", "HAM"]}, {"BER", "HAM"}),
        ({"channels": ["shop"]}, set()),
        ({"channels": ["shop"], "locations": ["NYC"]}, {"NYC"}),
        ({"is_sandbox": True}, {"TRY"}),
    ],
)
def test_a_key_sees_its_locations_and_their_stock(world, limits, codes):
    practice = factories.LocationFactory(code="TRY", is_sandbox=True)
    shop.receive(practice, {"SHIRT": 1})
    partner = Partner(**limits)

    places = partner.get("locations/").json()["results"]
    levels = partner.get("stock-levels/").json()["results"]

    assert {row["code"] for row in places} == codes
    assert {row["location"] for row in levels} == codes
    status = partner.get("locations/BER/").status_code
    assert status == (200 if "BER" in codes else 404)


def test_locations_are_found(acme):
    rows = acme.get("locations/?kind=store&country=DE").json()["results"]

    assert [row["code"] for row in rows] == ["HAM"]


# --- Listings -------------------------------------------------------------------------


def test_a_listing_is_made_read_and_changed(world, acme):
    body = {"channel_sku": "A-17", "sku": "SHIRT", "buffer": 2}

    made = acme.post("listings/", body)
    path = f"listings/{made.json()['id']}/"
    change = {"sku": "MUG", "percent": 50, "most": 20}
    changed = acme.patch(path, change, If_Match=made.headers["ETag"])

    assert made.status_code == 201, made.json()
    assert changed.status_code == 200, changed.json()
    said = acme.get(path).json()
    named = ("channel", "channel_sku", "sku", "buffer", "percent", "most")
    assert [said[name] for name in named] == ["shop", "A-17", "MUG", 2, 50, 20]
    [row] = acme.get("listings/?channel_sku=A-17&channel=shop").json()["results"]
    assert row == said


def test_the_same_listing_again_is_no_second_one_and_another_is_refused(acme):
    body = {"channel_sku": "A-17", "sku": "SHIRT"}
    made = acme.post("listings/", body)

    again = acme.post("listings/", body)
    other = acme.post("listings/", body | {"sku": "MUG"})

    assert (made.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert other.json()["id"] == made.json()["id"] == again.json()["id"]
    assert Listing.objects.get().product.sku == "SHIRT"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"channel_sku": "A", "sku": "NOTHING"}, 400, "unknown_sku"),
        ({"channel_sku": "A", "sku": "MUG", "channel": "x"}, 400, "unknown_channel"),
        ({"channel_sku": "", "sku": "MUG"}, 400, "blank"),
        ({"channel_sku": "A", "sku": "MUG", "percent": 0}, 400, "min_value"),
        ({"channel_sku": "A", "sku": "MUG", "buffer": -1}, 400, "min_value"),
        ({"channel_sku": "A", "sku": "MUG", "shown": 1}, 400, "unknown_field"),
        ({"channel_sku": "SHIRT", "sku": "MUG"}, 409, "refused"),
    ],
)
def test_a_listing_that_cannot_be_is_refused(acme, body, status, code):
    answer = acme.post("listings/", body)

    assert answer.status_code == status, answer.json()
    assert [w[2] for w in wrongs(answer)] == [code]
    assert not Listing.objects.exists()


# --- Stock ----------------------------------------------------------------------------


def test_a_level_tells_its_numbers_and_a_version_that_every_movement_changes(
    world, acme
):
    def read():
        query = "stock-levels/?sku=SHIRT&location=BER&condition=sellable"
        [row] = acme.get(query).json()["results"]
        return row

    before = read()
    shop.receive(world.ber, {"SHIRT": 5})
    received = read()
    shop.place_orders(world.channel, lines=[("SHIRT", 3)])
    promised = read()

    assert (before["on_hand"], received["on_hand"], promised["on_hand"]) == (
        *(100, 105, 105),
    )
    assert (promised["allocated"], promised["available"], promised["atp"]) == (
        *(3, 102, 102),
    )
    assert before["version"] < received["version"] < promised["version"]
    answer = acme.get(f"stock-levels/{before['id']}/")
    assert answer.json() == promised
    assert answer.headers["ETag"] == f'"{promised["version"]}"'


@pytest.mark.parametrize("value", ["AAA", "1", "True", "null"])
def test_what_is_no_flag_is_refused_and_not_taken_for_no_wish(acme, value):
    answer = acme.get(f"products/?is_bundle={value}")

    assert answer.status_code == 400
    assert wrongs(answer) == [("query", "/is_bundle", "invalid")]
    assert acme.get("products/?is_bundle=true").json()["results"] == []
    assert len(acme.get("products/?is_bundle=false").json()["results"]) == 4
