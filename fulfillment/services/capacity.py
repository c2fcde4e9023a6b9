"""The daily capacity of locations: a limit of N admits exactly N.

Who routes takes the lock of every limited location, by primary key and before any stock
level, then counts. The lock goes with the transaction.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import connection
from django.db.models import Count, Q

from fulfillment.models import FulfillmentOrder
from inventory.models import Location, StockLevel
from orders.models import Order


def lock(location_ids: list[int]) -> None:
    """One after the other, in the order of their keys."""
    if not location_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('fulfillment.capacity'), id)"
            " FROM unnest(%s::int[]) AS id",
            [sorted(location_ids)],
        )


def used(days: Mapping[int, date]) -> dict[int, int]:
    """{location: fulfillment orders that are worked on that day of it}; those that are
    cancelled make room again."""
    if not days:
        return {}
    wanted = Q(pk__in=[])
    for location, day in days.items():
        wanted |= Q(location=location, work_on=day)
    rows = FulfillmentOrder.objects.filter(wanted)
    rows = rows.exclude(status=FulfillmentOrder.Status.CANCELLED).order_by()
    counted = rows.values_list("location").annotate(n=Count("pk"))
    return dict.fromkeys(days, 0) | dict(counted)


def is_limited(location: Location) -> bool:
    return location.is_active and location.daily_capacity is not None


def lock_for(orders: Iterable[Order]) -> None:
    """All that routing these orders again may lock, at once: who gives stock back
    before it routes holds levels already when others are wanted. Needs their lines."""
    limited = Location.objects.filter(is_active=True, daily_capacity__isnull=False)
    lock(list(limited.values_list("pk", flat=True)))
    products = {line.product_id for order in orders for line in order.lines.all()}
    levels = StockLevel.objects.filter(product__in=products - {None}).order_by("pk")
    list(levels.select_for_update(no_key=True).values_list("pk"))
