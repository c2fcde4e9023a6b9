"""Stopping work because its order, or a part of it, was cancelled."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from fulfillment.models import FulfillmentOrder, FulfillmentOrderLine, Shipment
from fulfillment.services.label_voiding import void_labels_of
from inventory.services import stock
from inventory.services.stock import Portion
from oms.core import transitions
from oms.core.exceptions import InvariantError
from oms.core.sets import update_rows
from oms.core.words import inside
from orders.models import Order
from orders.services import progress

STOPPABLE_FIRST = [*FulfillmentOrder.STOPPABLE, *FulfillmentOrder.IN_HAND]


def work_in_hand(
    orders: Sequence[Order], quantities: Mapping[int, int]
) -> dict[int, str]:
    """{order pk: reason} where the pieces asked for cannot be freed without taking them
    out of somebody's hands. Needs the lock of the orders."""
    owners = {line.pk: order for order in orders for line in order.lines.all()}
    free: dict[int, int] = defaultdict(int)
    busy: dict[int, FulfillmentOrder] = {}
    for line in _open_lines(quantities):
        work = line.fulfillment_order
        if work.status in FulfillmentOrder.STOPPABLE:
            free[line.order_line_id] += line.held_quantity
        else:
            busy[line.order_line_id] = work
    return {
        owners[pk].pk: _refusal(owners[pk], busy[pk])
        for pk, pieces in quantities.items()
        if pieces > free[pk] and pk in busy
    }


def _refusal(order: Order, work: FulfillmentOrder) -> str:
    return _(
        "%(order)s: cannot cancel: picking has begun (%(work)s is %(status)s). Stop "
        "the station first, or cancel by force."
    ) % {
        "order": order,
        "work": work,
        "status": inside(work.get_status_display()),
    }


def stop_work(quantities: Mapping[int, int], *, actor: str, at: datetime) -> None:
    """Take {order line pk: pieces} out of open work and give their stock back: work
    that nobody has begun goes first. Work with nothing left is cancelled, and its
    parcel voided. Needs the lock of the orders; the caller refreshes the roll-ups."""
    left = dict(quantities)
    taken: dict[FulfillmentOrderLine, int] = {}
    for line in sorted(
        _open_lines(quantities), key=lambda each: (in_hand(each), each.pk)
    ):
        if pieces := min(line.held_quantity, left[line.order_line_id]):
            left[line.order_line_id] -= pieces
            taken[line] = pieces
    if any(left.values()):
        raise InvariantError(f"allocated, yet at no location: {left}")
    take_out(taken, actor=actor, at=at)


def take_out(
    taken: Mapping[FulfillmentOrderLine, int], *, actor: str, at: datetime
) -> None:
    """Free {line of open work: pieces}, as `stop_work` does. The lines come with their
    work and are newer than the lock of their orders."""
    quantities: dict[int, int] = defaultdict(int)
    for line, pieces in taken.items():
        line.released_quantity += pieces
        quantities[line.order_line_id] -= pieces
    update_rows(
        FulfillmentOrderLine,
        {line.pk: _counters(line) for line in taken},
        ["released_quantity", "picked_quantity"],
    )
    progress.allocated(quantities)
    _settle({line.fulfillment_order_id for line in taken}, actor, at)
    portions = [
        Portion(line.stock_level_id, pieces, "fulfillmentorderline", line.pk)
        for line, pieces in taken.items()
        if line.stock_level_id
    ]
    out = stock.release(portions, actor=actor, at=at)
    if out.refused:
        raise InvariantError(f"held, yet refused to be given back: {out.refused}")


def in_hand(line: FulfillmentOrderLine) -> int:
    """How far its work is: what nobody has begun comes first."""
    return STOPPABLE_FIRST.index(line.fulfillment_order.status)


def _counters(line: FulfillmentOrderLine) -> tuple[int, int]:
    """What is picked but no longer wanted counts as put back."""
    line.picked_quantity = min(
        line.picked_quantity, line.quantity - line.released_quantity
    )
    return line.released_quantity, line.picked_quantity


def _open_lines(quantities: Mapping[int, int]) -> list[FulfillmentOrderLine]:
    return list(
        FulfillmentOrderLine.objects.filter(
            order_line__in=quantities, open_quantity__gt=0
        )
        .select_related("fulfillment_order")
        .order_by("pk")
    )


def _settle(work_pks: set[int], actor: str, at: datetime) -> None:
    """What has nothing left is cancelled; a box that still holds something has to be
    opened and packed anew. Either way its parcel is void."""
    works = list(FulfillmentOrder.objects.filter(pk__in=work_pks).order_by("pk"))
    prefetch_related_objects(works, "lines")
    empty = [
        work
        for work in works
        if not any(
            line.held_quantity or line.shipped_quantity for line in work.lines.all()
        )
    ]
    packed = [work for work in works if work.status == FulfillmentOrder.Status.PACKED]
    parcels = Shipment.objects.filter(
        fulfillment_order__in=packed, status=Shipment.Status.DRAFT
    )
    void = list(parcels.order_by("pk"))
    transitions.apply_many(void, "void", actor=actor, at=at)
    void_labels_of(void, actor=actor, at=at)
    transitions.apply_many(empty, "cancel", actor=actor, at=at)
    opened = [work for work in packed if work not in empty]
    transitions.apply_many(opened, "unpack", actor=actor, at=at)
