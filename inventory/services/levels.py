"""Rows of stock levels: what a lock tells about them, and making those that lack."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from inventory.models import StockLevel, StockMovement
from oms.core.building import build
from oms.core.sets import insert_missing

Key = tuple[int, int, str]  # product, location, condition


class LockedLevel(NamedTuple):
    """The fields are the columns that are read, in their order."""

    pk: int
    product_id: int
    location_id: int
    on_hand: int
    allocated: int
    safety_stock: int
    condition: str
    updated_at: datetime

    @property
    def available(self) -> int:
        """Physically free: what is promised already may always be sent."""
        return self.on_hand - self.allocated

    @property
    def atp(self) -> int:
        """Available to promise: what new orders may have."""
        return max(0, self.available - self.safety_stock)


COLUMNS = ", ".join(LockedLevel._fields).replace("pk", "id", 1)


def lock_or_make(keys: Iterable[Key]) -> dict[Key, LockedLevel]:
    """Lock levels by primary key, the last lock of a transaction; those that are not
    there yet are made."""
    wanted = sorted({(product, place, str(state)) for product, place, state in keys})
    products, locations, conditions = map(list, zip(*wanted, strict=True))
    names = "product_id", "location_id", "condition"
    found = StockLevel.objects.filter(
        product_id__in=set(products), location_id__in=set(locations)
    )
    have = set(found.values_list(*names))
    fresh = [
        build(StockLevel, **dict(zip(names, key, strict=True)))
        for key in wanted
        if key not in have
    ]
    insert_missing(fresh, names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM inventory_stocklevel"  # noqa: S608
            " WHERE (product_id, location_id, condition) IN"
            " (SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[]))"
            " ORDER BY id FOR NO KEY UPDATE",
            [products, locations, conditions],
        )
        levels = [LockedLevel(*row) for row in cursor.fetchall()]
    return {(row.product_id, row.location_id, row.condition): row for row in levels}


def last_moves(level_ids: Iterable[int]) -> dict[int, StockMovement]:
    """{level: the newest movement that changed what is on hand}."""
    rows = StockMovement.objects.filter(stock_level__in=set(level_ids))
    rows = rows.exclude(on_hand_delta=0).order_by("stock_level", "-id")
    return {row.stock_level_id: row for row in rows.distinct("stock_level")}
