"""What is asked of the ledger: changes of what is on hand, and of what is promised."""

from collections.abc import Mapping
from typing import NamedTuple

from inventory.services.levels import SELLABLE, Key, LockedLevel
from inventory.services.stock_refusals import Known


class StockChange(NamedTuple):
    """Goods that come, go or are counted at a place. `quantity` in pieces."""

    product_id: int
    location_id: int
    quantity: int
    reason: str = ""
    condition: str = SELLABLE
    ref_type: str = ""
    ref_id: int | None = None


class Held(NamedTuple):
    """What a caller knows that has locked all levels of the changes by `lock_or_make`
    and written none of them since: it is not asked for again."""

    known: Known
    levels: Mapping[Key, LockedLevel]


class Portion(NamedTuple):
    """Pieces of one sellable level that are promised, given back or sent."""

    level_id: int
    quantity: int
    ref_type: str = ""
    ref_id: int | None = None
