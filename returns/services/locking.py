"""A return is locked through its order, a blind one by its own row."""

from collections.abc import Iterable

from django.db.models import prefetch_related_objects

from oms.core import transitions
from oms.core.sound import keys
from orders.models import Order
from returns.models import Return


def lock_returns(pks: Iterable[int]) -> list[Return]:
    """Lock the orders of these returns, then the returns, with `order` (locked, with
    lines and payments), `lines` and their `items`."""
    wanted = keys(pks)
    owners = Return.objects.filter(pk__in=wanted, order__isnull=False)
    orders = lock_orders(owners.values_list("order", flat=True))
    returns = transitions.lock(Return, wanted)
    prefetch_related_objects(returns, "lines__items", "lines__product")
    by_pk = {order.pk: order for order in orders}
    for ret in returns:
        if ret.order_id:
            ret.order = by_pk[ret.order_id]
    return returns


def lock_orders(pks: Iterable[int]) -> list[Order]:
    orders = transitions.lock(Order, pks)
    prefetch_related_objects(orders, "channel", "lines", "payments")
    return orders
