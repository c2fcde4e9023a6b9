"""The partner API under requests that a machine makes up from its description.

How: schemathesis with all its phases against gunicorn on loopback, with a database of
its
own. Against what: no check fails, no answer is a 500, no error tells of the inside, and
the books are whole; the program ends with 1 otherwise. `--seed` repeats a run.

    python -m tests.benchmarks.api_fuzz --max-examples 200
"""

import argparse
import json
import logging
import sys
import tempfile
import time
from pathlib import Path

from django.db import connections

from channels.models import Channel
from oms.invariants import violations
from oms.practice import opening
from tests import company, shop
from tests.api import fuzzing
from tests.api.partner import make_key
from tests.benchmarks import database
from tests.benchmarks.server import with_name
from tests.serving import Server


def main(arguments: list[str]) -> int:
    given = _parser().parse_args(arguments)
    logging.disable(logging.WARNING)
    options = {"include-path-regex": given.only} if given.only else {}
    with database.own() as name, tempfile.TemporaryDirectory() as folder:
        world = company.make()
        channel = world.channel
        if given.sandbox:
            opening.open_sandbox()
            channel = Channel.objects.get(code=opening.CHANNEL)
        shop.place_orders(channel, count=3)
        secret = make_key(per_minute=100_000, is_sandbox=given.sandbox).secret
        connections.close_all()
        server = Server(with_name(database.URL, name), threads=4)
        try:
            began = time.perf_counter()
            found = fuzzing.run(
                server.url,
                secret,
                Path(folder),
                seed=given.seed,
                examples=given.max_examples,
                phases=given.phases,
                **options,
            )
            seconds = round(time.perf_counter() - began, 1)
        finally:
            server.stop()
        broken = [each.code for each in violations()]
    if not found.is_clean:
        sys.stderr.write(found.text + "\n".join(found.leaks))
    said = {
        "seed": given.seed,
        "requests": found.statuses.total(),
        "statuses": dict(sorted(found.statuses.items())),
        "leaks": len(found.leaks),
        "violations": broken,
        "seconds": seconds,
    }
    sys.stdout.write(json.dumps(said) + "\n")
    return int(not found.is_clean or bool(broken))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--max-examples", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--phases", default=fuzzing.PHASES)
    parser.add_argument("--only", metavar="REGEX", default="", help="of these paths")
    parser.add_argument("--sandbox", action="store_true", help="by a key of it")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
