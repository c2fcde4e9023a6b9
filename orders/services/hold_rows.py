"""The rows of holds, and what guards read of them on the order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from oms.core.sets import assign_ids, insert_rows, update_rows
from oms.core.timeline import event_of
from orders.models import Hold, Order


@dataclass(frozen=True)
class NewHold:
    """A hold to place. `source` and `handle` name it: the same rule or person holds an
    order once. With `until` or `until_paid` it ends by itself, whichever comes
    first."""

    order_id: int
    reason: str
    blocks: Sequence[str]
    source: str
    handle: str
    note: str = ""
    until: datetime | None = None
    until_paid: bool = False


def build(wanted: Iterable[NewHold], *, actor: str, at: datetime) -> list[Hold]:
    """Unsaved holds with their keys, in one statement."""
    rows = [
        Hold(
            order_id=new.order_id,
            reason=new.reason,
            blocks=list(new.blocks),
            source=new.source,
            handle=new.handle,
            note=new.note,
            until=new.until,
            until_paid=new.until_paid,
            placed_by=actor,
            placed_at=at,
        )
        for new in wanted
    ]
    assign_ids(rows)
    return rows


def facts(hold: Hold) -> dict:
    """What `Order.active_holds` says of an active hold."""
    return {
        "text": str(hold),
        "blocks": list(hold.blocks),
        "handle": hold.handle,
        "source": hold.source,
        "reason": str(hold.reason),
    }


def add_facts(orders: Iterable[Order], holds: Iterable[Hold]) -> None:
    """Tell the orders in memory of holds that are new."""
    by_pk = {order.pk: order for order in orders}
    for hold in holds:
        order = by_pk[hold.order_id]
        order.active_holds = [*order.active_holds, facts(hold)]


def write_new(holds: Sequence[Hold], orders: Sequence[Order], *, actor, at) -> None:
    """Write new holds of locked orders, and tell the orders of them."""
    add_facts(orders, holds)
    write_known(holds, orders, actor=actor, at=at)


def write_known(holds: Sequence[Hold], orders: Sequence[Order], *, actor, at) -> None:
    """The same where the orders know of them already."""
    insert_rows(holds)
    write_facts(orders)
    insert_rows(placed_events(holds, orders, actor=actor, at=at))


def write_facts(orders: Iterable[Order]) -> None:
    rows = {order.pk: (order.active_holds,) for order in orders}
    update_rows(Order, rows, ["active_holds"])


def placed_events(holds: Iterable[Hold], orders: Iterable[Order], *, actor, at) -> list:
    by_pk = {order.pk: order for order in orders}
    return [
        event_of(
            by_pk[hold.order_id],
            "order.held",
            actor=actor,
            at=at,
            data=_told(hold, {"blocks": list(hold.blocks), "note": hold.note}),
        )
        for hold in holds
    ]


def released_events(holds: Iterable[Hold], orders: Iterable[Order]) -> list:
    by_pk = {order.pk: order for order in orders}
    return [
        event_of(
            by_pk[hold.order_id],
            "order.hold_released",
            actor=hold.released_by,
            at=hold.released_at,
            data=_told(hold, {"note": hold.release_note}),
        )
        for hold in holds
    ]


def _told(hold: Hold, more: dict) -> dict:
    told = {"hold": str(hold), "source": hold.source} | more
    return {key: value for key, value in told.items() if value}
