"""The partner API over HTTP: what it costs above the services that it calls.

What: orders of three lines created one a call (`single`) and 100 a call
(`bulk_orders`), by four clients against gunicorn with four processes; the same hundred
given to the service by four processes without HTTP (`direct_orders`); then, by one
client, pages of the list (50 orders, also deep ones), lookups by external id and the
stock of a SKU (`stock_reads`, a second), in a shop of `--stored` orders (see
`grown.py`).

How: the sides take turns, the median of the rounds counts; bodies are written before
the clock starts. All of it shares the machine, clients included.

Against what: P13 (`bulk_fraction`, bulk against direct) and P10 (`page_ms`,
`lookup_ms`); the 99th percentile of a single create within ten medians. The program
ends with 1 when one is missed.

    python -m tests.benchmarks.api --seconds 5 --rounds 5 --stored 1000000
"""

import argparse
import http.client
import json
import logging
import multiprocessing
import sys
import time
from statistics import median, quantiles
from typing import NamedTuple

from django.db import connections

from channels.messages import IncomingOrder
from channels.models import Channel
from inventory.models import Product
from oms.core.api.keys import NewKey, create_keys
from oms.core.api.models import Scope
from orders.models import Order
from orders.services.receiving import receive_orders
from tests.benchmarks import database, grown, shop
from tests.benchmarks.server import with_name
from tests.serving import Server

CLIENTS = 4
MANY = 100
PAGES = 40
fork = multiprocessing.get_context("fork")


class Side(NamedTuple):
    """`guess`: orders a second at most, to write enough bodies."""

    name: str
    batch: int
    guess: int


SIDES = [Side("single", 1, 150), Side("bulk", MANY, 1500), Side("direct", MANY, 1500)]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5, help="of each round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--stored", type=int, default=10_000, help="orders before")
    given = parser.parse_args(arguments)
    logging.disable(logging.WARNING)
    with database.own() as name:
        grown.fill(given.stored)
        channel = Channel.objects.get()
        wanted = [NewKey("bench", list(Scope.values), per_minute=100_000)]
        secret = create_keys(wanted, actor="benchmark").one().secret
        connections.close_all()
        own = {"SECURE_SSL_REDIRECT": "0", "ALLOWED_HOSTS": "*", "LOG_LEVEL": "ERROR"}
        url = with_name(database.URL, name)
        server = Server(url, workers=CLIENTS, threads=1, **own | {"DEBUG": "0"})
        try:
            reads = read(server, secret)
            writes = write(server, secret, channel, given)
        finally:
            server.stop()
    found = writes | reads
    sys.stdout.write("".join(f"{k:>16}  {v}\n" for k, v in found.items()))
    sys.stdout.write(json.dumps(found) + "\n")
    return int(any(missed(found)))


def missed(found: dict) -> list[bool]:
    return [
        found["bulk_fraction"] < 0.5,
        found["page_ms"] > 100,
        found["lookup_ms"] > 30,
        found["p99_ms"] > 10 * found["p50_ms"],
    ]


# --- Orders ---------------------------------------------------------------------------


def write(server: Server, secret: str, channel: Channel, given) -> dict:
    rates = {side.name: [] for side in SIDES}
    times = []
    for round_ in range(given.rounds + 1):  # the first warms up
        for side in SIDES:
            seconds = given.seconds if round_ else min(2, given.seconds)
            rate, took = run(side, server, secret, channel, seconds, round_)
            if round_:
                rates[side.name].append(rate)
                times += took if side.name == "single" else []
    middle = {name: median(values) for name, values in rates.items()}
    paired = zip(rates["bulk"], rates["direct"], strict=True)
    return {
        "single": round(middle["single"], 1),
        "bulk_orders": round(middle["bulk"], 1),
        "direct_orders": round(middle["direct"], 1),
        "bulk_fraction": round(median(b / d for b, d in paired), 3),
        "p50_ms": round(median(times), 1),
        "p99_ms": round(quantiles(times, n=100)[-1], 1),
    }


def run(
    side: Side,
    server: Server,
    secret: str,
    channel: Channel,
    seconds: float,
    round_: int,
) -> tuple[float, list[float]]:
    """Orders a second of the four clients together, and how long each call took."""
    connections.close_all()
    ready, results = fork.Barrier(CLIENTS), fork.Queue()
    arguments = (side, server, secret, channel, seconds, round_, ready, results)
    clients = [
        fork.Process(target=client, args=(n, *arguments)) for n in range(CLIENTS)
    ]
    for each in clients:
        each.start()
    answers = [results.get(timeout=seconds * 10 + 180) for _ in clients]
    for each in clients:
        each.join()
    if failures := [error for *_rest, error in answers if error]:
        raise RuntimeError("; ".join(failures))
    rate = sum(done / took for done, took, *_rest in answers)
    return rate, [each for _d, _t, times, _e in answers for each in times]


