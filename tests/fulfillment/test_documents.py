"""Paper: what a scanner and a reader find on it."""

import pypdfium2
import pytest
import zxingcpp

from channels.messages import IncomingAddress
from fulfillment.carriers.rate_table import tracking_number
from fulfillment.documents.paper import bars
from fulfillment.services import labels, printing
from tests import shop
from tests.factories.rates import make_service

LATIN = IncomingAddress(
    name="Žofie Dvořáková-Łukasiewicz",
    company="Ærøskøbing İnşaat A.Ş. " + "x" * 150,
    street="<script>alert(1)</script> {{7*7}}",
    street2="Đường Nguyễn Huệ 5",
    city="Reykjavík",
    postal_code="101",
    country="IS",
)


@pytest.fixture
def parcel(world):
    zones = [{"zone": "IS", "country": "IS", "transit_days": 3}]
    make_service("express", zones=zones)
    lines = [("SHIRT", 2), ("MUG", 1)]
    orders = shop.place_orders(world.channel, lines=lines, ship_to=LATIN)
    shop.advance(orders, to="packed")
    return shop.parcels_of(orders)[0]


@pytest.fixture
def read():
    """Text and barcodes of the first page, and its size in millimetres."""
    opened = []

    def reader(pdf: bytes):
        document = pypdfium2.PdfDocument(pdf)
        opened.append(document)
        page = document[0]
        picture = page.render(scale=3).to_pil()
        codes = [code.text for code in zxingcpp.read_barcodes(picture)]
        size = tuple(round(points * 25.4 / 72) for points in page.get_size())
        return page.get_textpage().get_text_range(), codes, size

    yield reader
    for document in opened:
        document.close()


@pytest.mark.django_db
def test_the_label_scans_and_says_from_where_to_whom(parcel, read):
    label = labels.request_labels([parcel], actor="test").one()

    label = printing.print_labels([label], actor="test").one()

    text, codes, size = read(label.document)
    assert codes == [label.tracking_number]
    assert size == (100, 150)
    for part in (
        *(LATIN.name, LATIN.street, LATIN.street2, "101 Reykjavík", "ICELAND"),
        *("Ærøskøbing İnşaat A.Ş.", "xxx…", "EXPRESS", "0.750 kg"),
        *(label.tracking_number, parcel.number, parcel.order.number),
    ):
        assert part in text


@pytest.mark.django_db
def test_the_slip_says_what_is_in_the_box_and_no_price(parcel, read):
    text, codes, size = read(printing.packing_slip(parcel))

    assert codes == [parcel.number]
    assert size == (210, 297)
    rows = [line.split() for line in text.splitlines()]
    assert ["2", "SHIRT", "Product", "SHIRT"] in rows
    assert ["1", "MUG", "Product", "MUG"] in rows
    assert "Pieces in this parcel: 3" in text
    assert LATIN.name in text
    assert "10.00" not in text
    assert "EUR" not in text


def test_the_last_digit_of_our_numbers_checks_the_others():
    number = tracking_number(47312482)

    assert number == "OMS473124829"  # as RR 473124829 of the Universal Postal Union
    assert len({tracking_number(serial) for serial in range(5_000)}) == 5_000


@pytest.mark.parametrize("text", ["", "Ž", "a\nb", "\x00"])
def test_what_no_barcode_holds_is_refused(text):
    with pytest.raises(ValueError, match="Code 128"):
        bars(text)
