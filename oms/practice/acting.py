"""What happens to an order of practice because a partner wants to see it: the same
services do it that do it in earnest, as the bank, the warehouse, the carrier and the
customer would have them do."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.models import FulfillmentOrder, Shipment
from fulfillment.models.shipments import TrackingStatus
from fulfillment.models.statuses import RejectCode
from fulfillment.services import leaving, rejecting, shipping, tracking, work
from oms.core.outcome import Outcome
from orders import tasks
from orders.guards import secured_amount
from orders.models import Order
from orders.services import payments
from returns.models import Return, ReturnItem
from returns.models.lines import Disposition
from returns.models.returns import ReturnReason
from returns.services import inspecting, receiving, refunding, requesting
from returns.services.locking import lock_orders

CARRIER = "sandbox"
Act = Callable[[Order, dict, str], Outcome]


def _nothing(order: Order, text: str) -> Outcome:
    out = Outcome()
    out.refuse(order.pk, text % {"order": order})
    return out


# --- Money ----------------------------------------------------------------------------


def _captured(order: Order, said: dict, actor: str) -> Outcome:
    amount = said.get("amount") or _unpaid(order)
    came = payments.Received(order.pk, amount, _reference())
    return _went_on(order, payments.record_payments([came], actor=actor))


def _authorized(order: Order, said: dict, actor: str) -> Outcome:
    amount = said.get("amount") or _unpaid(order)
    gateway = payments.MANUAL_GATEWAY
    sure = payments.Authorized(order.pk, amount, _reference(), gateway)
    return _went_on(order, payments.record_authorizations([sure], actor=actor))


def _unpaid(order: Order) -> Decimal:
    return order.total_amount - secured_amount(order)


def _reference() -> str:
    return f"sandbox-{uuid4().hex[:12]}"


def _went_on(order: Order, out: Outcome) -> Outcome:
    """What a task does a moment later, so that the answer tells of it."""
    if not out.refused:
        tasks.paid([order.pk])
    return out


# --- The way out ----------------------------------------------------------------------


def _works(order: Order, statuses: Iterable[str]) -> list[FulfillmentOrder]:
    works = FulfillmentOrder.objects.filter(order=order, status__in=statuses)
    return list(works.order_by("pk"))


def _parcels(order: Order) -> list[Shipment]:
    parcels = Shipment.objects.filter(order=order, status=Shipment.Status.SHIPPED)
    return list(parcels.order_by("pk"))


def _rejected(order: Order, said: dict, actor: str) -> Outcome:
    works = _works(order, ["assigned", "released"])
    if not works:
        return _nothing(order, _("%(order)s has no work that a location could reject."))
    why = rejecting.Rejection(said.get("code", RejectCode.NOT_IN_STOCK))
    return rejecting.reject({each.pk: why for each in works}, actor=actor)


def _shipped(order: Order, said: dict, actor: str) -> Outcome:
    out = work.release_work(_works(order, ["assigned"]), actor=actor)
    if out.refused:
        return out
    labels = {
        each.pk: shipping.Label(f"TEST{each.number}", CARRIER)
        for each in _works(order, leaving.SENT_FROM)
    }
    if not labels:
        text = _("%(order)s has nothing that could leave; see what it waits for.")
        return _nothing(order, text)
    return leaving.ship_works(labels, actor=actor)


def _tracked(order: Order, said: dict, actor: str) -> Outcome:
    return _report(order, said["status"], actor)


def _delivered(order: Order, said: dict, actor: str) -> Outcome:
    return _report(order, TrackingStatus.DELIVERED, actor)


def _report(order: Order, status: str, actor: str) -> Outcome:
    now = timezone.now()
    reports = [tracking.Report(each.pk, status, now) for each in _parcels(order)]
    if not reports:
        text = _("%(order)s has no parcel on its way; let it be shipped first.")
        return _nothing(order, text)
    return tracking.record_tracking(reports, actor=actor)


# --- The way back ---------------------------------------------------------------------


def _asked_back(order: Order, said: dict, actor: str) -> Outcome:
    room = requesting.room_of(lock_orders([order.pk]))
    pieces = {line: n for line, n in room.items() if n > 0}
    if not pieces:
        text = _("%(order)s: nothing has been sent that could come back.")
        return _nothing(order, text)
    wish = requesting.NewReturn(
        order.pk,
        pieces,
        reason=ReturnReason.CHANGED_MIND,
        source=Return.Source.CUSTOMER,
    )
    return requesting.request_returns([wish], actor=actor)


def _received(order: Order, said: dict, actor: str) -> Outcome:
    asked = Return.objects.filter(order=order, status=Return.Status.REQUESTED)
    out = requesting.approve_returns(asked, actor=actor)
    if out.refused:
        return out
    approved = Return.objects.filter(order=order, status=Return.Status.APPROVED)
    where = FulfillmentOrder.objects.filter(order=order, status="fulfilled").first()
    arrivals = [
        receiving.Arrival(
            ret.pk, line.product_id, line.authorized_quantity, where.location_id
        )
        for ret in approved.prefetch_related("lines").order_by("pk")
        for line in ret.lines.all()
    ]
    if not arrivals:
        text = _("%(order)s has no return on its way; let one be asked for first.")
        return _nothing(order, text)
    return receiving.receive_returns(arrivals, actor=actor)


def _inspected(order: Order, said: dict, actor: str) -> Outcome:
    items = ReturnItem.objects.filter(
        line__ret__order=order, disposition=Disposition.PENDING
    )
    decisions = [
        inspecting.Decision(item.pk, Disposition.RESTOCK, item.quantity)
        for item in items.order_by("pk")
    ]
    if not decisions:
        text = _("%(order)s: nothing has come back that waits for a look.")
        return _nothing(order, text)
    return inspecting.dispose(decisions, actor=actor)


def _refunded(order: Order, said: dict, actor: str) -> Outcome:
    seen = Return.objects.filter(order=order, status=Return.Status.INSPECTED)
    if not (seen := list(seen.order_by("pk"))):
        text = _("%(order)s has no return that was inspected.")
        return _nothing(order, text)
    return refunding.refund_returns(seen, actor=actor)


# By the name of the message that it leads to; beside it, what may be said with it.
ACTS: dict[str, tuple[Act, frozenset[str]]] = {
    "order.payment_authorized": (_authorized, frozenset({"amount"})),
    "order.payment_captured": (_captured, frozenset({"amount"})),
    "fulfillmentorder.rejected": (_rejected, frozenset({"code"})),
    "shipment.shipped": (_shipped, frozenset()),
    "shipment.tracked": (_tracked, frozenset({"status"})),
    "shipment.delivered": (_delivered, frozenset()),
    "return.requested": (_asked_back, frozenset()),
    "return.received": (_received, frozenset()),
    "return.inspected": (_inspected, frozenset()),
    "refund.succeeded": (_refunded, frozenset()),
}
