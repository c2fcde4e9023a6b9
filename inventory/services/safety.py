"""Safety stock: pieces of a level that are not promised to new orders. It stops nobody
from sending what is promised already."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.models import StockLevel
from inventory.models.stock import Condition
from inventory.services import stock_refusals as why
from inventory.services.levels import lock_or_make
from inventory.signals import stock_changed
from oms.core.outcome import Outcome
from oms.core.sets import insert_rows, update_rows
from oms.core.timeline import event_of


class SafetyStock(NamedTuple):
    product_id: int
    location_id: int
    pieces: int


@transaction.atomic
def set_safety_stock(wanted: Sequence[SafetyStock], *, actor: str, at=None) -> Outcome:
    """Say how many sellable pieces stay unpromised at a place; makes the level where
    there was none. done: what was set, refused: by position. The last of several for
    one place counts."""
    out, at, known = Outcome(), at or timezone.now(), why.Known(wanted)
    for position, row in enumerate(wanted):
        if reason := known.strangers(row) or _bad_pieces(row.pieces):
            out.refuse(position, reason)
        else:
            out.done.append(row)
    if not out.done:
        return out
    pieces = {_key(row): row.pieces for row in out.done}
    levels = lock_or_make(pieces)
    changed = {
        level: pieces[key]
        for key, level in levels.items()
        if level.safety_stock != pieces[key]
    }
    update_rows(
        StockLevel, {lv.pk: (n,) for lv, n in changed.items()}, ["safety_stock"]
    )
    insert_rows(
        [
            event_of(
                StockLevel(pk=level.pk),
                "stocklevel.safety_stock_set",
                actor=actor,
                at=at,
                data={"before": level.safety_stock, "after": now},
            )
            for level, now in changed.items()
        ]
    )
    risen = {lv.product_id for lv, now in changed.items() if now < lv.safety_stock}
    if changed:
        stock_changed.send(
            sender=StockLevel,
            changed={level.product_id for level in changed},
            risen=risen,
            actor=actor,
            at=at,
        )
    return out


def _key(row: SafetyStock):
    return row.product_id, row.location_id, str(Condition.SELLABLE)


def _bad_pieces(pieces) -> str:
    if type(pieces) is int and 0 <= pieces <= why.MOST:
        return ""
    return _(
        "Safety stock %(pieces)r: a whole number from 0 to 2147483647. Correct it."
    ) % {"pieces": pieces}
