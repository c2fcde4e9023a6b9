"""Work is locked through its order: one lock for everything that belongs to an
order."""

from collections.abc import Iterable

from django.db.models import prefetch_related_objects

from fulfillment.models import FulfillmentOrder, Shipment
from oms.core import transitions
from orders.models import Order


def lock_work(pks: Iterable[int]) -> list[FulfillmentOrder]:
    """Lock the orders of these fulfillment orders; return the work as it is then, with
    `order` (locked, its lines loaded) and `lines`."""
    pks = set(pks)
    owners = FulfillmentOrder.objects.filter(pk__in=pks)
    orders = _lock_orders(owners.values_list("order", flat=True))
    works = list(FulfillmentOrder.objects.filter(pk__in=pks).order_by("pk"))
    prefetch_related_objects(works, "lines")
    for work in works:
        work.order = orders[work.order_id]
    return works


def lock_shipments(pks: Iterable[int]) -> list[Shipment]:
    """The same for shipments, with `lines`, and `fulfillment_order` with its lines."""
    pks = set(pks)
    owners = Shipment.objects.filter(pk__in=pks)
    orders = _lock_orders(owners.values_list("order", flat=True))
    shipments = list(Shipment.objects.filter(pk__in=pks).order_by("pk"))
    prefetch_related_objects(shipments, "lines", "fulfillment_order__lines")
    works: dict[int, FulfillmentOrder] = {}
    for shipment in shipments:
        work = works.setdefault(
            shipment.fulfillment_order_id, shipment.fulfillment_order
        )
        work.order = orders[shipment.order_id]
        shipment.fulfillment_order = work
        shipment.order = work.order
    return shipments


def _lock_orders(pks: Iterable[int]) -> dict[int, Order]:
    orders = transitions.lock(Order, pks)
    prefetch_related_objects(orders, "lines")
    return {order.pk: order for order in orders}
