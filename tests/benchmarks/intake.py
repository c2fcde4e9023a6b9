"""From the inbox to the shelf: how fast, against PostgreSQL's limit and a peer.

What: orders of three lines (10,000 SKUs at three locations) from stored inbox messages
to captured, validated, paid, confirmed, routed and allocated, in batches of 1, 10 and
100; in batches of 100 to shipped; with ten hot SKUs for everybody; and with `--grown`
stored orders against an empty shop. Also the statements of one batch, the routing
decision alone, and how long an idle worker lets a task wait.

How: four processes, a connection each, through the public services alone; messages are
stored before the clock starts. Each round runs every side once for `--seconds`, each in
a fresh copy of the same shop; medians of the rounds. Only ratios of one run count.

Against what: raw rows of the same spine by COPY, and django-oscar's own services, from
../shared/benchmarks/limits, in turn with our sides on the same server; null without it.

    python -m tests.benchmarks.intake --seconds 5 --rounds 5 --grown 20000
"""

import argparse
import json
import sys
from collections import defaultdict
from statistics import median

from django.db import connection
from django.test.utils import CaptureQueriesContext

from channels.models import Channel
from tests.benchmarks import (
    clients,
    database,
    history,
    peers,
    planning,
    queueing,
    shop,
)
from tests.benchmarks.clients import HOT, Side

SKUS = 10_000
PIECES = 10_000_000
SIDES = {
    "batch_1": Side(1, 400, SKUS),
    "batch_10": Side(10, 1500, SKUS),
    "batch_100": Side(100, 3000, SKUS),
    "hot": Side(100, 3000, HOT),
    "shipped_100": Side(100, 1500, SKUS, shipped=True),
}
OTHERS = {"limit": peers.LIMIT, "peer_place": peers.PLACE, "peer_ship": peers.SHIP}
RATIOS = {  # name: (side, against)
    "fraction_of_limit": ("batch_100", "limit"),
    "times_peer_batch": ("batch_100", "peer_place"),
    "times_peer_single": ("batch_1", "peer_place"),
    "times_peer_shipped": ("shipped_100", "peer_ship"),
    "hot_to_spread": ("hot", "batch_100"),
    "grown_to_empty": ("grown", "batch_100"),
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--grown", type=int, default=20_000, help="stored orders")
    args = parser.parse_args(arguments)
    with database.own() as seed, peers.running() as others:
        channel = shop.fill(SKUS, PIECES)
        history.fill(0, SKUS, channel.pk)
        with database.copy(seed, f"{seed}_alone") as alone:
            alone_figures = statements(alone) | planning.timings()
            alone_figures["queue_p95_ms"] = queueing.p95_ms(alone)
        grown = f"{seed}_grown"
        with database.copy(seed, grown):
            database.use(grown)
            history.fill(args.grown, SKUS, channel.pk)
            rates, deadlocks = rounds(args, seed, grown, others)
            database.use(seed)
    result = summary(rates, deadlocks) | alone_figures
    for name, values in rates.items():
        shown = " ".join(f"{value:9.1f}" for value in values) or "        -"
        sys.stdout.write(f"{name:12} orders/s {shown}\n")
    for name, value in result.items():
        sys.stdout.write(f"  {name:20} {value!s:>12}\n")
    sys.stdout.write(json.dumps(result) + "\n")
    return 0


def rounds(args, seed: str, grown: str, others) -> tuple[dict[str, list], int]:
    """{side: its orders a second in each round}, and all deadlocks."""
    rates, deadlocks = defaultdict(list), 0
    for round_ in range(args.rounds):
        for name, mode in OTHERS.items():
            rate = others.rate(mode, args.seconds)
            rates[name] += [] if rate is None else [rate]
        for name, side in SIDES.items():
            with database.copy(seed, f"{seed}_{name}") as fresh:
                rate, dead = clients.run(fresh, side, args.seconds, round_)
            rates[name].append(rate)
            deadlocks += dead
        rate, dead = clients.run(grown, SIDES["batch_100"], args.seconds, round_)
        rates["grown"].append(rate)
        deadlocks += dead
        sys.stderr.write(f"round {round_ + 1} of {args.rounds} is done\n")
    return rates, deadlocks


def summary(rates: dict[str, list[float]], deadlocks: int) -> dict:
    """The medians, and the medians of the ratios within each round."""
    shown = [*OTHERS, "batch_1", "batch_10", "batch_100", "shipped_100"]
    result = {
        name: round(median(rates[name]), 1) if rates[name] else None for name in shown
    }
    for name, (side, against) in RATIOS.items():
        ratios = [a / b for a, b in zip(rates[side], rates[against], strict=False) if b]
        result[name] = round(median(ratios), 3) if ratios else None
    return result | {"deadlocks": deadlocks}


def statements(name: str) -> dict[str, int]:
    """Statements of one intake, BEGIN and COMMIT included, for 1 and for 100 orders:
    all customers are new, so that both batches have some to write."""
    database.use(name)
    channel = Channel.objects.get()
    shoppers = shop.Shoppers("statements", new_customers=1)
    counts = {}
    for size in (1, 100):
        messages = shop.store(channel, shoppers.orders(size, SKUS))
        with CaptureQueriesContext(connection) as queries:
            clients.take_in(messages)
        counts[f"statements_{size}"] = len(queries)
    return counts


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
