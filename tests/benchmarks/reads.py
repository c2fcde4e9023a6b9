"""The pages of the back office in a large shop: how long, how many queries, how big.

What: the list of orders (each queue, all of them, the second page, a search), Today,
the page of an order, stock and the sum behind a number, exceptions, and the search box
by six kinds of identifier and by name; as an operations lead, in a shop of two years
with `--orders` orders (see `grown.py`).

How: Django's own client in this process, so with middleware, templates and session but
without a network. Each round asks every page once; the budgets hold for medians, the
95th percentile is shown beside them.

Against what: the budgets P9. The program ends with 1 when one is missed.

    python -m tests.benchmarks.reads --orders 100000
    python -m tests.benchmarks.reads --orders 1000000 --database oms_reads

`--database` keeps the shop under that name, and measures the one that is there already.
"""

import argparse
import json
import logging
import sys
import time
import warnings
from collections import defaultdict
from contextlib import nullcontext
from statistics import median, quantiles
from typing import NamedTuple

import psycopg
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import (
    CaptureQueriesContext,
    override_settings,
    setup_test_environment,
)

from fulfillment.models import Shipment
from inventory.models import StockLevel
from oms import roles
from oms.core.models import User
from orders import queues
from orders.models import Order
from tests.benchmarks import database, grown, server

LIST = "/admin/orders/order/"
STOCK = "/admin/inventory/stocklevel/"
ROUNDS = 15


class Budget(NamedTuple):
    milliseconds: int
    queries: int
    kilobytes: int = 100


class Page(NamedTuple):
    """`urls`: one for each round, from the beginning again when they are used up."""

    name: str
    urls: list[str]
    budget: Budget


class Figures(NamedTuple):
    p50: float
    p95: float
    queries: int
    kilobytes: float


LISTS = Budget(500, 12)
ORDER = Budget(400, 15)
SEARCH = Budget(100, 12)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--database", help="keep the shop under this name")
    args = parser.parse_args(arguments)
    logging.disable(logging.WARNING)
    warnings.filterwarnings("ignore", "No directory at")  # static files are not served
    setup_test_environment(debug=False)
    with kept(args.database) if args.database else database.own():
        if not Order.objects.exists():
            began = time.perf_counter()
            grown.fill(args.orders)
            seconds = time.perf_counter() - began
            sys.stderr.write(f"filled in {seconds:.0f} s\n")
        storages = settings.STORAGES | {
            "staticfiles": {"BACKEND": settings.PLAIN_STORAGE}
        }
        with override_settings(STORAGES=storages):
            found = measure(pages(), args.rounds)
        orders = Order.objects.count()
    return report(found, orders)


def kept(name: str):
    """The database of that name, made if it is not there."""
    database.use(name)
    address = server.with_name(database.URL, "postgres")
    with psycopg.connect(address, autocommit=True) as admin:
        query = "SELECT FROM pg_database WHERE datname = %s"
        if admin.execute(query, [name]).fetchone() is None:
            server.make(database.URL, name)
    call_command("migrate", verbosity=0, interactive=False)
    return nullcontext()


def pages() -> list[Page]:
    names = list(queues.all_queues())
    lists = [Page(f"list {name}", [f"{LIST}?queue={name}"], LISTS) for name in names]
    lists += [
        Page("list all, page 2", [f"{LIST}?queue=all&p=2"], LISTS),
        Page("list, name search", [f"{LIST}?q=Badener", f"{LIST}?q=Kim"], LISTS),
        Page("list, SKU search", [f"{LIST}?q=sku:SKU-00001"], LISTS),
        Page("Today", ["/admin/"], LISTS),
        Page("exceptions", ["/admin/core/workitem/"], LISTS),
        Page("stock", [STOCK, f"{STOCK}?p=7", f"{STOCK}?q=product"], LISTS),
        Page("stock, why", _whys(), LISTS),
        Page("order page", _order_pages(), ORDER),
    ]
    return lists + _searches()


def _whys() -> list[str]:
    levels = StockLevel.objects.order_by("id").values_list("pk", flat=True)[:6]
    return [f"{STOCK}?why={pk}" for pk in levels]


