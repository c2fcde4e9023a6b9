"""Sheets: lists of goods that a person books in one go, all rows or none.

Its number, which the page makes up, stands on every movement of a sheet: a sheet that
is sent twice is booked once, and what it booked can be undone as a whole.
"""

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import QuerySet

from inventory.models import StockMovement
from inventory.services import stock
from inventory.services.stock import StockChange
from oms.core.outcome import Outcome

SHEET, UNDO = "stocksheet", "stocksheetundo"


def booked(sheet: int) -> QuerySet[StockMovement]:
    """What the sheet has moved; nothing yet, if it is new."""
    return StockMovement.objects.filter(ref_type=SHEET, ref_id=sheet).order_by("id")


def is_undone(sheet: int) -> bool:
    return StockMovement.objects.filter(ref_type=UNDO, ref_id=sheet).exists()


@transaction.atomic
def receive_sheet(
    changes: Sequence[StockChange], *, sheet: int, actor: str, at=None
) -> Outcome:
    """Receive all of it, or nothing where a row is refused (by position). A sheet that
    is booked already stays as it is. done: its movements."""
    _lock(sheet)
    if known := list(booked(sheet)):
        return Outcome(done=known)
    marked = [each._replace(ref_type=SHEET, ref_id=sheet) for each in changes]
    return _whole(stock.receive(marked, actor=actor, at=at))


@transaction.atomic
def undo_sheet(sheet: int, *, reason: str, actor: str, at=None) -> Outcome:
    """Move back, by counter-movements, what the sheet has moved: once, and all of it,
    or nothing where a row is refused (by its position in the sheet)."""
    _lock(sheet)
    if is_undone(sheet):
        return Outcome()
    changes = [
        StockChange(
            row.stock_level.product_id,
            row.stock_level.location_id,
            -row.on_hand_delta,
            reason,
            row.stock_level.condition,
            UNDO,
            sheet,
        )
        for row in booked(sheet).select_related("stock_level")
    ]
    return _whole(stock.adjust(changes, actor=actor, at=at))


def _whole(out: Outcome) -> Outcome:
    if out.refused:
        transaction.set_rollback(True)
        out.done = []
    return out


def _lock(sheet: int) -> None:
    """Until the end of the transaction: whoever sends it again waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('stocksheet:' || %s, 0))",
            [sheet],
        )
