"""Products, locations and listings in files."""

from decimal import Decimal

import pytest

from channels.models import Listing
from inventory.models import Barcode, Location, Product
from oms.core.files.models import ImportRun
from tests.files.importing import apply, counts, errors, send, undo

pytestmark = pytest.mark.usefixtures("world")


def said(run: ImportRun) -> dict[int, str]:
    return {number: " ".join(texts) for number, texts in errors(run).items()}


def test_products_are_made_and_changed_column_by_column():
    Product.objects.filter(sku="SHIRT").update(name="Shirt", weight_grams=200)

    run = send(
        "sku,name,weight_grams,barcodes,list_price,list_currency,active\n"
        "SHIRT,,250,4006381333931,,,\n"
        'CAP,Cap,80,"4006381333948, CAP-1",12.50,EUR,yes\n'
        "MUG,,,,,,\n"
    )

    assert run.profile == "products"
    assert counts(run) == {"new": 1, "changed": 1, "unchanged": 1}
    shirt = run.rows.get(key="SHIRT")
    assert shirt.difference == {
        "weight_grams": [200, 250],
        "barcodes": [[], ["4006381333931"]],
    }
    apply(run)
    shirt, cap = Product.objects.filter(sku__in=["SHIRT", "CAP"]).order_by("-sku")
    assert (shirt.name, shirt.weight_grams) == ("Shirt", 250)
    assert (cap.name, cap.list_price, cap.is_active) == ("Cap", Decimal("12.5"), True)
    assert {b.code for b in cap.barcodes.all()} == {"4006381333948", "CAP-1"}


def test_the_undo_of_products_gives_back_what_was_there():
    Product.objects.filter(sku="SHIRT").update(name="Shirt", weight_grams=200)
    before = list(Product.objects.order_by("sku").values("sku", "name", "weight_grams"))
    run = send("sku,name,weight_grams,barcode\nSHIRT,Blouse,1,B1\nCAP,Cap,80,C1\n")
    apply(run)

    undo(run)

    assert run.status == "undone"
    after = Product.objects.order_by("sku").values("sku", "name", "weight_grams")
    assert list(after) == before
    assert not Barcode.objects.exists()


def test_what_was_changed_or_used_since_stays_and_says_so(world):
    run = send("sku,name\nSHIRT,Blouse\nCAP,Cap\nHAT,Hat\n")
    apply(run)
    Product.objects.filter(sku="SHIRT").update(name="Chemise")
    cap = Product.objects.get(sku="CAP")
    Listing.objects.create(channel=world.channel, sku="C", product=cap)

    undo(run)

    assert run.status == "partially_undone"
    results = dict(run.rows.values_list("key", "result"))
    assert "changed since" in results["SHIRT"]
    assert "“Chemise”" in results["SHIRT"]
    assert "listings refer to it" in results["CAP"]
    assert not Product.objects.filter(sku="HAT").exists()


def test_a_dash_empties_a_cell_and_a_blank_leaves_it():
    Product.objects.filter(sku="SHIRT").update(backorder_limit=5)
    Barcode.objects.create(product=Product.objects.get(sku="SHIRT"), code="B1")

    assert counts(send("sku,backorder_limit,barcodes\nSHIRT,,\n")) == {"unchanged": 1}
    apply(send("sku,backorder_limit,barcodes\nSHIRT,-,-\n"))

    shirt = Product.objects.get(sku="SHIRT")
    assert shirt.backorder_limit is None
    assert not shirt.barcodes.exists()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("NEW,,,,", "a new row needs it"),
        ("SHIRT,,heavy,,", "“heavy”"),
        ("SHIRT,,,two words,", "no barcode"),
        ("SHIRT,,,MUGCODE,", "belongs to MUG"),
        ("SHIRT,,,,perhaps", "expected yes or no, found “perhaps”"),
        ("SET,Set,,,", "twice in the file"),
    ],
)
def test_rows_of_products_that_cannot_be(row, words):
    Barcode.objects.create(product=Product.objects.get(sku="MUG"), code="MUGCODE")

    run = send(f"sku,name,weight_grams,barcodes,is_active\n{row}\nSET,Set,,,\n")

    assert words in said(run)[2]


def test_a_barcode_may_go_from_one_product_to_another():
    Barcode.objects.create(product=Product.objects.get(sku="MUG"), code="B1")

    apply(send("sku,barcodes\nMUG,-\nSHIRT,B1\n"))

    assert Barcode.objects.get(code="B1").product.sku == "SHIRT"


def test_what_stock_hangs_on_is_not_switched_off():
    run = send("sku,tracks_stock\nSHIRT,no\n")

    assert "there is stock of it" in said(run)[2]


