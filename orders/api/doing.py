"""What may be done with an order through the API, by the guards of the back office."""

from django.utils.translation import gettext as _

from oms.core import transitions
from oms.core.api.actions import ApiAction, register_actions
from oms.core.api.models import Scope
from oms.core.words import inside
from orders.models import Order
from orders.services import addresses
from orders.services.holds import HELD

WRITE = Scope.ORDERS_WRITE


def why_not_cancel(order: Order) -> list[str]:
    return transitions.refusals(order, "cancel")


def why_not_cancel_lines(order: Order) -> list[str]:
    if order.status in HELD and any(line.open_quantity for line in order.lines.all()):
        return []
    return [_("%(order)s: nothing of it is open.") % {"order": order}]


def why_not_confirm(order: Order) -> list[str]:
    return transitions.refusals(order, "confirm")


def why_not_hold(order: Order) -> list[str]:
    if order.status in HELD:
        return []
    text = _("%(order)s is %(status)s; nothing is left to hold.")
    facts = {"order": order, "status": inside(order.get_status_display())}
    return [text % facts]


def why_not_release(order: Order) -> list[str]:
    if order.active_holds:
        return []
    return [_("%(order)s: nothing holds it.") % {"order": order}]


def why_not_change_address(order: Order) -> list[str]:
    return list(filter(None, [addresses.why_not(order)]))


register_actions(
    Order,
    ApiAction("confirm", why_not_confirm, WRITE),
    ApiAction("change_ship_to", why_not_change_address, WRITE),
    ApiAction("hold", why_not_hold, WRITE),
    ApiAction("release", why_not_release, WRITE),
    ApiAction("cancel", why_not_cancel, WRITE),
    ApiAction("cancel_lines", why_not_cancel_lines, WRITE),
)
