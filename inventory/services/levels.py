"""Rows of stock levels: what a lock tells about them, and making those that lack."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection

from inventory.models import StockLevel, StockMovement
from inventory.models.stock import Condition
from oms.core.building import build
from oms.core.sets import as_array, insert_missing

Key = tuple[int, int, str]  # product, location, condition
NAMES = "product_id", "location_id", "condition"
SELLABLE = Condition.SELLABLE.value  # a plain text: an enum takes its time to be one


class LockedLevel(NamedTuple):
    """The fields are what is read by `COLUMNS`, in its order. `version`: microseconds,
    as the API tells them (a moment of the database would take Python its time)."""

    pk: int
    product_id: int
    location_id: int
    on_hand: int
    allocated: int
    safety_stock: int
    condition: str
    version: int

    @property
    def available(self) -> int:
        """Physically free: what is promised already may always be sent."""
        return self.on_hand - self.allocated

    @property
    def atp(self) -> int:
        """Available to promise: what new orders may have."""
        return max(0, self.available - self.safety_stock)


COLUMNS = (
    "id, product_id, location_id, on_hand, allocated, safety_stock, condition,"
    " (extract(epoch FROM updated_at) * 1000000)::bigint"
)
WANTED = "unnest(%s::bigint[], %s::bigint[], %s::text[])"
MISSING = f"""
    SELECT * FROM {WANTED} AS wanted(product, location, condition)
    WHERE NOT EXISTS (SELECT FROM inventory_stocklevel s WHERE s.product_id = product
                      AND s.location_id = location AND s.condition = wanted.condition)
"""  # noqa: S608


def lock_or_make(keys: Iterable[Key]) -> dict[Key, LockedLevel]:
    """Lock levels by primary key, the last lock of a transaction; those that are not
    there yet are made."""
    wanted = sorted({(product, place, str(state)) for product, place, state in keys})
    products, locations, conditions = map(list, zip(*wanted, strict=True))
    arrays = [
        as_array(products, "bigint"),
        as_array(locations, "bigint"),
        as_array(conditions, "text"),
    ]
    with connection.cursor() as cursor:
        cursor.execute(MISSING, arrays)
        missing = sorted(cursor.fetchall())
        fresh = [
            build(StockLevel, **dict(zip(NAMES, key, strict=True))) for key in missing
        ]
        insert_missing(fresh, NAMES)
        cursor.execute(
            f"SELECT {COLUMNS} FROM inventory_stocklevel"  # noqa: S608
            f" WHERE (product_id, location_id, condition) IN (SELECT * FROM {WANTED})"
            " ORDER BY id FOR NO KEY UPDATE",
            arrays,
        )
        levels = map(LockedLevel._make, cursor.fetchall())
        return {(row.product_id, row.location_id, row.condition): row for row in levels}


def last_moves(level_ids: Iterable[int]) -> dict[int, StockMovement]:
    """{level: the newest movement that changed what is on hand}."""
    rows = StockMovement.objects.filter(stock_level__in=set(level_ids))
    rows = rows.exclude(on_hand_delta=0).order_by("stock_level", "-id")
    return {row.stock_level_id: row for row in rows.distinct("stock_level")}
