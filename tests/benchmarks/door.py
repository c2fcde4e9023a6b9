"""How long a channel waits at the door: signed orders of some senders at once, over
HTTP to the web server of production; each is answered once it is kept.

    python -m tests.benchmarks.door --calls 1000
"""

import argparse
import json
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from channels.models import HookCall
from channels.services import door
from tests import company
from tests.benchmarks import database, server
from tests.channels.sender import Sender, order
from tests.channels.served import Server

SENDERS = 4


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=1000)
    given = parser.parse_args(arguments)
    with database.own() as name:
        channel = company.make().channel
        secret = door.make_secret(channel, actor="t")
        web = Server(server.with_name(database.URL, name))
        try:
            found = play(
                Sender(f"{web.url}/hooks/{channel.code}/", secret), given.calls
            )
        finally:
            web.stop()
        found["kept"] = HookCall.objects.count()
    sys.stdout.write(json.dumps(found) + "\n")
    return int(found["statuses"] != {200: given.calls} or found["kept"] != given.calls)


def play(sender: Sender, calls: int) -> dict:
    bodies = [json.dumps(order()).encode() for _ in range(calls)]

    def call(number: int) -> tuple[int, float]:
        began = time.perf_counter()
        answer = sender.send(bodies[number], f"call-{number}")
        return answer.status_code, (time.perf_counter() - began) * 1000

    began = time.perf_counter()
    with ThreadPoolExecutor(SENDERS) as pool:
        answers = list(pool.map(call, range(calls)))
    seconds = time.perf_counter() - began
    took = sorted(each for _status, each in answers)
    return {
        "calls": calls,
        "statuses": dict(Counter(status for status, _took in answers)),
        "per_second": round(calls / seconds, 1),
        "p50_ms": round(took[calls // 2], 1),
        "p99_ms": round(took[calls * 99 // 100], 1),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
