"""A thousand refunds asked at once, of orders that have less to give back, a gateway
that misbehaves, workers that are killed. Afterwards the gateway's books and ours are
compared.

    python -m tests.benchmarks.refund_storm --count 1000
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from django.conf import settings

from oms.invariants import violations
from tests import company, factories
from tests.benchmarks import database
from tests.returns import storm
from tests.returns.storm_books import WRONG
from tests.sandbox import Sandbox


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000, help="refunds asked for")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, database.own():
        sandbox = Sandbox(Path(folder) / "sandbox.sqlite")
        try:
            started = time.perf_counter()
            found = play(sandbox, given.count, given.seed)
            found["seconds"] = round(time.perf_counter() - started, 1)
        finally:
            sandbox.stop()
        found["violations"] = [each.code for each in violations()]
    sys.stdout.write(json.dumps(found, default=str) + "\n")
    return int(any(found[name] for name in (*WRONG, "violations")))


def play(sandbox: Sandbox, count: int, seed: int) -> dict:
    settings.SANDBOX_URL = sandbox.url
    settings.OMS_OUTSIDE_TIMEOUT = 0.3
    settings.OMS_GATEWAYS = [
        "orders.gateways.sandbox.Sandbox",
        "orders.gateways.manual.Manual",
    ]
    company.make()
    factories.ProductFactory(sku="GIFT", tracks_stock=False)
    channel = factories.ChannelFactory(code="later", payment="later")
    return storm.run(channel, sandbox, count, seed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
