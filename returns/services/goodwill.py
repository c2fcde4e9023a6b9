"""Money without goods: goodwill, and what was paid too much."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core.money import ZERO
from oms.core.outcome import Outcome
from oms.core.sound import is_text
from orders.models import Order
from orders.services import ledger
from returns.models import Refund
from returns.services import paying
from returns.services.locking import found, lock_orders
from returns.services.money import Due
from returns.services.policies import Policies

KINDS = (Refund.Kind.GOODWILL, Refund.Kind.OVERPAID)


@dataclass(frozen=True, slots=True)
class Goodwill:
    """Money without goods; `reason` is what reports and the customer read. `tenders`:
    payments in the order in which they pay."""

    order_id: int
    amount: Decimal
    reason: str
    tenders: Sequence[int] = ()
    kind: str = Refund.Kind.GOODWILL


@transaction.atomic
def refund_goodwill(asked: Sequence[Goodwill], *, actor: str, at=None) -> Outcome:
    """Refund amounts without goods; refused by position: nothing is cut in silence."""
    at = at or timezone.now()
    orders = {order.pk: order for order in lock_orders(a.order_id for a in asked)}
    policies = Policies(orders.values())
    rooms = paying.rooms_of(orders.values())
    out, planned = Outcome(), []
    for position, wish in enumerate(asked):
        order = found(orders, wish.order_id)
        if reason := _bad_goodwill(wish, order, rooms):
            out.refuse(position, reason)
            continue
        room = paying.in_order(rooms[order.pk], wish.tenders)
        refund, parts = paying.build(order, Due(), wish.amount, room, actor, at)
        rooms[order.pk] = room
        refund.kind, refund.reason = wish.kind, wish.reason
        planned.append((refund, parts, {}))
        out.done.append(refund)
    paying.write(planned, policies, actor, at)
    return out


def _bad_goodwill(wish: Goodwill, order: Order | None, rooms: Mapping) -> str:
    if order is None:
        return _("Order %(pk)r does not exist; check the key.") % {"pk": wish.order_id}
    if not is_text(wish.reason, 200) or not wish.reason.strip():
        return _("%(order)s: write why the money is given.") % {"order": order}
    if wish.kind not in KINDS:
        return _("%(order)s: without goods it is one of %(kinds)s.") % {
            "order": order,
            "kinds": ", ".join(KINDS),
        }
    if reason := ledger.bad_amount(wish.amount, order):
        return reason
    most = sum((room for _pk, room in rooms[order.pk]), ZERO)
    if wish.amount > most:
        return _(
            "%(order)s: %(amount).2f to refund; at most %(most).2f %(currency)s is "
            "left of what it has paid. Use an amount up to that."
        ) % {
            "order": order,
            "amount": wish.amount,
            "most": most,
            "currency": order.currency,
        }
    return paying.bad_tenders(order, wish.tenders)
