"""Reads for screens."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from django.utils import timezone

from oms.core.money import ZERO
from orders.models import Payment
from returns.models import Return
from returns.services import paying
from returns.services.money import Due
from returns.services.refunding import Planner


class Preview(NamedTuple):
    """What a refund would be. `why_not`: nothing is refunded, and why; `waits`:
    somebody else would have to approve it."""

    due: Due = Due()
    parts: Sequence[tuple[Payment, Decimal]] = ()
    uncovered: Decimal = ZERO
    waits: bool = False
    why_not: str = ""

    @property
    def amount(self) -> Decimal:
        return sum((amount for _payment, amount in self.parts), ZERO)


def preview_refund(
    ret: Return, *, amount: Decimal | None = None, tenders: Sequence[int] = ()
) -> Preview:
    """What `refund_returns` would do now. Nothing is locked, written or asked."""
    [ret] = Return.objects.filter(pk=ret.pk).prefetch_related(
        "lines", "order__channel", "order__lines__product", "order__payments"
    )
    planner = Planner([ret])
    plan = planner.plan(ret, amount, tenders, "", timezone.now())
    if isinstance(plan, str):
        return Preview(why_not=plan)
    refund = plan.refund
    payments = {payment.pk: payment for payment in ret.order.payments.all()}
    return Preview(
        Due(
            refund.goods_amount,
            refund.shipping_amount,
            refund.fee_amount,
            refund.tax_amount,
        ),
        [(payments[part.payment_id], part.amount) for part in plan.parts],
        refund.uncovered_amount,
        paying.needs_approval(refund, planner.policies),
    )
