"""What may be done with returns through the API, and what they add to orders."""

from django.utils.translation import gettext as _

from oms.core import transitions
from oms.core.api.actions import ApiAction, register_actions
from oms.core.api.models import Scope
from orders.models import Order
from returns.models import Return, ReturnItem
from returns.services import paying
from returns.services.receiving import COUNTED
from returns.services.refunding import why_not_refund

WRITE = Scope.RETURNS_WRITE


def _by_guards(name: str) -> ApiAction:
    return ApiAction(name, lambda ret: transitions.refusals(ret, name), WRITE)


def why_not_receive(ret: Return) -> list[str]:
    return [] if ret.status in COUNTED else transitions.refusals(ret, "receive")


def why_not_inspect(ret: Return) -> list[str]:
    items = [item for line in ret.lines.all() for item in line.items.all()]
    if any(item.disposition in ReturnItem.UNDECIDED for item in items):
        return []
    return [_("%(ret)s: nothing of it waits for a decision.") % {"ret": ret}]


def why_not_return(order: Order) -> list[str]:
    """Roughly: pieces that other returns have are seen when it is asked for."""
    lines = [line for line in order.lines.all() if not line.is_bundle]
    if any(line.shipped_quantity > line.returned_quantity for line in lines):
        return []
    text = _("%(order)s: nothing of it has shipped that could come back.")
    return [text % {"order": order}]


def why_not_give(order: Order) -> list[str]:
    if any(most > 0 for _pk, most in paying.open_amounts(order)):
        return []
    text = _("%(order)s: nothing that it has paid is left to refund.")
    return [text % {"order": order}]


register_actions(
    Return,
    *map(_by_guards, ("approve", "decline", "cancel")),
    ApiAction("receive", why_not_receive, WRITE),
    ApiAction("inspect", why_not_inspect, WRITE),
    ApiAction("refund", lambda ret: list(filter(None, [why_not_refund(ret)])), WRITE),
    _by_guards("close"),
)
register_actions(
    Order,
    ApiAction("request_return", why_not_return, WRITE),
    ApiAction("refund", why_not_give, WRITE),
)
