"""`manage.py import_file`."""

import gzip
import io

import pytest
from django.core.management import CommandError, call_command

from inventory.models import StockLevel
from oms.core.files.models import ImportRun

pytestmark = pytest.mark.django_db
TEXT = b"sku,location,on_hand\nSHIRT,BER,90\nMUGG,BER,5\n"


def run(path, **options) -> str:
    out = io.StringIO()
    call_command("import_file", str(path), stdout=out, **options)
    return out.getvalue()


def packed(folder, data: bytes, name="stock.csv.gz"):
    path = folder / name
    path.write_bytes(data)
    return path


def test_a_packed_file_is_read_and_applied_as_the_file_in_it(world, tmp_path):
    said = run(packed(tmp_path, gzip.compress(TEXT)), apply=True)
    assert "stock.csv: stock_set, 2 (new 0, changed 1, unchanged 0, " in said
    assert "did you mean MUG?" in said
    assert "done 1" in said
    level = StockLevel.objects.get(product__sku="SHIRT", location__code="BER")
    assert level.on_hand == 90
    (tmp_path / "stock.csv").write_bytes(TEXT)
    with pytest.raises(CommandError, match="was applied on"):
        run(tmp_path / "stock.csv", apply=True)


def test_what_is_left_is_counted_by_its_reason(world, tmp_path):
    rows = [
        "invoice,stock_code,description,quantity,invoice_date,unit_price,customer_id,country",
        "1,SHIRT,Shirt,1,2026-01-02 10:00:00,5.00,7.0,Germany",
        "C2,SHIRT,Shirt,-1,2026-01-03 10:00:00,5.00,7.0,Germany",
        "C2,MUG,Mug,-2,2026-01-03 10:00:00,5.00,7.0,Germany",
    ]
    path = tmp_path / "invoices.csv"
    path.write_text("\n".join(rows))

    said = run(path, apply=True, option=["channel=shop"])

    assert "2 × It is a credit note, no order: open a return." in said
    assert "Applied: done 1, not applied 2" in said


def test_a_damaged_packed_file_is_refused_and_not_kept(world, tmp_path, settings):
    path = packed(tmp_path, gzip.compress(TEXT * 9)[:-20])
    with pytest.raises(CommandError, match="damaged"):
        run(path)
    assert not ImportRun.objects.exists()


def test_a_packed_bomb_is_refused_before_it_is_unpacked(world, tmp_path, settings):
    settings.OMS_FILES = tmp_path / "kept"
    path = packed(tmp_path, gzip.compress(b"0" * 10_000_000))
    with pytest.raises(CommandError, match="unpacks to far more"):
        run(path)
    assert list(settings.OMS_FILES.iterdir()) == []
