"""Partners' programs that repeat themselves, at length: 20,000 shuffled, duplicated
creates of 2,000 orders, ten at a time; and a thousand requests whose replies are lost
and that are repeated under their keys.

How: gunicorn on loopback with a database of its own. Against what: 2,000 orders and a
thousand notes, no more and no less, and whole books. The program ends with 1 otherwise.

    python -m tests.benchmarks.api_storm --orders 2000 --copies 10 --cuts 1000
"""

import argparse
import json
import logging
import sys
import time

from django.db import connections

from oms.core.models import Event
from oms.invariants import violations
from orders.models import Order
from tests import company, shop
from tests.api import storm
from tests.api.partner import make_key
from tests.benchmarks import database
from tests.benchmarks.server import with_name
from tests.serving import CLIENT, Server


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=2000)
    parser.add_argument("--copies", type=int, default=10)
    parser.add_argument("--cuts", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    logging.disable(logging.WARNING)
    with database.own() as name:
        world = company.make()
        shop.receive(world.ber, {"SHIRT": given.orders * 2})
        secret = make_key(per_minute=100_000).secret
        connections.close_all()
        server = Server(with_name(database.URL, name), workers=2, threads=4)
        try:
            began = time.perf_counter()
            found = play(server, secret, given)
            found["seconds"] = round(time.perf_counter() - began, 1)
        finally:
            server.stop()
        found["violations"] = [each.code for each in violations()]
    sys.stdout.write(json.dumps(found) + "\n")
    right = found["orders"] == given.orders + 1 and found["notes"] == given.cuts
    return int(not right or bool(found["violations"]) or found["texts"] != given.cuts)


def play(server: Server, secret: str, given) -> dict:
    creates = storm.creates(server.url, secret, given.orders, given.copies, given.seed)
    url = f"{server.url}/api/v1/orders/"
    one = storm.send(CLIENT, url, secret, storm.new_order(), "one")
    cuts = storm.cuts(server.url, secret, one.json()["number"], given.cuts, given.seed)
    noted = Event.objects.filter(action="order.noted")
    texts = [event.data["text"] for event in noted]
    return {
        "creates": creates,
        "cuts": cuts,
        "orders": Order.objects.count(),
        "notes": len(texts),
        "texts": len(set(texts)),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
