"""Files: how long a preview of so many order lines takes, and to apply it; the same for
stock, against a bare COPY of the same rows into a staging table; and what memory that
takes beyond the program itself.

    python -m tests.benchmarks.files --lines 100000

Orders have five lines each, of 10,000 products at three locations, and go through
inbox and intake; stock rows go through the ledger.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.db import connection

from inventory.models import Location, Product
from oms.core import jobs
from oms.core.files import deciding, runs
from oms.core.files.models import ImportRun
from tests import factories
from tests.benchmarks import database

PIECE = 1 << 20
SKUS, OF_ORDER = 10_000, 5
ACTOR = "benchmark"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=100_000)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, database.own():
        settings.OMS_FILES = Path(folder) / "kept"
        found = measure(Path(folder), given.lines)
    for name, value in found.items():
        sys.stdout.write(f"{name:32}{value:>12}\n")
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


def measure(folder: Path, lines: int) -> dict:
    grow()
    stock_rows = min(lines // 2, SKUS * 3)
    stock, orders = folder / "stock.csv", folder / "orders.csv"
    write_stock(stock, stock_rows)
    write_orders(orders, lines)
    before = memory()
    stock_preview, stock_apply = play(stock, {})
    preview, apply = play(orders, {"channel": "shop"})
    extra = memory() - before
    return {
        "lines": lines,
        "preview_s": round(preview, 1),
        "apply_s": round(apply, 1),
        "lines_per_second": round(lines / (preview + apply)),
        "stock_rows": stock_rows,
        "stock_preview_s": round(stock_preview, 1),
        "stock_apply_s": round(stock_apply, 1),
        "stock_rows_per_second": round(stock_rows / (stock_preview + stock_apply)),
        "staging_copy_rows_per_second": round(bare_copy(stock_rows)),
        "extra_mib": round(extra, 1),
    }


def grow() -> None:
    factories.ChannelFactory(code="shop")
    Product.objects.bulk_create(
        Product(sku=f"SKU-{n:06}", name=f"Product {n}", weight_grams=250)
        for n in range(SKUS)
    )
    Location.objects.bulk_create(
        Location(code=code, name=code, country="DE") for code in ("BER", "HAM", "MUC")
    )


def write_stock(path: Path, rows: int) -> None:
    with path.open("w") as file:
        file.write("sku,location,on_hand\n")
        for n in range(rows):
            place = ("BER", "HAM", "MUC")[n // SKUS % 3]
            file.write(f"SKU-{n % SKUS:06},{place},{1_000 + n % 7}\n")


def write_orders(path: Path, lines: int) -> None:
    with path.open("w") as file:
        file.write(
            "external_id,placed_at,currency,email,ship_to_name,ship_to_street,"
            "ship_to_city,ship_to_postal_code,ship_to_country,sku,quantity,unit_price\n"
        )
        for n in range(lines):
            order = n // OF_ORDER
            file.write(
                f"B-{order},2026-03-01 10:00,EUR,buyer{order}@example.org,Erika Muster,"
                f"Lindenstraße 1,Berlin,10969,DE,SKU-{n * 7 % SKUS:06},1,9.90\n"
            )


def play(path: Path, options: dict) -> tuple[float, float]:
    """Seconds of the preview and of the apply."""
    started = time.perf_counter()
    with path.open("rb") as file:
        pieces = iter(lambda: file.read(PIECE), b"")
        run = runs.upload(pieces, path.name, actor=ACTOR, options=options)
    runs.preview(run.pk)
    run.refresh_from_db()
    assert run.status == ImportRun.Status.PREVIEWED, (run.status, run.error)
    assert run.new_count == run.row_count, run.counts()
    previewed = time.perf_counter()
    deciding.apply_run(run, actor=ACTOR)
    run.refresh_from_db()
    jobs.work_on(run.job_id)
    applied = time.perf_counter()
    run.refresh_from_db()
    assert run.job.refused_count == 0, run.rows.exclude(result="").first().result
    return previewed - started, applied - previewed


def bare_copy(rows: int) -> float:
    """Rows per second into a table without anything else."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE bare (n int, sku text, place text, pieces int)"
        )
        started = time.perf_counter()
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for n in range(rows):
                copy.write_row((n, f"SKU-{n % SKUS:06}", "BER", n))
        return rows / (time.perf_counter() - started)


def memory() -> float:
    """The most that this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
