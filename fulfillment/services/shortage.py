"""Counts of the shelf. What is counted is true: where fewer pieces are there than were
promised, the newest promises go back to waiting, and only then on hand falls.

The open work items of the kind `shortage` are the list of orders that lost pieces and
could not be served from elsewhere.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fulfillment.models import FulfillmentOrderLine
from fulfillment.services import freeing, stopping, waiting
from fulfillment.services.counts import Count, Counted, bad_count, refuse_twice
from inventory.services import stock
from inventory.services import stock_refusals as why
from inventory.services.changes import Held, StockChange
from inventory.services.levels import Key, LockedLevel, last_moves, lock_or_make
from oms.core import transitions, workitems
from oms.core.exceptions import InvariantError
from oms.core.models import WorkItem
from oms.core.outcome import Outcome
from oms.core.sets import as_array
from oms.core.tasks import enqueue
from orders.models import Order
from orders.services import rollups

TRIES = 5  # for a level that is promised to others while its orders are being locked


class _StaleError(Exception):
    """Other pieces are on hand by now than those who counted were shown."""

    def __init__(self, levels: Mapping[Key, LockedLevel]):
        self.levels = levels


class _ChangedError(Exception):
    """Orders that are not locked hold pieces by now."""

    def __init__(self, orders: set[int]):
        self.orders = orders


def count_stock(
    counts: Sequence[Count], *, actor: str, at=None, whole: bool = False
) -> Outcome:
    """Book counts. done: `Counted` rows; refused: by position, never because pieces are
    promised. `whole`: all of them, or none where one is refused, also because on hand
    is not as `expected`.

    Orders that lose pieces get a work item and are routed again in a second
    transaction: call it outside of any other.
    """
    at = at or timezone.now()
    out = book_counts(counts, actor=actor, at=at, whole=whole)
    if losers := _losers(out):
        waiting.serve_orders(losers, actor=actor, at=at)
    return out


def book_counts(
    counts: Sequence[Count], *, actor: str, at=None, whole: bool = False
) -> Outcome:
    """The same, but for the routing of orders that lose pieces (see `serve_later`)."""
    at = at or timezone.now()
    out = Outcome()
    known, sound = why.Known(counts), {}
    for position, count in enumerate(counts):
        if reason := known.strangers(count) or bad_count(count):
            out.refuse(position, reason)
        else:
            sound[position] = count
    refuse_twice(sound, out)
    if sound and not (whole and out.refused):
        _book_again_and_again(sound, out, actor, at, whole, known)
    return out


def serve_later(out: Outcome) -> None:
    """Route the orders that have lost pieces by a task of its own."""
    enqueue("fulfillment.tasks.serve_orders", _losers(out))


def _losers(out: Outcome) -> set[int]:
    return {order for booked in out.done for order in booked.lost}


def would_lose(lacking: Mapping[int, int]) -> set[int]:
    """The orders that lose pieces, were so many taken from these levels."""
    lines = _held(lacking)
    orders = Order.objects.in_bulk({e.fulfillment_order.order_id for e in lines})
    taken = _newest(lines, lacking, orders, strict=False)
    return {line.fulfillment_order.order_id for line in taken}


def _book_again_and_again(
    sound: dict[int, Count],
    out: Outcome,
    actor: str,
    at: datetime,
    whole: bool,
    known: why.Known,
) -> None:
    """Until nobody has been promised the stock while its orders were being locked.
    Counts that are stale leave the others alone, unless they go as a whole."""
    orders: set[int] = set()
    for _try in range(TRIES):
        try:
            out.done = _book(list(sound.values()), orders, actor, at, known)
            return
        except _ChangedError as changed:
            orders |= changed.orders
        except _StaleError as stale:
            _refuse_stale(sound, stale.levels, out)
            if whole:
                return
            for position in out.refused.keys() & sound.keys():
                del sound[position]
            if not sound:
                return
    for position in sound:
        out.refuse(
            position,
            _(
                "The stock was promised to others again and again while it was being "
                "counted; nothing was changed. Enter the count again."
            ),
        )


def _refuse_stale(
    sound: Mapping[int, Count], levels: Mapping[Key, LockedLevel], out: Outcome
) -> None:
    """Says who moved what, so that the shelf is looked at again."""
    stale = {
        position: level.pk
        for position, count in sound.items()
        if _is_stale(count, level := levels[count.key])
    }
    movements = last_moves(stale.values())
    for position, level in stale.items():
        count, last = sound[position], movements.get(level)
        now = levels[count.key]
        if count.version in (None, now.version):
            out.refuse(position, why.stale(count.expected, now.on_hand, last))
        else:
            out.refuse(position, why.moved(now.on_hand, last))


def _is_stale(count: Count, level: LockedLevel) -> bool:
    is_other = count.version not in (None, level.version)
    return is_other or count.expected not in (None, level.on_hand)


@transaction.atomic
def _book(
    counts: Sequence[Count],
    orders: set[int],
    actor: str,
    at: datetime,
    known: why.Known,
) -> list[Counted]:
    """Lock the orders that hold pieces, then the levels, and see again what holds."""
    locked = {
        order.pk: order for order in transitions.lock(Order, orders | _holders(counts))
    }
    levels = lock_or_make(count.key for count in counts)
    pairs = [(count, levels[count.key]) for count in counts]
    if any(_is_stale(count, level) for count, level in pairs):
        raise _StaleError(levels)
    lacking = {
        level.pk: short
        for count, level in pairs
        if (short := level.allocated - count.counted) > 0
    }
    lines = _held(lacking)
    if strangers := {each.fulfillment_order.order_id for each in lines} - locked.keys():
        raise _ChangedError(strangers)
    taken = _newest(lines, lacking, locked)
    stopping.take_out(taken, actor=actor, at=at)
    lost: dict[int, Counter] = defaultdict(Counter)
    for line, pieces in taken.items():
        lost[line.stock_level_id][line.fulfillment_order.order_id] += pieces
    done = [
        Counted(count, count.counted - level.on_hand, lost.get(level.pk, {}))
        for count, level in pairs
    ]
    losers = [locked[pk] for pk in sorted({pk for row in lost.values() for pk in row})]
    rollups.refresh(losers)
    workitems.open_items(_items(losers, lost.values()), at=at)
    held = None if taken else Held(known, levels)
    _adjust(done, actor, at, held)
    return done


HOLDERS = """
    SELECT DISTINCT f.order_id FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[])
           AS c(product, location, counted)
    JOIN inventory_stocklevel s ON s.product_id = c.product
     AND s.location_id = c.location AND s.condition = 'sellable'
     AND s.allocated > c.counted
    JOIN fulfillment_fulfillmentorderline l ON l.stock_level_id = s.id
     AND l.open_quantity > 0
    JOIN fulfillment_fulfillmentorder f ON f.id = l.fulfillment_order_id"""


def _holders(counts: Sequence[Count]) -> set[int]:
    """The orders that hold pieces of a level that is promised beyond its count."""
    with connection.cursor() as cursor:
        cursor.execute(
            HOLDERS,
            [
                as_array([count.product_id for count in counts], "bigint"),
                as_array([count.location_id for count in counts], "bigint"),
                as_array([count.counted for count in counts], "bigint"),
            ],
        )
        return {order for (order,) in cursor.fetchall()}


def _held(levels: Iterable[int]) -> list[FulfillmentOrderLine]:
    lines = FulfillmentOrderLine.objects.filter(
        stock_level__in=levels, open_quantity__gt=0
    )
    return list(lines.select_related("fulfillment_order"))


def _newest(
    lines: Sequence[FulfillmentOrderLine],
    lacking: Mapping[int, int],
    orders: Mapping[int, Order],
    *,
    strict: bool = True,
) -> dict[FulfillmentOrderLine, int]:
    """Which promises are broken: work not begun before work in hand, then the lower
    priority, then the newer promise."""

    def rank(line: FulfillmentOrderLine) -> tuple:
        priority = orders[line.fulfillment_order.order_id].priority
        return freeing.in_hand(line), priority, -line.pk

    left, taken = dict(lacking), {}
    for line in sorted(lines, key=rank):
        if pieces := min(line.held_quantity, left[line.stock_level_id]):
            left[line.stock_level_id] -= pieces
            taken[line] = pieces
    if strict and any(left.values()):
        raise InvariantError(f"allocated, yet held by nobody: {left}")
    return taken


def _items(orders: Sequence[Order], lost: Iterable[Counter]) -> list[WorkItem]:
    pieces = sum(lost, Counter())
    return [
        WorkItem(
            kind="shortage",
            subject_type="order",
            subject_id=order.pk,
            title=ngettext(
                "%(order)s: a count took back %(n)d piece that was promised to it. "
                "Find it elsewhere, wait for goods or cancel it.",
                "%(order)s: a count took back %(n)d pieces that were promised to it. "
                "Find them elsewhere, wait for goods or cancel them.",
                pieces[order.pk],
            )
            % {"order": order, "n": pieces[order.pk]},
        )
        for order in orders
    ]


def _adjust(
    done: Iterable[Counted], actor: str, at: datetime, held: Held | None
) -> None:
    changes = [
        StockChange(
            row.count.product_id,
            row.count.location_id,
            row.on_hand_delta,
            row.count.reason,
            ref_type=row.count.ref_type,
            ref_id=row.count.ref_id,
        )
        for row in done
        if row.on_hand_delta
    ]
    out = stock.adjust(changes, actor=actor, at=at, held=held)
    if out.refused:
        raise InvariantError(f"freed, yet refused to be counted: {out.refused}")
