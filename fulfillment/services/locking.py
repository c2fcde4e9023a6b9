"""Work is locked through its order: one lock for everything that belongs to an
order."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Prefetch, prefetch_related_objects

from fulfillment.models import FulfillmentOrder, FulfillmentOrderLine, Shipment
from oms.core import transitions
from oms.core.sound import keys
from orders.models import Order, OrderLine


def lock_work(pks: Iterable[int], *, contents: bool = True) -> list[FulfillmentOrder]:
    """Lock the orders of these fulfillment orders; return the work as it is then, with
    `order` (locked) and, with `contents`, `lines`."""
    pks = keys(pks)
    owners = FulfillmentOrder.objects.filter(pk__in=pks)
    orders = _lock_orders(owners.values_list("order", flat=True))
    works = list(FulfillmentOrder.objects.filter(pk__in=pks).order_by("pk"))
    if contents:
        prefetch_related_objects(works, _lean("lines", FulfillmentOrderLine))
    for work in works:
        work.order = orders[work.order_id]
    return works


def lock_shipments(pks: Iterable[int], *, contents: bool = True) -> list[Shipment]:
    """The same for shipments, with `lines` and `fulfillment_order`; with `contents`
    also the lines of their work and of their orders."""
    pks = keys(pks)
    owners = Shipment.objects.filter(pk__in=pks)
    orders = _lock_orders(owners.values_list("order", flat=True))
    shipments = list(Shipment.objects.filter(pk__in=pks).order_by("pk"))
    prefetch_related_objects(shipments, "lines", "fulfillment_order")
    works: dict[int, FulfillmentOrder] = {}
    for shipment in shipments:
        work = works.setdefault(
            shipment.fulfillment_order_id, shipment.fulfillment_order
        )
        work.order = orders[shipment.order_id]
        shipment.fulfillment_order = work
        shipment.order = work.order
    if contents:
        prefetch_related_objects(
            list(works.values()), _lean("lines", FulfillmentOrderLine)
        )
        prefetch_related_objects(list(orders.values()), _lean("lines", OrderLine))
    return shipments


def _lock_orders(pks: Iterable[int]) -> dict[int, Order]:
    return {order.pk: order for order in transitions.lock(Order, pks)}


def _lean(name: str, model: type[models.Model]) -> Prefetch:
    """Without the stamps, which nothing here reads: reading times costs more than the
    rest of such a row."""
    return Prefetch(name, model.objects.defer("created_at", "updated_at"))
