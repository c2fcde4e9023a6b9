"""Goods that go from one place or condition to another, or leave for good."""

from collections.abc import Sequence
from typing import NamedTuple

from inventory.models import StockMovement
from inventory.services import stock
from inventory.services.stock import StockChange
from oms.core.outcome import Outcome

Spot = tuple[int, str]  # location, condition


class Move(NamedTuple):
    """`source` or `target` None: they come from, or go, where we keep no stock."""

    product_id: int
    quantity: int
    source: Spot | None
    target: Spot | None
    reason: str
    ref_type: str = ""
    ref_id: int | None = None


def move_stock(moves: Sequence[Move], *, actor: str, at=None) -> Outcome:
    """Make each move whole or not at all; refused by position.

    done: the movements. What is promised to orders does not move.
    """
    steps = [tuple(_changes(move)) for move in moves]
    kind = StockMovement.Kind.CONDITION_CHANGED
    return stock.change_on_hand(steps, kind, lambda _change: "", actor, at)


def _changes(move: Move):
    for spot, sign in ((move.source, -1), (move.target, 1)):
        if spot is not None:
            location, condition = spot
            yield StockChange(
                move.product_id,
                location,
                sign * move.quantity,
                move.reason,
                condition,
                move.ref_type,
                move.ref_id,
            )
