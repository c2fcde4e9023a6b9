"""The order that a body names, and what is said of its money."""

from django.utils.translation import gettext as _

from oms.core.api.models import ApiKey
from oms.core.api.problems import invalid
from orders.models import Order


def order_of(key: ApiKey, number: str) -> Order:
    """One that the key does not see is unknown to it."""
    order = Order.objects.for_key(key).filter(number=number).first()
    if order is None:
        text = _("This key sees no order with the number %(number)s.")
        raise invalid("/order", "unknown_order", text % {"number": number})
    return order


def other_currency(order: Order, said: str) -> str:
    text = _("%(order)s is in %(currency)s, not in %(said)s; refund it in its own.")
    return text % {"order": order, "currency": order.currency, "said": said}
