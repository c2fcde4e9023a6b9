"""The invoice file, read from small files that hold one trap each."""

import gzip
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from channels.connectors.invoice_file import InvoiceFileError, Kind, read_invoices
from channels.connectors.invoice_terms import country_code, is_service

HEAD = (
    "invoice,stock_code,description,quantity,invoice_date,unit_price,customer_id,"
    "country\n"
)
MUG = "489434,85048,WHITE MUG,12,2009-12-01 07:45:00,6.95,13085.0,United Kingdom\n"


@pytest.fixture
def read(tmp_path):
    def read(rows: str, *, head: str = HEAD, name: str = "invoices.csv"):
        path = tmp_path / name
        data = (head + rows).encode()
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return read_invoices(path)

    return read


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        (MUG, Kind.SALE),
        (MUG + "489434,POST,,1,2009-12-01 07:45:00,0.0,13085.0,EIRE\n", Kind.SALE),
        ("C1,A,,-1,2009-12-01 07:45:00,6.95,13085.0,EIRE\n", Kind.CREDIT_NOTE),
        ("C2,M,,1,2009-12-01 07:45:00,6.95,,EIRE\n", Kind.CREDIT_NOTE),
        ("7,A,broken,-9,2009-12-01 07:45:00,0.0,,EIRE\n", Kind.STOCK_DOWN),
        ("7,A,found,9,2009-12-01 07:45:00,0.0,,EIRE\n", Kind.STOCK_UP),
        ("7,A,gift,9,2009-12-01 07:45:00,0.0,13085.0,EIRE\n", Kind.FREE_GOODS),
        ("A7,B,bad debt,1,2009-12-01 07:45:00,-5.5,,EIRE\n", Kind.BAD_DEBT),
        (MUG + "489434,A,,-1,2009-12-01 07:45:00,1.0,,EIRE\n", Kind.UNCLEAR),
        (MUG + "489434,A,,1,2009-12-01 07:45:00,-1.0,,EIRE\n", Kind.UNCLEAR),
        ("7,A,,-1,2009-12-01 07:45:00,1.0,,EIRE\n", Kind.UNCLEAR),
        ("7,A,,0,2009-12-01 07:45:00,0.0,,EIRE\n", Kind.UNCLEAR),
        ("X7,A,,1,2009-12-01 07:45:00,1.0,,EIRE\n", Kind.UNCLEAR),
    ],
)
def test_the_class_of_an_invoice(read, rows, kind):
    [invoice] = read(rows)
    assert invoice.kind == kind


def test_a_sale_in_the_words_of_the_inbox(read):
    [invoice] = read(MUG.replace("85048", " 85048a "))
    order = invoice.to_order()
    assert order.external_id == "489434"
    assert order.placed_at == datetime(2009, 12, 1, 7, 45, tzinfo=UTC)
    assert order.currency == "GBP"
    assert order.customer.external_id == "13085"
    assert order.ship_to.country == "GB"
    assert order.total_amount == Decimal("83.40")
    [line] = order.lines
    assert (line.sku, line.name, line.quantity) == ("85048A", "WHITE MUG", 12)
    assert line.unit_price == Decimal("6.95")


def test_summer_time_is_londons(read):
    [invoice] = read(MUG.replace("2009-12-01", "2010-07-01"))
    assert invoice.at == datetime(2010, 7, 1, 6, 45, tzinfo=UTC)


def test_no_customer_is_no_customer(read):
    [invoice] = read(MUG.replace("13085.0", ""))
    assert invoice.to_order().customer is None


def test_rows_that_do_not_stand_together_are_one_invoice(read):
    other = MUG.replace("489434", "489433").replace("07:45", "07:40")
    first, second = read(MUG + other + MUG.replace("07:45", "07:46"))
    assert [first.number, second.number] == ["489433", "489434"]  # the older first
    assert len(second.lines) == 2
    assert second.at == datetime(2009, 12, 1, 7, 45, tzinfo=UTC)  # the first time


