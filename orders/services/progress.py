"""How far the pieces of orders are: the counters of order lines, and the statuses that
follow from them. Fulfillment tells, this writes.

Every function needs the lock of the orders. None refreshes the roll-ups: the service
that opened the transaction does, last.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from oms.core import transitions
from oms.core.sets import update_rows
from orders.models import Order, OrderLine
from orders.services import bundles

LINE_COUNTERS = ("allocated_quantity", "shipped_quantity", "delivered_quantity")
LINE_COUNTERS += ("returned_quantity",)


def allocated(pieces: Mapping[int, int]) -> None:
    """{line pk: pieces}: they stand at a location now; negative: no longer."""
    _add({pk: (n, 0, 0, 0) for pk, n in pieces.items() if n})


def shipped(pieces: Mapping[int, int]) -> None:
    """{line pk: pieces}: they have left their location."""
    _add({pk: (-n, n, 0, 0) for pk, n in pieces.items() if n})


def delivered(pieces: Mapping[int, int]) -> None:
    """{line pk: pieces}: they have arrived."""
    _add({pk: (0, 0, n, 0) for pk, n in pieces.items() if n})


def returned(pieces: Mapping[int, int]) -> None:
    """{line pk: pieces}: they have come back."""
    _add({pk: (0, 0, 0, n) for pk, n in pieces.items() if n})


def _add(rows: dict[int, tuple[int, int, int, int]]) -> None:
    """Only the counters that change are written: an untouched one stays out of it.
    Bundles follow their components."""
    used = [i for i in range(4) if any(values[i] for values in rows.values())]
    parents = update_rows(
        OrderLine,
        {pk: tuple(values[i] for i in used) for pk, values in rows.items()},
        [LINE_COUNTERS[i] for i in used],
        add=True,
        returning="parent_id",
    )
    bundles.follow(pk for pk in parents if pk)


def start_orders(orders: Iterable[Order], *, actor: str, at: datetime) -> None:
    """Those of the locked orders that are confirmed are in work from now on."""
    ready = [order for order in orders if order.status == Order.Status.CONFIRMED]
    transitions.apply_many(ready, "start", actor=actor, at=at)


def complete_orders(
    orders: Sequence[Order], *, actor: str, at: datetime
) -> list[Order]:
    """Complete those of the locked orders that have nothing open any more, and return
    them. Their lines must be loaded as they are now."""
    ready = [order for order in orders if not transitions.refusals(order, "complete")]
    return transitions.apply_many(ready, "complete", actor=actor, at=at).done
