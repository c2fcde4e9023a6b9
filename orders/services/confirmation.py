"""Confirming orders that waited: the cause is mended, somebody tries again."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core import transitions, workitems
from oms.core.outcome import Outcome
from orders.models import Order, OrderLine
from orders.services import backorders, bundles, healing, risk, rollups, validation
from orders.signals import order_confirmed


@transaction.atomic
def confirm_orders(orders: Iterable[Order], *, actor: str, at=None) -> Outcome:
    """Confirm what may go on and hand it to fulfillment.

    SKUs that have become known since are filled in first, and the risk is assessed
    where nobody has. What is refused keeps, or gets, its work items; those whose cause
    is gone are closed.
    """
    at = at or timezone.now()
    wanted = {order.pk for order in orders}
    locked = lock_with_facts(wanted)
    pending = [order for order in locked if order.status == Order.Status.PENDING]
    healing.fill_in_products(pending)
    bundles.explode_saved(pending)
    held = risk.assess_unassessed(pending, actor=actor, at=at)
    validation.load_facts(pending)
    backorders.expect(pending, at=at)
    backorders.judge(pending, at=at)
    out = transitions.apply_many(locked, "confirm", actor=actor, at=at)
    out.add(transitions.missing(wanted, locked, _("The order")))
    found = validation.findings([o for o in pending if o.pk in out.refused])
    workitems.resolve_items(
        "order",
        [order.pk for order in pending],
        at=at,
        keep=[(item.subject_id, item.kind) for item in found],
        kinds=validation.CHECKS,
    )
    workitems.open_items(found, at=at)
    if out.done:
        order_confirmed.send(sender=Order, orders=out.done, actor=actor, at=at)
    rollups.refresh([*out.done, *held])
    return out


def lock_with_facts(pks: Iterable[int]) -> list[Order]:
    """Lock orders and load, after the lock, what guards and receivers read."""
    locked = transitions.lock(Order, pks)
    lines = Prefetch("lines", OrderLine.objects.select_related("product"))
    prefetch_related_objects(locked, "channel", lines, "payments")
    return locked
