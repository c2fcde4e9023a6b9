"""What may be done with work through the API, by the guards of the back office, and
what orders show of it."""

from collections import defaultdict
from collections.abc import Sequence

from fulfillment.api import shapes
from fulfillment.models import FulfillmentOrder
from fulfillment.services import accepting, leaving, negotiating
from fulfillment.services.work import why_not_pick
from oms.core import transitions
from oms.core.api.actions import ApiAction, register_actions, why_not_owner
from oms.core.api.members import Member, register_member
from oms.core.api.models import Scope
from orders.models import Order

WRITE, ASK = Scope.SHIPMENTS_WRITE, Scope.ORDERS_WRITE


def why_not_accept(work: FulfillmentOrder) -> list[str]:
    if work.status == work.Status.ASSIGNED:
        return transitions.refusals(work, "release")
    return list(filter(None, [accepting.why_not_accept(work)]))


def why_not_reject(work: FulfillmentOrder) -> list[str]:
    return transitions.refusals(work, "reject")


def why_not_start(work: FulfillmentOrder) -> list[str]:
    return transitions.refusals(work, "start_picking")


def why_not_pack(work: FulfillmentOrder) -> list[str]:
    return transitions.refusals(work, "pack")


def why_not_request(work: FulfillmentOrder) -> list[str]:
    return list(filter(None, [negotiating.why_not_ask(work)]))


def why_not_answer(work: FulfillmentOrder) -> list[str]:
    return list(filter(None, [negotiating.why_not_answer(work)]))


register_actions(
    FulfillmentOrder,
    ApiAction("accept", why_not_accept, WRITE),
    ApiAction("reject", why_not_reject, WRITE),
    ApiAction("start_picking", why_not_start, WRITE),
    ApiAction("pick", lambda work: list(filter(None, [why_not_pick(work)])), WRITE),
    ApiAction("pack", why_not_pack, WRITE),
    ApiAction("ship", leaving.why_not_ship, WRITE),
    ApiAction("request_cancellation", why_not_request, ASK, why_not_owner),
    ApiAction("withdraw_cancellation", why_not_answer, ASK, why_not_owner),
    ApiAction("accept_cancellation", why_not_answer, WRITE),
    ApiAction("reject_cancellation", why_not_answer, WRITE),
)


def load_requests(orders: Sequence[Order]) -> None:
    """The work of these orders that partners were asked to cancel, in one statement."""
    rows = FulfillmentOrder.objects.filter(order__in=orders).exclude(cancellation="")
    asked = defaultdict(list)
    for work in rows.select_related("location").order_by("pk"):
        asked[work.order_id].append(work)
    for order in orders:
        order.cancellation_requests = asked[order.pk]


register_member(
    Order,
    Member(
        "cancellation_requests",
        shapes.RequestSerializer(many=True),
        load_requests,
    ),
)
