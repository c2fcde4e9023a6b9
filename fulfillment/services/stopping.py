"""Stopping work because its order, or a part of it, was cancelled."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from fulfillment.models import FulfillmentOrder, FulfillmentOrderLine, Shipment
from fulfillment.services import freeing, negotiating, partners
from fulfillment.services.label_voiding import void_labels_of
from fulfillment.services.negotiating import Request
from inventory.services import stock
from inventory.services.stock import Portion
from oms.core import transitions
from oms.core.exceptions import InvariantError
from oms.core.sets import update_rows
from oms.core.words import inside
from orders.models import Order
from orders.services import progress


def work_in_hand(
    orders: Sequence[Order], quantities: Mapping[int, int]
) -> dict[int, str]:
    """{order pk: reason} where the pieces asked for cannot be freed without taking them
    out of somebody's hands. Needs the lock of the orders."""
    owners = {line.pk: order for order in orders for line in order.lines.all()}
    lacking = freeing.plan(quantities).lacking
    external = [work for work in lacking.values() if work.is_with_partner]
    prefetch_related_objects(external, "location")
    return {owners[pk].pk: _refusal(owners[pk], work) for pk, work in lacking.items()}


def _refusal(order: Order, work: FulfillmentOrder) -> str:
    names = {"order": order, "work": work}
    if work.is_with_partner:
        text = _(
            "%(order)s: cannot cancel: %(place)s has the pieces and can only be asked "
            "for all of %(work)s. Cancel all its pieces, or cancel by force."
        )
        return text % {**names, "place": work.location}
    text = _(
        "%(order)s: cannot cancel: picking has begun (%(work)s is %(status)s). Stop "
        "the station first, or cancel by force."
    )
    return text % {**names, "status": inside(work.get_status_display())}


def stop_work(
    quantities: Mapping[int, int],
    *,
    actor: str,
    at: datetime,
    reason: str = "",
    force: bool = False,
) -> dict[int, int]:
    """Take {order line pk: pieces} out of open work and give their stock back: work
    that nobody has begun goes first. Work with nothing left is cancelled, and its
    parcel voided. Partners are asked, but for `force`: answers the pieces that stay
    until they answer. Needs the lock of the orders; the caller refreshes the roll-ups.
    """
    plan = freeing.plan(quantities, force=force)
    if plan.lacking:
        raise InvariantError(f"in somebody's hands, yet not by force: {plan.lacking}")
    take_out(plan.taken, actor=actor, at=at)
    fresh = [w for w in plan.asked if not w.is_asked_back or w.cancellation_reroutes]
    said = {work.pk: Request(reason) for work in fresh}
    negotiating.ask(fresh, said, actor=actor, at=at)
    return plan.kept


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


def _counters(line: FulfillmentOrderLine) -> tuple[int, int]:
    """What is picked but no longer wanted counts as put back."""
    line.picked_quantity = min(
        line.picked_quantity, line.quantity - line.released_quantity
    )
    return line.released_quantity, line.picked_quantity


def _settle(work_pks: set[int], actor: str, at: datetime) -> None:
    """What has nothing left is cancelled, or done where a part of it has shipped; a box
    that still holds something has to be opened and packed anew. Either way its parcel
    is void."""
    works = list(FulfillmentOrder.objects.filter(pk__in=work_pks).order_by("pk"))
    prefetch_related_objects(works, "lines")
    done = [w for w in works if not any(x.held_quantity for x in w.lines.all())]
    empty = [w for w in done if not any(x.shipped_quantity for x in w.lines.all())]
    packed = [work for work in works if work.status == FulfillmentOrder.Status.PACKED]
    parcels = Shipment.objects.filter(
        fulfillment_order__in=packed, status=Shipment.Status.DRAFT
    )
    void = list(parcels.order_by("pk"))
    transitions.apply_many(void, "void", actor=actor, at=at)
    void_labels_of(void, actor=actor, at=at)
    asked = [work for work in done if work.is_asked_back]
    transitions.apply_many(empty, "cancel", actor=actor, at=at)
    rest = [work for work in done if work not in empty]
    transitions.apply_many(rest, "finish", actor=actor, at=at)
    negotiating.withdrawn(asked, actor=actor, at=at)
    partners.nothing_left([work.pk for work in done if work.submitted_at], at)
    opened = [work for work in packed if work not in done]
    transitions.apply_many(opened, "unpack", actor=actor, at=at)