def test_exact_duplicates_are_lines_of_their_own(read):
    [invoice] = read(MUG + MUG)
    assert [line.quantity for line in invoice.to_order().lines] == [12, 12]
    assert (invoice.units, invoice.value) == (24, Decimal("166.80"))


def test_each_line_is_rounded_half_up(read):
    row = "1,A,,5,2009-12-01 07:45:00,0.001,,EIRE\n"
    [invoice] = read(row + row)
    assert invoice.value == Decimal("0.02")  # 0.005 twice, not 0.01 once


def test_gzip_and_plain_are_the_same(read):
    assert read(MUG, name="invoices.csv.gz") == read(MUG)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("United Kingdom", "GB"),
        ("EIRE", "IE"),
        ("RSA", "ZA"),
        ("Channel Islands", ""),
        ("West Indies", ""),
        ("Unspecified", ""),
        ("Atlantis", ""),
    ],
)
def test_countries(name, code):
    assert country_code(name) == code


def test_services_keep_no_stock():
    services = ("POST", "DOT", "M", "D", "C2", "ADJUST", "BANK CHARGES", "PADS")
    assert all(map(is_service, services))
    assert all(map(is_service, ("AMAZONFEE", "GIFT_0001_20", "TEST001")))
    assert not any(is_service(code) for code in ("85048", "DCGS0058", "79323P"))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("12", "a dozen", ["Row 2", "quantity", "'a dozen'", "whole number"]),
        ("12", "1.5", ["Row 2", "quantity", "'1.5'"]),
        ("6.95", "6,95", ["Row 2", "cells"]),
        ("6.95", "NaN", ["Row 2", "unit_price", "'NaN'", "2.55"]),
        ("2009-12-01", "01/12/2009", ["Row 2", "invoice_date", "2009-12-01 07:45"]),
        ("2009-12-01", "2009-13-01", ["Row 2", "invoice_date"]),
        ("85048", " ", ["Row 2", "stock_code"]),
        ("489434", "", ["Row 2", "invoice", "489434"]),
        (",United Kingdom", "", ["Row 2", "7 cells", "8"]),
    ],
)
def test_a_bad_row_is_named(read, old, new, words):
    row = MUG.replace(",12,", f",{new},") if old == "12" else MUG.replace(old, new)
    if new == "6,95":
        row = row.replace(",United Kingdom", "").replace(",13085.0", "")[:-1] + "\n"
    with pytest.raises(InvoiceFileError) as error:
        read(row)
    assert all(word in str(error.value) for word in words), str(error.value)


def test_a_missing_column_is_named(read):
    with pytest.raises(InvoiceFileError, match=r"row 1.*unit_price.*missing"):
        read(MUG, head=HEAD.replace("unit_price", "price"))


@pytest.mark.parametrize(("head", "rows"), [(HEAD, ""), ("", "")])
def test_an_empty_file(read, head, rows):
    with pytest.raises(InvoiceFileError, match=r"no invoices|missing"):
        read(rows, head=head)


def test_a_file_that_is_not_gzip(tmp_path):
    path = tmp_path / "invoices.csv.gz"
    path.write_text(HEAD + MUG)
    with pytest.raises(InvoiceFileError, match="not gzip"):
        read_invoices(path)


def test_a_file_that_is_cut_off(tmp_path):
    path = tmp_path / "invoices.csv.gz"
    path.write_bytes(gzip.compress((HEAD + MUG * 9).encode())[:-20])
    with pytest.raises(InvoiceFileError, match="damaged"):
        read_invoices(path)


def test_a_file_that_is_not_text(tmp_path):
    path = tmp_path / "invoices.csv"
    path.write_bytes(HEAD.encode() + b"\xff\xfe\x00")
    with pytest.raises(InvoiceFileError, match="damaged"):
        read_invoices(path)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InvoiceFileError, match="cannot be read"):
        read_invoices(tmp_path / "nowhere.csv")
