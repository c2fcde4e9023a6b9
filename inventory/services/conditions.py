"""Goods that change their condition where they stand, and goods kept from being
promised."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from inventory.models import StockMovement
from inventory.models.stock import Condition
from inventory.services import stock
from inventory.services import stock_refusals as why
from inventory.services.stock import StockChange
from oms.core.outcome import Outcome
from oms.core.sound import is_text
from oms.core.words import inside


class ConditionChange(NamedTuple):
    product_id: int
    location_id: int
    quantity: int
    was: str
    becomes: str
    reason: str


def change_condition(
    changes: Sequence[ConditionChange], *, actor: str, at=None
) -> Outcome:
    """Move pieces between sellable, quarantine and damaged, in two movements each.

    Only what is not promised: count the goods where promised ones are broken. done: the
    movements; refused: by position.
    """
    out, steps, positions = Outcome(), [], []
    for position, change in enumerate(changes):
        if reason := _refusal(change):
            out.refuse(position, reason)
            continue
        positions.append(position)
        place = change.product_id, change.location_id
        steps.append(
            (
                StockChange(*place, -change.quantity, change.reason, change.was),
                StockChange(*place, change.quantity, change.reason, change.becomes),
            )
        )
    kind = StockMovement.Kind.CONDITION_CHANGED
    moved = stock.change_on_hand(steps, kind, lambda _change: "", actor, at)
    out.done = moved.done
    for position, reasons in moved.refused.items():
        out.refused[positions[position]] = reasons
    return out


def _refusal(change: ConditionChange) -> str:
    if why.not_a_count(change.quantity):
        return _(
            "Quantity %(quantity)r: a whole number of 1 or more changes its condition. "
            "Correct the quantity."
        ) % {"quantity": change.quantity}
    for condition in (change.was, change.becomes):
        if not isinstance(condition, str) or condition not in Condition.values:
            return why.unknown_condition(condition)
    if change.was == change.becomes:
        return _("The goods are %(condition)s already. Choose another condition.") % {
            "condition": inside(Condition(change.was).label)
        }
    if not is_text(change.reason, 200) or not change.reason.strip():
        return _(
            "A change of condition needs a reason of at most 200 characters. Write "
            "what was seen."
        )
    return ""
