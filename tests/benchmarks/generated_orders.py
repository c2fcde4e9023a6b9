"""Ten thousand orders made by dice: every currency, discount, tender, cancellation and
return in parts. Afterwards the cents are compared by plain SQL.

    python -m tests.benchmarks.generated_orders --orders 10000 --seed 1
"""

import argparse
import json
import sys
import time

from django.conf import settings

from oms.invariants import violations
from tests.benchmarks import database
from tests.generated import books, company
from tests.generated.life import Life


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--set", type=int, default=200, help="orders of one set")
    given = parser.parse_args(arguments)
    settings.OMS_GATEWAYS = [*settings.OMS_GATEWAYS, company.GATEWAY]
    with database.own():
        started = time.perf_counter()
        life = Life(company.make(), given.seed)
        for start in range(0, given.orders, given.set):
            life.play(min(given.set, given.orders - start))
        played = round(time.perf_counter() - started, 1)
        found = {
            "counts": {name: n for name, n in life.counts.items() if n},
            "seconds": played,
            "differences": books.differences(life.received),
            "violations": [each.code for each in violations()],
        }
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    return int(bool(found["differences"] or found["violations"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
