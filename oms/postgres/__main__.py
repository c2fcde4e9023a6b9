"""python -m oms.postgres start | stop | status | url | bin | remove"""

import os
import sys

from oms import postgres


def main(action: str = "status") -> str:
    """Do what was asked; return the line to print."""
    given = os.environ.get("DATABASE_URL")
    if action not in {"start", "stop", "status", "url", "bin", "remove"}:
        raise postgres.PostgresError(postgres.__doc__)
    if given and action == "remove":
        raise postgres.PostgresError(
            "DATABASE_URL is set: that database is yours to drop; unset it to remove"
            " the private one."
        )
    if given and action != "bin":
        return given
    with postgres.Cluster() as cluster:
        if action in {"start", "stop", "remove"}:
            getattr(cluster, action)()
        if action == "bin":
            return str(cluster.binaries()[0])
        url = postgres.url_of(cluster.home)
        if action == "url":
            return url
        return f"{'running' if postgres.answers(cluster.home) else 'stopped'} {url}"


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{main(*sys.argv[1:2])}\n")
    except postgres.PostgresError as error:
        sys.exit(str(error))