def test_what_was_changed_after_the_preview_is_not_overwritten():
    run = send("sku,name\nSHIRT,Blouse\nMUG,Cup\n")
    Product.objects.filter(sku="SHIRT").update(name="Chemise")

    apply(run)

    assert Product.objects.get(sku="SHIRT").name == "Chemise"
    assert Product.objects.get(sku="MUG").name == "Cup"
    row = run.rows.get(key="SHIRT")
    assert row.status == "refused"
    assert "is “Chemise” now" in row.result


def test_locations_are_made_changed_and_given_back():
    before = Location.objects.values().get(code="BER")
    run = send(
        "code,name,kind,country,lat,lon,time_zone,cut_off,closed_weekdays,order_cost\n"
        'BER,,,,,,,14:30,"5,6",2.50\n'
        "MUC,Munich,store,DE,48.1,11.6,Europe/Berlin,,,\n"
    )
    assert run.profile == "locations"
    assert not said(run), said(run)

    apply(run)

    ber, muc = Location.objects.filter(code__in=["BER", "MUC"]).order_by("code")
    assert (f"{ber.cut_off:%H:%M}", ber.closed_weekdays) == ("14:30", [5, 6])
    assert ber.order_cost == Decimal("2.5")
    assert (muc.kind, muc.lat, muc.time_zone) == ("store", 48.1, "Europe/Berlin")
    undo(run)
    after = Location.objects.values().get(code="BER")
    assert after | {"updated_at": 0} == before | {"updated_at": 0}
    assert not Location.objects.filter(code="MUC").exists()


@pytest.mark.parametrize(
    ("header", "row", "words"),
    [
        ("time_zone", "Mars/Base", "Mars/Base"),
        ("kind", "moon", "expected one of warehouse, store, 3pl, supplier"),
        ("country", "Germany", "at most 2 characters"),
        ("country", "de", "no country"),
        ("lat", "48.1", "latitude and longitude, or neither"),
        ("lat", "91", "90"),
        ("cut_off", "25:00", "a time such as 14:30"),
        ("closed_weekdays", "7", "0 for Monday to 6 for Sunday"),
        ("kind", "store", "is changed on its page"),
    ],
)
def test_rows_of_locations_that_cannot_be(header, row, words):
    Location.objects.filter(code="BER").update(lat=None, lon=None)

    run = send(f"code,{header}\nBER,{row}\n")

    assert words in said(run)[2]


def test_listings_are_mapped_limited_and_given_back(world):
    listing = Listing.objects.create(
        channel=world.channel, sku="T-1", product=world.shirt, buffer=1
    )
    run = send(
        "channel,channel_sku,sku,buffer,percent,most\n"
        "shop,T-1,MUG,3,,\n"
        "shop,T-2,SHIRT,,50,9\n"
    )
    assert run.profile == "listings"
    assert counts(run) == {"new": 1, "changed": 1}

    apply(run)

    listing.refresh_from_db()
    made = Listing.objects.get(sku="T-2")
    assert (listing.product, listing.buffer) == (world.mug, 3)
    assert (made.product, made.percent, made.most) == (world.shirt, 50, 9)
    undo(run)
    listing.refresh_from_db()
    assert (listing.product, listing.buffer) == (world.shirt, 1)
    assert not Listing.objects.filter(sku="T-2").exists()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("shop,T-1,NOPE", "There is no product NOPE"),
        ("moon,T-1,MUG", "There is no channel moon"),
        ("shop,SHIRT,MUG", "is the SKU of a product of ours"),
        ("shop,T-1,", "a new row needs it"),
        (",T-1,MUG", "the cell is empty"),
    ],
)
def test_rows_of_listings_that_cannot_be(row, words):
    assert words in said(send(f"channel,channel_sku,sku\n{row}\n"))[2]


def test_the_channel_may_be_said_once_for_the_file(world):
    run = send("channel_sku,sku\nT-1,MUG\n", channel="shop")

    apply(run)

    assert Listing.objects.get(sku="T-1").channel == world.channel


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("sku,name,weight_grams,barcodes", "S{n},Thing,5,B{n}"),
        ("code,name,country", "L{n},Place,DE"),
        ("channel,channel_sku,sku,buffer", "shop,C{n},MUG,1"),
    ],
)
def test_the_statements_do_not_grow_with_the_file(
    world, tmp_path, statements, header, row
):
    def rows(size):
        lines = [header, *(row.format(n=f"{size}-{n}") for n in range(size))]
        return send("\n".join([*lines, ""]))

    counted = statements.by_size(rows, apply)

    assert len(set(counted.values())) == 1, counted
