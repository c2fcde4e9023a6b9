"""What may be done with work through the API, by the guards of the back office."""

from fulfillment.models import FulfillmentOrder
from fulfillment.services import accepting, leaving
from fulfillment.services.work import why_not_pick
from oms.core import transitions
from oms.core.api.actions import ApiAction, register_actions


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


register_actions(
    FulfillmentOrder,
    ApiAction("accept", why_not_accept),
    ApiAction("reject", why_not_reject),
    ApiAction("start_picking", why_not_start),
    ApiAction("pick", lambda work: list(filter(None, [why_not_pick(work)]))),
    ApiAction("pack", why_not_pack),
    ApiAction("ship", leaving.why_not_ship),
)
