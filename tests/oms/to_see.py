"""What there is to see in the back office: its queues, and how much is in each."""

from collections import Counter

from django.utils import timezone

from fulfillment.models import FulfillmentOrder, Shipment, Wave
from oms.core.models import User, WorkItem
from oms.core.today import Board, today
from orders import queues
from returns.models import Refund, Return

STEPS = {  # documents that stand at each of these steps
    FulfillmentOrder: ("assigned", "released", "picking", "packed", "fulfilled"),
    Shipment: ("draft", "shipped", "delivered"),
    Return: ("requested", "approved", "received", "inspected", "closed", "declined"),
    Refund: ("requested", "succeeded"),
}
REASONS = (  # of work items; the others need a gateway, a carrier or a door that fails
    *("unknown_sku", "bad_address", "price_differs", "totals_differ", "duplicate"),
    *("high_risk", "unpaid", "no_stock", "promise_late", "overpaid"),
    *("supplier_confirmation", "parcel_silent", "parcel_delivery_failed"),
    *("blind_return", "refund_approval"),
)


def queues_of_the_shop() -> dict[str, int]:
    """{queue: rows} of all that people open: the lists of orders, the numbers and
    boards of Today, reasons of exceptions, steps of documents, waves."""
    chief = User(username="chief", is_active=True, is_staff=True, is_superuser=True)
    part = today(chief, timezone.now())
    found = {f"orders: {name}": number for name, number in queues.counts().items()}
    work = [each for each in part.counters if "background" not in each.url]
    found |= {f"today: {each.label}": each.number for each in work}
    for board in part.boards:
        found |= _columns(board)
    for model, steps in STEPS.items():
        numbers = _counted(model.objects.values_list("status", flat=True))
        found |= {f"{model.__name__}: {step}": numbers[step] for step in steps}
    items = WorkItem.objects.filter(status=WorkItem.Status.OPEN)
    numbers = _counted(items.values_list("kind", flat=True))
    found |= {f"exceptions: {kind}": numbers[kind] for kind in REASONS}
    waves = Wave.objects.filter(finished_at=None, cancelled_at=None)
    begun = waves.filter(fulfillment_orders__status="picking").distinct()
    found["waves: begun"] = begun.count()
    found["waves: ready"] = waves.exclude(pk__in=begun.values("pk")).count()
    return found


def _columns(board: Board) -> dict[str, int]:
    """What a board says in each of its columns."""
    return {
        f"today: {board.title}: {heading}": sum(cell.number for cell in cells)
        for heading, *cells in zip(board.headings, *board.rows, strict=True)
        if cells and not isinstance(cells[0], str)
    }


def _counted(values) -> Counter:
    return Counter(values)
