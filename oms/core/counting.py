"""How many rows each of several sets has, in one statement and no further than people
look."""

from collections.abc import Hashable, Mapping

from django.db import connection
from django.db.models import QuerySet

from oms.core.words import whole

MOST = 10_000  # nobody needs the exact number of more, and counting them takes time
QUICK = 10_000  # units of the planner, about 30 ms; a million orders take 45,000


def count(sets: Mapping[Hashable, QuerySet]) -> dict[Hashable, int]:
    """MOST + 1 for more; a set that is a slice is counted to its end."""
    if not sets:
        return {}
    text, params = _counting(sets)
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        return dict(zip(sets, cursor.fetchone(), strict=True))


def quickly_counted(sets: Mapping[Hashable, QuerySet]) -> dict[Hashable, QuerySet]:
    """Those that PostgreSQL expects to count without reading the whole table."""
    if not sets:
        return {}
    text, params = _counting(sets)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {text}", params)
        [[[said]]] = cursor.fetchall()
    plans = zip(sets, said["Plan"]["Plans"], strict=True)
    quick = {key for key, plan in plans if plan["Total Cost"] <= QUICK}
    return {key: rows for key, rows in sets.items() if key in quick}


def in_words(number: int) -> str:
    return whole(number) if number <= MOST else f"{whole(MOST)}+"


def _counting(sets: Mapping[Hashable, QuerySet]) -> tuple[str, list]:
    texts, params = [], []
    for rows in sets.values():
        if not rows.query.is_sliced:
            rows = rows.order_by()[: MOST + 1]
        text, values = rows.values("pk").query.sql_with_params()
        texts.append(f"(SELECT count(*) FROM ({text}) AS rows)")  # noqa: S608
        params.extend(values)
    return f"SELECT {', '.join(texts)}", params
