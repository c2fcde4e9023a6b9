"""Which orders look like one that the same customer has placed shortly before."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from orders.models import Order, OrderLine


class Placed(NamedTuple):
    """An order as far as it counts here; the earlier one of two is the original."""

    at: datetime
    pk: int
    number: str
    content: frozenset


def twins_of(orders: Sequence[Order], hours: Mapping[int, int]) -> dict[int, list[str]]:
    """{order pk: numbers of earlier orders of the same customer, within so many hours,
    that hold the same SKUs in the same quantities}.

    Orders without a customer, and orders not in `hours`, have none. Needs the lines of
    the orders loaded; orders of the set count each other. One statement.
    """
    asked = [order for order in orders if order.pk in hours and order.customer_id]
    if not asked:
        return {}
    by_customer: dict[int, list[Placed]] = defaultdict(list)
    for customer, placed in _stored(asked, max(hours[order.pk] for order in asked)):
        by_customer[customer].append(placed)
    for order in asked:
        by_customer[order.customer_id].append(_placed(order))
    twins = {}
    for order in asked:
        mine, window = _placed(order), timedelta(hours=hours[order.pk])
        twins[order.pk] = [
            other.number
            for other in sorted(by_customer[order.customer_id])
            if other[:2] < mine[:2]
            and other.content == mine.content
            and mine.at - other.at <= window
        ]
    return twins


def _placed(order: Order) -> Placed:
    content: Counter[str] = Counter()
    for line in order.lines.all():
        if line.parent_id is None and line.parent is None:
            content[line.sku] += line.quantity
    return Placed(order.placed_at, order.pk, order.number, frozenset(content.items()))


def _stored(orders: Sequence[Order], hours: int) -> list[tuple[int, Placed]]:
    lines = OrderLine.objects.filter(
        parent=None,
        order__customer__in={order.customer_id for order in orders},
        order__placed_at__gte=min(o.placed_at for o in orders) - timedelta(hours=hours),
        order__placed_at__lte=max(order.placed_at for order in orders),
    ).exclude(order__in=[order.pk for order in orders])
    lines = lines.exclude(order__status=Order.Status.CANCELLED)
    heads: dict[int, tuple] = {}
    contents: dict[int, Counter[str]] = defaultdict(Counter)
    for pk, customer, at, number, sku, quantity in lines.values_list(
        "order",
        "order__customer",
        "order__placed_at",
        "order__number",
        "sku",
        "quantity",
    ):
        heads[pk] = customer, at, number
        contents[pk][sku] += quantity
    return [
        (customer, Placed(at, pk, number, frozenset(contents[pk].items())))
        for pk, (customer, at, number) in heads.items()
    ]
