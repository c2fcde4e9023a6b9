"""What was practised is never among what is real."""

from django.utils.translation import gettext as _

from inventory.models import Location
from orders.models import Order
from returns.models import Return


def apart(order: Order, place: Location) -> str:
    """Why goods of this order do not come there, or ""."""
    if order.channel.is_sandbox == place.is_sandbox:
        return ""
    text = _("%(order)s is real, and %(place)s is a place of practice; choose another.")
    if order.channel.is_sandbox:
        text = _("%(order)s is for practice, and %(place)s is real; choose another.")
    return text % {"order": order, "place": place}


def moved_across(ret: Return, here: Location, there: Location) -> str:
    """Why goods that lie here do not go there, or ""."""
    if here.is_sandbox == there.is_sandbox:
        return ""
    text = _("%(ret)s: real goods and those of practice are kept apart; not there.")
    return text % {"ret": ret}