def client(number, side, server, secret, channel, seconds, round_, ready, results):
    done, took, times, error = 0, 1.0, [], ""
    try:
        shoppers = shop.Shoppers(f"{side.name}-{round_}-{number}")
        calls = max(3, int(side.guess * (seconds + 1) / CLIENTS / side.batch))
        orders = [list(shoppers.orders(side.batch, grown.SKUS)) for _ in range(calls)]
        key = f"{side.name}-{round_}-{number}"
        do = (
            direct(channel) if side.name == "direct" else over_http(server, secret, key)
        )
        bodies = [each if side.name == "direct" else body(each) for each in orders]
        do(bodies.pop())
        ready.wait(120)
        began = time.perf_counter()
        while bodies and (took := time.perf_counter() - began) < seconds:
            before = time.perf_counter()
            do(bodies.pop())
            times.append((time.perf_counter() - before) * 1000)
            done += side.batch
        took = time.perf_counter() - began
    except Exception as failure:
        error = repr(failure)
    connections.close_all()
    results.put((done, took, times, error))


def body(orders: list[IncomingOrder]) -> bytes:
    items = [said(each) for each in orders]
    if len(items) == 1:
        return json.dumps(items[0]).encode()
    return json.dumps({"mode": "best_effort", "items": items}).encode()


def said(order: IncomingOrder) -> dict:
    payload = order.to_payload()
    payload["customer"] = dict(payload["customer"])
    return payload


def direct(channel: Channel):
    def do(orders: list[IncomingOrder]) -> None:
        out = receive_orders(channel, orders, actor=shop.ACTOR)
        if out.refused:
            raise RuntimeError(out.refused)

    return do


def over_http(server: Server, secret: str, key: str):
    numbers = iter(range(10**9))

    def do(sent: bytes) -> None:
        path = "/api/v1/orders/bulk/" if b'"items"' in sent[:40] else "/api/v1/orders/"
        headers = {"Idempotency-Key": f"{key}-{next(numbers)}"}
        headers["Content-Type"] = "application/json"
        status, got = ask(server, secret, "POST", path, sent, headers)
        if status not in (200, 201) or (status == 200 and b'"refused":0' not in got):
            raise RuntimeError(f"{status}: {got[:500]}")

    return do


def ask(server, secret, method, path, sent=None, headers=()) -> tuple[int, bytes]:
    line = http.client.HTTPConnection(*server.address, timeout=60)
    headers = {"Authorization": f"Bearer {secret}", **dict(headers)}
    line.request(method, path, sent, headers)
    answer = line.getresponse()
    got = answer.read()
    line.close()
    return answer.status, got


# --- Reading --------------------------------------------------------------------------


def read(server: Server, secret: str) -> dict:
    """One client; each page is another one, as deep as the shop is old."""
    names = Order.objects.order_by("pk").values_list("external_id", flat=True)
    last = Order.objects.order_by("-pk").values_list("pk", flat=True)[0]
    steps = [last * part // PAGES or 1 for part in range(1, PAGES)]
    lookups = [f"?external_id={name}" for name in names.filter(pk__in=steps)]
    moments = Order.objects.filter(pk__in=steps).values_list("updated_at", flat=True)
    since = [f"?updated_since={at:%Y-%m-%dT%H:%M:%S.%fZ}" for at in moments]
    since = ["", "?status=completed", *since]
    skus = Product.objects.order_by("pk").values_list("sku", flat=True)[:PAGES]
    levels = [f"?sku={sku}" for sku in skus]
    stored = Order.objects.count()
    connections.close_all()
    return {
        "stored": stored,
        "page_ms": timed(server, secret, since),
        "lookup_ms": timed(server, secret, lookups),
        "stock_reads": round(1000 / timed(server, secret, levels, "stock-levels"), 1),
    }


def timed(server: Server, secret: str, queries: list[str], what="orders") -> float:
    """Milliseconds, the median."""
    took = []
    for query in [*queries[:5], *queries]:  # each process has seen one
        began = time.perf_counter()
        status, got = ask(server, secret, "GET", f"/api/v1/{what}/{query}")
        took.append((time.perf_counter() - began) * 1000)
        if status != 200:
            raise RuntimeError(got[:500])
    return round(median(took[5:]), 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
