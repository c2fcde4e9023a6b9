"""A payment gateway and a carrier to practise with, on this machine only.

    python -m oms.sandbox --port 8801 --file sandbox.sqlite

prints `listening on http://127.0.0.1:8801` and serves until it is stopped. What it has
done is in its file (`:memory:` for none).

    POST /gateway/authorize  {"key": "a1", "amount": "20.00", "currency": "EUR"}
    POST /gateway/capture    {"key": "c1", "authorization": "au_00000001",
                              "amount": "5.00", "currency": "EUR"}; void, refund too
    POST /carrier/label      {"key": "l1", …}; any other verb is done as well
        200 {"reference": …, "key": …, "amount": …, "currency": …}; a label also has
            tracking_number, price, currency. The same key answers the same, done once.
        402 {"error": …} declined, 503 {"error": …} unavailable: nothing was done
    GET  /gateway/calls?key=c1   {"calls": [{"verb", "key", "body", "answer"}]}: what
        was done under this key, empty if nothing was
    GET  /ledger?side=gateway    {"calls": […]}: everything that was done

    POST /behave {"side": "gateway", "verb": "capture", "how": "decline", "times": 3}
        the next 3 calls of it misbehave:
        decline, unavailable   says so, does nothing
        timeout_done, timeout_lost   does it, or not, and never answers
        twice      does it and answers with "repeat": true
        lie        does it and says that it was declined; with "lie_amount": "9.99"
                   that it was done with another amount
        garbage    does it and answers with a page of HTML
        The verb `calls` (looking up) may be unavailable, timeout_lost or garbage.

A gateway refuses by itself what goes beyond an authorization.
"""

import argparse
import sys

from oms.sandbox.book import Book
from oms.sandbox.server import Sandbox


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=8801, help="0 for any free one")
    parser.add_argument("--file", default="sandbox.sqlite", help="where it keeps books")
    given = parser.parse_args(arguments)
    with Sandbox(("127.0.0.1", given.port), Book(given.file)) as server:
        sys.stdout.write(f"listening on http://127.0.0.1:{server.server_port}\n")
        sys.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main(sys.argv[1:])
