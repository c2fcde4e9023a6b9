"""What fulfillment does when something happens to its left. One line each."""

from django.dispatch import receiver

from fulfillment.services import reservations, routing, stopping
from inventory.signals import stock_changed
from oms.core.tasks import enqueue
from orders.signals import (
    order_cancelled,
    order_cancelling,
    order_confirmed,
    order_placed,
)


@receiver(order_placed)
def reserve(orders, actor, at, **_kwargs):
    routing.route_orders(orders, actor=actor, at=at, reserve=True)


@receiver(order_confirmed)
def route(orders, actor, at, **_kwargs):
    reservations.assign_reserved(orders, actor=actor, at=at)
    routing.route_orders(orders, actor=actor, at=at, first=True)


@receiver(order_cancelling)
def answer_for_work_in_hand(orders, quantities, **_kwargs):
    return stopping.work_in_hand(orders, quantities)


@receiver(order_cancelled)
def stop(quantities, reason, force, actor, at, **_kwargs):
    facts = {"actor": actor, "at": at, "reason": reason, "force": force}
    return stopping.stop_work(quantities, **facts)


@receiver(stock_changed)
def serve_waiting(risen, **_kwargs):
    enqueue("fulfillment.tasks.allocate_waiting", risen)
