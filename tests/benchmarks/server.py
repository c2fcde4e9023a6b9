"""The PostgreSQL server of a benchmark: making and dropping databases on it."""

from urllib.parse import parse_qs, unquote, urlsplit

import psycopg
from psycopg import sql


def with_name(url: str, name: str) -> str:
    """The same server and account, another database."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def address(url: str) -> dict[str, str]:
    """Host (or socket folder), port, user and password of a database URL."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    return {
        "host": unquote(parts.netloc.rpartition("@")[2].partition(":")[0])
        or query.get("host", ["localhost"])[0],
        "port": str(parts.port or 5432),
        "user": unquote(parts.username or "postgres"),
        "password": unquote(parts.password or ""),
    }


def make(url: str, name: str, template: str = "template0") -> None:
    """A new database, a copy of `template`; one of that name is dropped first."""
    drop(url, name)
    _run(url, "CREATE DATABASE {} TEMPLATE {}", name, template)


def drop(url: str, name: str) -> None:
    """Drop it if it is there, whoever is still connected."""
    _run(url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _run(url: str, statement: str, *names: str) -> None:
    with psycopg.connect(with_name(url, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
