"""Queues: orders that wait for the same thing, and how many there are of each."""

from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oms.core import counting
from oms.core.lists import Column, Queue, add_to_list, additions
from oms.core.models import WorkItem
from orders.models import Order, OrderLine, Payment

OPEN = (Order.Status.PENDING, Order.Status.CONFIRMED, Order.Status.PROCESSING)
BY_DEADLINE = (
    F("ship_by").asc(nulls_last=True),
    F("promised_at").asc(nulls_last=True),
    "placed_at",
    "pk",
)


def late() -> Q:
    """Confirmed, and something of it is still here though all should have left."""
    return Q(status__in=Order.LIVE, ship_by__lt=timezone.now())


def is_late(order: Order) -> bool:
    due = order.ship_by
    return order.status in Order.LIVE and due is not None and due < timezone.now()


def needs_attention() -> Q:
    """It, or a part of it, has an open work item; one that is snoozed rests."""
    items = WorkItem.objects.filter(status=WorkItem.Status.OPEN)
    found = [items.filter(subject_type="order").values("subject_id")]
    for name, part in additions(Order).parts.items():
        wrong = items.filter(subject_type=name).values("subject_id")
        rows = part.objects.filter(pk__in=wrong, order__isnull=False)
        found.append(rows.values("order_id"))
    return Q(pk__in=found[0].union(*found[1:]))


def in_phase(phase: str) -> Q:
    """Of the open orders: every such phase is one of theirs."""
    return Q(status__in=OPEN, phase=phase)


def all_queues() -> dict[str, Queue]:
    """From left to right."""
    queues = sorted(additions(Order).queues.values(), key=lambda queue: queue.place)
    return {queue.name: queue for queue in queues}


def rows() -> dict[str, QuerySet]:
    """The orders of each queue."""
    known = all_queues().items()
    return {name: Order.objects.filter(each.where()) for name, each in known}


def counts() -> dict[str, int]:
    return counting.count(rows())


def pieces(keys) -> dict[int, int]:
    """What is ordered and not cancelled; of bundles, what is in them."""
    lines = OrderLine.objects.filter(order__in=keys, is_bundle=False)
    rows = lines.order_by().values_list("order")
    return dict(rows.annotate(n=Sum(F("quantity") - F("cancelled_quantity"))))


add_to_list(
    Order,
    queues=[
        Queue("attention", _("Needs attention"), needs_attention, 10),
        Queue("late", _("Late"), late, 20),
        Queue("on-hold", _("On hold"), lambda: in_phase("on_hold"), 60),
        Queue("unpaid", _("Unpaid"), lambda: in_phase("awaiting_payment"), 70),
        Queue("stock", _("Waiting for stock"), lambda: in_phase("awaiting_stock"), 80),
        Queue("all", _("All"), Q, 100),
    ],
    columns=[Column("items", _("items"), pieces)],
    parts=[Payment],
)