def _order_pages() -> list[str]:
    """One of each state, and some of any age."""
    phases = Order.objects.order_by("phase", "-id").distinct("phase")
    keys = list(phases.values_list("pk", flat=True))
    last = max(keys)
    keys += [last * part // 10 or 1 for part in range(1, 9)]
    return [f"{LIST}{pk}/change/" for pk in keys]


def _searches() -> list[Page]:
    parcels = Shipment.objects.exclude(tracking_number="").order_by("-id")[:60:10]
    orders = [parcel.order for parcel in parcels]
    called = list(Order.objects.exclude(ship_to_phone="")[:3])
    asked = {
        "number": [order.number for order in orders],
        "channel's number": [order.external_id for order in orders],
        "tracking": [parcel.tracking_number for parcel in parcels],
        "e-mail": [order.customer.email for order in orders],
        "phone": [order.ship_to_phone.replace("+", "00") for order in called],
        "SKU": ["SKU-00001", "SKU-04000"],
        "rare name": [order.ship_to_name for order in orders],
        "common name": ["Kim", "ann"],
        "no such thing": ["zzz", "4711-0815", "nobody@example.com"],
    }
    return [
        Page(f"Ctrl+K {kind}", [f"/admin/search/?q={each}" for each in texts], SEARCH)
        for kind, texts in asked.items()
    ]


def measure(wanted: list[Page], rounds: int) -> list[tuple[Page, Figures]]:
    client = _browser()
    took, sizes, queries = defaultdict(list), defaultdict(int), defaultdict(int)
    for page in wanted:  # once for what is kept in memory, and to count
        for url in page.urls:
            with CaptureQueriesContext(connection) as captured:
                answer = client.get(url, secure=True)
            if answer.status_code != 200:
                raise RuntimeError(f"{url}: {answer.status_code}")
            queries[page.name] = max(queries[page.name], len(captured))
            sizes[page.name] = max(sizes[page.name], len(answer.content))
    for round_ in range(rounds):
        for page in wanted:
            began = time.perf_counter()
            client.get(page.urls[round_ % len(page.urls)], secure=True)
            took[page.name].append((time.perf_counter() - began) * 1000)
    figures = []
    for page in wanted:
        times = took[page.name]
        p95 = quantiles(times, n=20)[-1]
        size = round(sizes[page.name] / 1000, 1)
        found = Figures(
            round(median(times), 1), round(p95, 1), queries[page.name], size
        )
        figures.append((page, found))
    return figures


def _browser() -> Client:
    """Of an operations lead: whose permissions are looked up, as those of most are."""
    roles.sync()
    person, _new = User.objects.get_or_create(username="lead", is_staff=True)
    person.groups.add(Group.objects.get(name="operations lead"))
    client = Client()
    client.force_login(person)
    return client


def report(found: list[tuple[Page, Figures]], orders: int) -> int:
    out = sys.stdout
    heads = "page", "p50 ms", "p95 ms", "queries", "KB"
    out.write("{:26} {:>8} {:>8} {:>8} {:>7}\n".format(*heads))
    missed = 0
    for page, figures in found:
        budget, kinds = page.budget, ("ms", "queries", "KB")
        most = budget.milliseconds, budget.queries, budget.kilobytes
        had = figures.p50, figures.queries, figures.kilobytes
        over = [
            f"over {limit} {kind}"
            for kind, limit, value in zip(kinds, most, had, strict=True)
            if value > limit
        ]
        missed += len(over)
        out.write("{:26} {:8.1f} {:8.1f} {:8} {:7.1f}".format(page.name, *figures))
        out.write(f"  MISSED: {', '.join(over)}\n" if over else "\n")
    out.write(json.dumps(summary(found, orders)) + "\n")
    return 1 if missed else 0


def summary(found: list[tuple[Page, Figures]], orders: int) -> dict:
    by_name = {page.name: figures for page, figures in found}
    tabs = [name for name in by_name if name.startswith("list ")]
    searches = [name for name in by_name if name.startswith("Ctrl+K")]
    return {
        "orders": orders,
        "list_ms": by_name["list all"].p50,
        "slowest_tab_ms": max(by_name[name].p50 for name in tabs),
        "order_page_ms": by_name["order page"].p50,
        "today_ms": by_name["Today"].p50,
        "search_ms": max(by_name[name].p50 for name in searches),
        "list_queries": max(by_name[name].queries for name in tabs),
        "order_page_queries": by_name["order page"].queries,
        "page_kb": max(figures.kilobytes for _page, figures in found),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
