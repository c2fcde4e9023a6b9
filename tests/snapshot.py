"""What the tables hold, to see that a refusal changed nothing."""

from collections import defaultdict

from django.apps import apps
from django.db import connection

APPS = ("inventory", "channels", "orders", "fulfillment", "returns", "core")


def tables() -> dict[str, list[str]]:
    """Every row of every table of the trade as JSON, by model. One statement reads
    them all."""
    models = [m for label in APPS for m in apps.get_app_config(label).get_models()]
    each = " UNION ALL ".join(
        f"SELECT '{m.__name__}', row_to_json(t)::text FROM {m._meta.db_table} t"
        for m in models
    )
    rows = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(f"{each} ORDER BY 1, 2")
        for model, row in cursor:
            rows[model].append(row)
    return {model.__name__: rows[model.__name__] for model in models}


def reasons(out) -> list[str]:
    """All texts of an outcome, in the order of their keys."""
    return [text for key in sorted(out.refused, key=str) for text in out.refused[key]]
