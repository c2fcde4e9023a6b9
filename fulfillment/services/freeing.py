"""Who gives the pieces that are not wanted any more: first work that nobody has begun,
then partners, which have to be asked, and by force whoever has them in hand."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db.models import F

from fulfillment.models import FulfillmentOrder, FulfillmentOrderLine
from oms.core.exceptions import InvariantError
from orders.models import OrderLine

STOPPABLE_FIRST = [*FulfillmentOrder.STOPPABLE, *FulfillmentOrder.IN_HAND]
Lines = Sequence[FulfillmentOrderLine]
Taken = dict[FulfillmentOrderLine, int]


class Plan(NamedTuple):
    """Who gives the pieces of order lines. `taken`: what is freed at once; `asked`:
    partners that have to let go of all of some work; `kept`: {order line pk: pieces}
    that stay until they answer; `lacking`: {order line pk: the work in the way}."""

    taken: dict[FulfillmentOrderLine, int]
    asked: list[FulfillmentOrder]
    kept: dict[int, int]
    lacking: dict[int, FulfillmentOrder]


def plan(quantities: Mapping[int, int], *, force: bool = False) -> Plan:
    """Needs the lock of the orders of these lines."""
    lines = sorted(_open_lines(quantities), key=lambda line: (_reach(line), line.pk))
    left, taken = Counter(quantities), {}
    for line in lines:
        pieces = min(line.held_quantity, left[line.order_line_id])
        if pieces and (force or _is_free(line)):
            left[line.order_line_id] -= pieces
            taken[line] = pieces
    asked = {} if force else _asked(lines, left)
    kept = sum(asked.values(), Counter())
    _keep_families(lines, taken, kept)
    lacking = {
        line.order_line_id: line.fulfillment_order
        for line in reversed(lines)
        if left[line.order_line_id] > 0 and line not in taken
    }
    if strange := {pk for pk, n in left.items() if n > 0} - lacking.keys():
        raise InvariantError(f"allocated, yet at no location: {strange}")
    return Plan(taken, list(asked), kept, lacking)


def _asked(lines: Lines, left: Counter) -> dict[FulfillmentOrder, Counter]:
    """Work of partners of which all is unwanted; its pieces are taken off `left`."""
    held: dict[FulfillmentOrder, Counter] = defaultdict(Counter)
    for line in lines:
        if line.fulfillment_order.is_with_partner:
            held[line.fulfillment_order][line.order_line_id] += line.held_quantity
    asked = {}
    for work, pieces in held.items():
        if pieces <= left:
            left.subtract(pieces)
            asked[work] = pieces
    return asked


def _keep_families(lines: Lines, taken: Taken, kept: Counter) -> None:
    """A bundle that a partner has a part of stays whole until it answers."""
    families = {line.bundle for line in lines if line.order_line_id in kept} - {None}
    for line in [each for each in taken if each.bundle in families]:
        kept[line.order_line_id] += taken.pop(line)


def in_hand(line: FulfillmentOrderLine) -> int:
    """How far its work is: what nobody has begun comes first."""
    return STOPPABLE_FIRST.index(line.fulfillment_order.status)


def _is_free(line: FulfillmentOrderLine) -> bool:
    work = line.fulfillment_order
    return work.status in work.STOPPABLE and not work.is_with_partner


def _reach(line: FulfillmentOrderLine) -> int:
    """How hard its pieces are to get; what partners were sent comes last."""
    beyond = len(STOPPABLE_FIRST) if line.fulfillment_order.is_with_partner else 0
    return beyond + in_hand(line)


def _open_lines(quantities: Mapping[int, int]) -> list[FulfillmentOrderLine]:
    """Of the orders of these lines: a partner is asked for all of its work or none.
    Each knows the line of its `bundle`."""
    orders = OrderLine.objects.filter(pk__in=quantities).values("order")
    lines = FulfillmentOrderLine.objects.filter(
        order_line__order__in=orders, open_quantity__gt=0
    )
    lines = lines.select_related("fulfillment_order")
    return list(lines.annotate(bundle=F("order_line__parent")).order_by("pk"))
