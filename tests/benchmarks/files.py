"""Files: how long a preview of so many order lines takes, and to apply it; the same for
stock; the preview of a Shopify file of 1,000 orders, for which a person waits; what
memory that takes beyond the program itself; and the export of what has come in (see
exporting.py).

    python -m tests.benchmarks.files --lines 100000

Orders have five lines each, of 10,000 products at three locations, and go through
inbox and intake; stock rows are read, validated, previewed and applied through the
ledger, and make their levels.

Against what: P12, a raw COPY of the same file into the table where imports are staged,
its cells as they are, without a look at them (`staging_copy`). `bare_copy` is that into
a table that has nothing but a key.
"""

import argparse
import csv
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from django.conf import settings
from django.db import connection

from inventory.models import Location, Product
from oms.core import jobs
from oms.core.files import deciding, runs
from oms.core.files.models import ImportRun
from tests import factories
from tests.benchmarks import database, exporting

PIECE = 1 << 20
SKUS, OF_ORDER, WAITED_FOR = 10_000, 5, 1_000
ROUNDS = 3  # of what is short
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
    stock, orders, shopify = (folder / f"{n}.csv" for n in ("stock", "orders", "shop"))
    write_stock(stock, stock_rows)
    write_orders(orders, lines)
    write_shopify(shopify, WAITED_FOR)
    before = memory()
    waited = preview(shopify, {"channel": "shop"})[1]
    stock_preview, stock_apply = play(stock, {})
    orders_preview, apply = play(orders, {"channel": "shop"})
    extra = memory() - before
    return {
        "lines": lines,
        "preview_s": round(orders_preview, 1),
        "apply_s": round(apply, 1),
        "lines_per_second": round(lines / (orders_preview + apply)),
        "preview_1000_shopify_orders_s": round(waited, 1),
        "stock_rows": stock_rows,
        "stock_preview_s": round(stock_preview, 1),
        "stock_apply_s": round(stock_apply, 1),
        "stock_rows_per_second": round(stock_rows / (stock_preview + stock_apply)),
        "staging_copy_rows_per_second": round(staging_copy(stock)),
        "bare_copy_rows_per_second": round(bare_copy(stock)),
        "extra_mib": round(extra, 1),
        **exporting.summary(exporting.measure(ROUNDS)),
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


def write_shopify(path: Path, orders: int) -> None:
    """Two lines each; what is of the order stands in its first row."""
    with path.open("w") as file:
        file.write(
            "Name,Email,Financial Status,Fulfillment Status,Currency,Subtotal,Shipping,"
            "Taxes,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,"
            "Lineitem sku,Shipping Name,Shipping Address1,Shipping City,Shipping Zip,"
            "Shipping Country\n"
        )
        for n in range(orders):
            line = f"Product,9.90,SKU-{n:06}"
            file.write(
                f"#{n},buyer{n}@example.org,paid,unfulfilled,EUR,19.80,4.90,0.00,24.70,"
                f"2026-03-01 10:00:00 +0100,1,{line},Erika Muster,Lindenstraße 1,"
                f"Berlin,'10969,DE\n#{n},,,,,,,,,,1,{line},,,,,\n"
            )


def preview(path: Path, options: dict) -> tuple[ImportRun, float]:
    """The run, and the seconds it took."""
    started = time.perf_counter()
    with path.open("rb") as file:
        pieces = iter(lambda: file.read(PIECE), b"")
        run = runs.upload(pieces, path.name, actor=ACTOR, options=options)
    runs.preview(run.pk)
    run.refresh_from_db()
    assert run.status == ImportRun.Status.PREVIEWED, (run.status, run.error)
    assert run.new_count == run.row_count, run.counts()
    return run, time.perf_counter() - started


def play(path: Path, options: dict) -> tuple[float, float]:
    """Seconds of the preview and of the apply."""
    run, seconds = preview(path, options)
    previewed = time.perf_counter()
    deciding.apply_run(run, actor=ACTOR)
    run.refresh_from_db()
    jobs.work_on(run.job_id)
    applied = time.perf_counter()
    run.refresh_from_db()
    assert run.job.refused_count == 0, run.rows.exclude(result="").first().result
    return seconds, applied - previewed


def staging_copy(path: Path) -> float:
    """Rows per second."""
    run = ImportRun.objects.create(actor=ACTOR, name="raw", stored_as="raw", size=1)
    names = "run_id, position, number, key, unit, cells, values, effect, difference"
    statement = (
        f"COPY core_importrow ({names}, errors, note, status, result, undo) FROM STDIN"
    )

    def row(number: int, cells: list[str]) -> tuple:
        said = json.dumps(dict(zip(("sku", "location", "on_hand"), cells, strict=True)))
        place = number - 1, number, f"{cells[0]} @ {cells[1]}", number - 1
        return run.pk, *place, said, "{}", "new", "{}", "[]", "", "staged", "", "{}"

    return median(_copied(path, statement, row) for _round in range(ROUNDS))


def bare_copy(path: Path) -> float:
    """Rows per second."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bare (number int PRIMARY KEY, sku text, place text, n text)"
        )
    statement = "COPY bare FROM STDIN"
    return median(
        _copied(path, statement, lambda number, cells: (number, *cells))
        for _round in range(ROUNDS)
    )


def _copied(path: Path, statement: str, row: Callable) -> float:
    """Rows per second of a file into a table, which is emptied again."""
    table = statement.split()[1]
    started, number = time.perf_counter(), 1
    with connection.cursor() as cursor:
        with path.open(newline="") as file, cursor.copy(statement) as copy:
            lines = csv.reader(file)
            next(lines)
            for number, cells in enumerate(lines, 2):
                copy.write_row(row(number, cells))
        seconds = time.perf_counter() - started
        cursor.execute(f"DELETE FROM {table}")
    return (number - 1) / seconds


def memory() -> float:
    """The most that this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
