"""Exports: rows a second, and the memory they take.

What: all orders of a shop and their lines, exported as CSV by the product's own writer
into a file; and, for the memory, also as a workbook.

How: the sides take turns, `--rounds` times; the median counts. Memory is the peak that
Python has asked for while `--lines` lines are written, measured in a round of its own.

Against what: P11, the plain way: `csv.writer` over `values_list(...).iterator()` of the
same columns, without conversion, checks, log or one state of the data.

    python -m tests.benchmarks.exporting --lines 100000
"""

import argparse
import csv
import json
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from statistics import median

from django.db import transaction

from oms.core.exports import making, resources
from oms.core.files.writing import FORMATS
from tests.benchmarks import database, grown

LINES_OF_AN_ORDER = 2.5


def measure(rounds: int = 5) -> dict[str, float]:
    """The figures of the database as it is: for orders and for their lines."""
    figures = {}
    for what in ("orders", "order_lines"):
        resource = resources.named(what)
        rows = resource._meta.model.objects.order_by("-pk")
        number = rows.count()
        sides = {"export": lambda r=resource, q=rows: ours(r, q)}
        sides["values_list"] = lambda r=resource, q=rows: plain(r, q)
        took: dict[str, list[float]] = {name: [] for name in sides}
        for _ in range(rounds):
            for name, side in sides.items():
                took[name].append(_seconds(side))
        for name, seconds in took.items():
            figures[f"{what} {name}"] = number / median(seconds)
    lines = resources.named("order_lines")
    rows = lines._meta.model.objects.order_by("-pk")
    for kind in ("csv", "xlsx"):
        figures[f"mib {kind}"] = _mib(lambda k=kind: ours(lines, rows, k))
    return figures


def ours(resource, rows, kind: str = "csv") -> None:
    with tempfile.TemporaryFile() as out:
        wanted = making.Wanted(resource, FORMATS[kind], rows, "benchmark")
        making.write_file(wanted, out)


def plain(resource, rows) -> None:
    reading = resource.reading()
    found = resource.facts(rows).values_list(*reading.attributes)
    with (
        tempfile.TemporaryFile("w", newline="", encoding="utf-8-sig") as out,
        transaction.atomic(),
    ):
        writer = csv.writer(out)
        writer.writerow(reading.names)
        writer.writerows(found.iterator())


def _seconds(call: Callable) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _mib(call: Callable) -> float:
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return (peak - before) / 2**20


def summary(figures: dict[str, float]) -> dict[str, float]:
    """The keys of the benchmark of files."""
    return {
        "export_rows_per_second": round(figures["order_lines export"]),
        "values_list_rows_per_second": round(figures["order_lines values_list"]),
        "export_extra_mib": round(max(figures["mib csv"], figures["mib xlsx"]), 1),
    }


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args(arguments)
    with database.own():
        grown.fill(round(args.lines / LINES_OF_AN_ORDER))
        figures = measure(args.rounds)
    for name, figure in figures.items():
        sys.stdout.write(f"{name:24} {figure:12,.1f}\n")
    sys.stdout.write(json.dumps(summary(figures)) + "\n")
    ratio = figures["order_lines export"] / figures["order_lines values_list"]
    return 0 if ratio >= 0.5 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
