"""Routing again: after stock was given back, or because somebody asks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.models import (
    FulfillmentOrderLine,
    RoutingDecision,
    RoutingPolicy,
)
from fulfillment.routing import explain
from fulfillment.services import routing
from fulfillment.services.policies import facts_of
from oms.core import transitions
from oms.core.outcome import Outcome
from oms.core.sound import keys
from oms.core.words import inside
from orders.models import Order
from orders.services import rollups


def route_again(
    orders: Sequence[Order], reasons: Mapping[int, str], *, actor: str, at: datetime
) -> list[Order]:
    """Route what these locked orders wait for, as it stands now in the tables; the
    decisions say why. Returns those that got any. Refreshes the roll-ups."""
    reload_lines(orders)
    live = [order for order in orders if order.status in Order.LIVE]
    routed, levels = routing.plan_orders(live, at=at)
    for row in routed:
        row.decision.reason = reasons.get(row.order.pk, "")[:200]
    routing.write_work(routed, levels, actor, at)
    rollups.refresh(orders)
    return [row.order for row in routed if row.plan.grants]


def reload_lines(orders: Sequence[Order]) -> None:
    for order in orders:
        order._prefetched_objects_cache = {}
    prefetch_related_objects(orders, "lines")


@transaction.atomic
def reroute_orders(orders: Iterable[int], *, actor: str, at=None) -> Outcome:
    """Look again for locations for orders that wait, by primary key. done: those that
    got something; refused: the others, each with what stands against it."""
    at = at or timezone.now()
    wanted = set(orders)
    locked = transitions.lock(Order, keys(wanted))
    prefetch_related_objects(locked, "lines")
    out = transitions.missing(wanted, locked, _("The order"))
    waiting = []
    for order in locked:
        if reason := _not_waiting(order):
            out.refuse(order.pk, reason)
        else:
            waiting.append(order)
    routed, levels = routing.plan_orders(waiting, at=at)
    routing.write_work(routed, levels, actor, at)
    tried = {row.order.pk for row in routed if not row.plan.grants}
    for row in routed:
        if row.plan.grants:
            out.done.append(row.order)
        else:
            text = f"{row.order}: {explain.why(row.decision)}"
            out.refuse(row.order.pk, " ".join([text, *explain.why_not(row.decision)]))
    for order in waiting:
        if order not in out.done and order.pk not in tried:
            out.refuse(order.pk, _not_on_sale(order))
    rollups.refresh(waiting)
    return out


def _not_waiting(order: Order) -> str:
    if order.status not in Order.LIVE:
        return _("%(order)s: it is %(status)s; only confirmed orders are routed.") % {
            "order": order,
            "status": inside(order.get_status_display()),
        }
    if not any(line.wanted_quantity for line in order.lines.all()):
        return _("%(order)s: nothing of it waits; there is nothing to route.") % {
            "order": order
        }
    return ""


def _not_on_sale(order: Order) -> str:
    return _(
        "%(order)s: what it waits for is not sent before its day; wait, or change the "
        "day of the product."
    ) % {"order": order}


def try_order(
    order: Order, policy: RoutingPolicy | None = None, at=None
) -> RoutingDecision | None:
    """What routing would decide for all open pieces of an order, by these rules or
    those that count, as if no location had it yet. Nothing is kept."""
    at = at or timezone.now()
    with transaction.atomic():
        [locked] = transitions.lock(Order, [order.pk])
        prefetch_related_objects([locked], "lines")
        for line in locked.lines.all():
            line.allocated_quantity = 0
        rules = facts_of(policy) if policy else None
        trial = routing.Trial(_held_by(locked), rules)
        routed, _levels = routing.plan_orders([locked], at=at, trial=trial)
        transaction.set_rollback(True)
    return routed[0].decision if routed else None


def _held_by(order: Order) -> dict[tuple[int, int], int]:
    """Pieces that the order itself holds, by product and location."""
    lines = FulfillmentOrderLine.objects.filter(
        fulfillment_order__order=order, open_quantity__gt=0, stock_level__isnull=False
    )
    held: dict[tuple[int, int], int] = defaultdict(int)
    for product, location, pieces in lines.values_list(
        "stock_level__product", "stock_level__location", "open_quantity"
    ):
        held[product, location] += pieces
    return held
