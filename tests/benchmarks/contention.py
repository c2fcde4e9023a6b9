"""Many buyers want the same few goods: is what is sold exactly what there was?

What: `--attempts` orders compete for `--stock` pieces of ten scarce products. Each
wants one piece of a scarce product and one of two products that everybody buys and that
never run out, its lines in random order: rivals name the same stock in opposite order.

How: `--buyers` processes with a connection each (eight: the workers of a web server on
two cores), one order a time, through the public services alone: the message is stored
in the inbox (`store_messages`) and taken in (`take_in`), which captures, confirms,
routes and allocates. The time of an attempt runs from the message to the commit. Nobody
is turned away: an order whose scarce piece is gone is taken and waits for goods; it
counts as refused. In the end what was sold must be the stock exactly, the ledger and
the open work must sum to what the levels say, and PostgreSQL must have seen no
deadlock; otherwise this exits with 1.

Against what: itself. PostgreSQL's own limit and a shop that oversells are measured by
`tests.benchmarks.intake` and ../shared/benchmarks/limits.

    python -m tests.benchmarks.contention --attempts 10000 --stock 100
"""

import argparse
import json
import multiprocessing
import random
import sys
import time
from dataclasses import replace
from statistics import quantiles

from django.db import connections

from channels.models import Channel
from orders.services import intake
from tests.benchmarks import database, shop

SCARCE = 10  # products that run out
COMMON = 200  # products that everybody buys as well
PLENTY = 10_000_000

fork = multiprocessing.get_context("fork")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--attempts", type=int, default=10_000)
    parser.add_argument("--stock", type=int, default=100)
    parser.add_argument("--buyers", type=int, default=8)
    args = parser.parse_args(arguments)
    if args.attempts < SCARCE * -(-args.stock // SCARCE):
        parser.error("more attempts than pieces are needed: every piece wants a buyer")
    with database.own():
        prepare(args.stock)
        started = time.perf_counter()
        latencies = race(args.attempts, args.buyers)
        seconds = time.perf_counter() - started
        result, problems = account(args.attempts, args.stock, latencies)
    report(result, problems, seconds, args.buyers)
    return 1 if problems else 0


def prepare(pieces: int) -> None:
    """The shop: scarce products first, their pieces shared out over one location."""
    shop.fill(skus=0, pieces=0)
    products = shop.Product.objects.bulk_create(
        [
            shop.Product(sku=shop.sku(n), name=f"Product {n}")
            for n in range(SCARCE + COMMON)
        ]
    )
    place = shop.Location.objects.order_by("pk").first().pk
    share, rest = divmod(pieces, SCARCE)
    amounts = [share + (n < rest) for n in range(SCARCE)] + [PLENTY] * COMMON
    by_product = dict(zip((p.pk for p in products), amounts, strict=True))
    shop.receive(by_product, [place])


def race(attempts: int, buyers: int) -> list[float]:
    """Let the buyers run; the seconds of every attempt."""
    connections.close_all()
    ready, results = fork.Barrier(buyers), fork.Queue()
    tickets = fork.Value("q", 0)
    processes = [
        fork.Process(target=buyer, args=(n, attempts, tickets, ready, results))
        for n in range(buyers)
    ]
    for process in processes:
        process.start()
    latencies, errors = [], []
    for _ in processes:
        took, error = results.get()
        latencies += took
        errors += [error] if error else []
    for process in processes:
        process.join()
    if errors:
        raise RuntimeError("; ".join(errors))
    return latencies


def buyer(number: int, attempts: int, tickets, ready, results) -> None:
    """One buyer: orders until the attempts are used up. Ticket n wants scarce product
    n modulo ten, so that every product has its share of the rush."""
    took, error = [], ""
    try:
        channel = Channel.objects.get()
        shoppers = shop.Shoppers(f"b{number}")
        pick = random.Random(number)
        ready.wait(60)
        while True:
            with tickets.get_lock():
                ticket = tickets.value
                tickets.value += 1
            if ticket >= attempts:
                break
            others = pick.sample(range(SCARCE, SCARCE + COMMON), 2)
            skus = [shop.sku(n) for n in (ticket % SCARCE, *others)]
            pick.shuffle(skus)
            order = shoppers.order(skus)
            lines = tuple(replace(line, quantity=1) for line in order.lines)
            order = replace(order, lines=lines)
            started = time.perf_counter()
            attempt(channel, order)
            took.append(time.perf_counter() - started)
    except Exception as failure:
        error = f"buyer {number}: {failure!r}"
    connections.close_all()
    results.put((took, error))


def attempt(channel: Channel, order) -> None:
    """From the message to the committed order."""
    out = intake.take_in(shop.store(channel, [order]), actor=shop.ACTOR)
    if out.refused or not out.done:
        raise RuntimeError(f"an order was dropped: {out.refused}")


def account(
    attempts: int, pieces: int, latencies: list[float]
) -> tuple[dict, list[str]]:
    """The result, and what does not add up."""
    scarce = [shop.sku(n) for n in range(SCARCE)]
    sold, waiting = (
        database.number(
            f"SELECT sum({column}) FROM orders_orderline WHERE sku = ANY(%s)", scarce
        )
        for column in ("allocated_quantity", "waiting_quantity")
    )
    cuts = quantiles(latencies, n=100)
    result = {
        "attempts": attempts,
        "stock": pieces,
        "sold": sold,
        "refused": waiting,
        "deadlocks": database.deadlocks(),
        "p50_ms": round(cuts[49] * 1000, 1),
        "p99_ms": round(cuts[98] * 1000, 1),
    }
    problems = [f"sum does not hold: {row}" for row in database.broken()]
    if sold != pieces:
        problems.append(f"{sold} pieces sold of {pieces}")
    if sold + waiting != attempts:
        problems.append(
            f"{sold} sold and {waiting} refused are not {attempts} attempts"
        )
    if result["deadlocks"]:
        problems.append(f"{result['deadlocks']} deadlocks")
    return result, problems


def report(result: dict, problems: list[str], seconds: float, buyers: int) -> None:
    out = sys.stdout
    out.write(f"{buyers} buyers, {result['attempts'] / seconds:.0f} attempts/s\n")
    for name, value in result.items():
        out.write(f"  {name:10} {value:>10}\n")
    for problem in problems:
        out.write(f"WRONG: {problem}\n")
    out.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
