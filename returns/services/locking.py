"""A return is locked through its order, a blind one by its own row."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from oms.core import transitions
from oms.core.sound import keys
from orders.models import Order
from returns.models import Return, ReturnItem, ReturnLine


def lock_returns(pks: Iterable[int], *, whole_orders: bool = True) -> list[Return]:
    """Lock the orders of these returns, then the returns, with `order` (locked; if
    `whole_orders`, with lines and payments), `lines` and their `items`."""
    wanted = keys(pks)
    owners = Return.objects.filter(pk__in=wanted, order__isnull=False)
    order_pks = owners.values_list("order", flat=True)
    if whole_orders:
        orders = lock_orders(order_pks)
    else:
        orders = transitions.lock(Order, order_pks)
    returns = transitions.lock(Return, wanted)
    lines = Prefetch("lines", ReturnLine.objects.order_by("pk"))
    items = Prefetch("lines__items", ReturnItem.objects.order_by("pk"))
    prefetch_related_objects(returns, lines, items, "lines__product")
    by_pk = {order.pk: order for order in orders}
    for ret in returns:
        if ret.order_id:
            ret.order = by_pk[ret.order_id]
    return returns


def lock_orders(pks: Iterable[int]) -> list[Order]:
    orders = transitions.lock(Order, keys(pks))
    prefetch_related_objects(orders, "channel", "lines", "payments")
    lines = [line for order in orders for line in order.lines.all()]
    parts = [line for line in lines if line.parent_id]
    prefetch_related_objects(parts, "product")  # whose prices split their bundle's
    return orders


def found(rows: Mapping[int, Any], pk) -> Any:
    """The row with this key; None where it is no key at all."""
    return rows.get(pk) if type(pk) is int else None
