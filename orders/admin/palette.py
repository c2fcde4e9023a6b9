"""Orders for the search box: what is typed names them, while it is typed."""

from oms.core import panels
from oms.core.navigation import Hit
from orders.models import Order
from orders.search import first_keys


def orders_named(user, text: str, most: int) -> list[Hit]:
    orders = Order.objects.filter(pk__in=first_keys(text, most)).order_by("-placed_at")
    return [
        Hit(order.number, _note(order), panels.page_url(Order, order.pk))
        for order in orders.select_related("channel")
    ]


def _note(order: Order) -> str:
    parts = [
        order.ship_to_company or order.ship_to_name,
        order.ship_to_city,
        str(order.channel),
        order.get_phase_display(),
    ]
    return " · ".join(part for part in parts if part)
