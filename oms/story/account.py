"""How things stand at the end, counted from the tables."""

from collections.abc import Iterator

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from inventory.models import StockLevel, StockMovement
from oms.core import panels
from oms.core.models import WorkItem
from orders.models import Order, Payment
from orders.models.orders import Phase


def orders_by_phase() -> Iterator[str]:
    counts = dict(Order.objects.order_by().values_list("phase").annotate(n=Count("pk")))
    yield _("Orders: %(n)d") % {"n": sum(counts.values())}
    for phase, label in Phase.choices:
        if phase in counts:
            yield f"  {counts[phase]:>6}  {label}"
    items = WorkItem.objects.exclude(status=WorkItem.Status.RESOLVED).count()
    yield _("Work items that wait for a person: %(n)d") % {"n": items}


def money() -> Iterator[str]:
    """Captured − refunded = kept, by currency."""
    rows = Payment.objects.order_by("currency").values_list("currency")
    sums = rows.annotate(Sum("captured_amount"), Sum("refunded_amount"))
    for currency, captured, refunded in sums:
        yield _("Money: %(got)s captured − %(back)s refunded = %(kept)s kept") % {
            "got": panels.money(captured, currency),
            "back": panels.money(refunded, currency),
            "kept": panels.money(captured - refunded, currency),
        }


def stock_identity() -> Iterator[str]:
    """Came in − shipped = on hand = allocated + available, ledger against levels."""
    shipped = Q(kind=StockMovement.Kind.SHIPPED)
    ledger = StockMovement.objects.aggregate(
        came=Sum("on_hand_delta", filter=~shipped, default=0),
        went=Sum("on_hand_delta", filter=shipped, default=0),
        allocated=Sum("allocated_delta", default=0),
    )
    levels = StockLevel.objects.aggregate(
        on_hand=Sum("on_hand", default=0),
        allocated=Sum("allocated", default=0),
        available=Sum("available", default=0),
    )
    figures = levels | {"came": ledger["came"], "went": -ledger["went"]}
    yield (
        _(
            "Stock: %(came)d came in − %(went)d shipped = %(on_hand)d on hand = "
            "%(allocated)d allocated + %(available)d available"
        )
        % figures
    )
    agrees = (
        ledger["came"] + ledger["went"] == levels["on_hand"]
        and ledger["allocated"] == levels["allocated"]
        and levels["on_hand"] == levels["allocated"] + levels["available"]
    )
    if agrees:
        yield _("The ledger agrees with the shelves.")
    else:
        yield _("The ledger does NOT agree with the shelves: run check_invariants.")
