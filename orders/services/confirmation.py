"""Confirming orders that waited: the cause is mended, somebody tries again."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.models import Product
from oms.core import transitions, workitems
from oms.core.outcome import Outcome
from oms.core.sets import update_rows
from orders.models import Order, OrderLine
from orders.services import rollups, validation
from orders.signals import order_confirmed


@transaction.atomic
def confirm_orders(orders: Iterable[Order], *, actor: str, at=None) -> Outcome:
    """Confirm what may go on and hand it to fulfillment.

    SKUs that have become known since are filled in first. What is refused keeps, or
    gets, its work items; those whose cause is gone are closed.
    """
    at = at or timezone.now()
    wanted = {order.pk for order in orders}
    locked = lock_with_facts(wanted)
    pending = [order for order in locked if order.status == Order.Status.PENDING]
    _fill_in_products(pending)
    out = transitions.apply_many(locked, "confirm", actor=actor, at=at)
    out.add(transitions.missing(wanted, locked, _("The order")))
    found = validation.findings([o for o in pending if o.pk in out.refused])
    workitems.resolve_items(
        "order",
        [order.pk for order in pending],
        at=at,
        keep=[(item.subject_id, item.kind) for item in found],
    )
    workitems.open_items(found)
    if out.done:
        order_confirmed.send(sender=Order, orders=out.done, actor=actor, at=at)
        rollups.refresh(out.done)
    return out


def lock_with_facts(pks: Iterable[int]) -> list[Order]:
    """Lock orders and load, after the lock, what guards and receivers read."""
    locked = transitions.lock(Order, pks)
    prefetch_related_objects(locked, "channel", "lines", "payments")
    return locked


def _fill_in_products(orders: Iterable[Order]) -> None:
    unknown = [
        line
        for order in orders
        for line in order.lines.all()
        if line.product_id is None
    ]
    if not unknown:
        return
    products = Product.objects.in_bulk({line.sku for line in unknown}, field_name="sku")
    found = [line for line in unknown if line.sku in products]
    for line in found:
        line.product = products[line.sku]
    update_rows(OrderLine, {line.pk: (line.product_id,) for line in found}, ["product"])
