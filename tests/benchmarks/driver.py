"""Runs one of ../shared/benchmarks/limits inside its own virtual environment.

    .venv-benchmarks/bin/python tests/benchmarks/driver.py FOLDER spine_limit|oscar_peer

Prepares its database, prints `ready`, then answers each line `mode seconds` on stdin by
orders per second, so that the sides can be interleaved without preparing again. It
imports nothing of ours.
"""

import importlib
import os
import sys


def main(folder: str, name: str) -> None:
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what the scripts print is no answer
    sys.path.insert(0, folder)
    script = importlib.import_module(name)
    script.setup()
    script.connection.close()
    answers.write("ready\n")
    for line in sys.stdin:
        mode, _, seconds = line.strip().rpartition(" ")
        answers.write(f"{script.run(mode, float(seconds))[0]}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
