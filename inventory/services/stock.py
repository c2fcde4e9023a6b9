"""The only writer of stock levels and of their ledger. It knows no order.

Every function takes a set, runs inside the caller's transaction or opens its own, locks
the levels by primary key (the last lock that anything takes), decides in memory, adds
the deltas in one UPDATE and writes the ledger. The lock makes the decision right; the
CHECK
`stocklevel_not_oversold` backs it; `check_invariants` compares both with the ledger.

Outcome.done holds the movements written, Outcome.refused the reasons by position in the
given sequence.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from inventory.models import StockLevel, StockMovement
from inventory.models.stock import Condition
from inventory.services import stock_refusals as why
from inventory.signals import stock_changed
from oms.core.outcome import Outcome
from oms.core.sets import insert_missing, insert_rows, update_rows

Kind = StockMovement.Kind
MOST = 2_147_483_647  # what an integer column holds


class StockChange(NamedTuple):
    """Goods that come, go or are counted at a place. `quantity` in pieces."""

    product_id: int
    location_id: int
    quantity: int
    reason: str = ""
    condition: str = Condition.SELLABLE
    ref_type: str = ""
    ref_id: int | None = None


class Portion(NamedTuple):
    """Pieces of one sellable level that are promised, given back or sent."""

    level_id: int
    quantity: int
    ref_type: str = ""
    ref_id: int | None = None


class LockedLevel(NamedTuple):
    pk: int
    product_id: int
    location_id: int
    on_hand: int
    allocated: int

    @property
    def available(self) -> int:
        return self.on_hand - self.allocated


def receive(changes: Sequence[StockChange], *, actor: str, at=None) -> Outcome:
    """Put goods on hand; makes the level where there was none."""
    return _change_on_hand(changes, Kind.RECEIVED, why.bad_receipt, actor, at)


def restock(changes: Sequence[StockChange], *, actor: str, at=None) -> Outcome:
    """Put goods back that had left: a return, a parcel that never went."""
    return _change_on_hand(changes, Kind.RESTOCKED, why.bad_receipt, actor, at)


def adjust(changes: Sequence[StockChange], *, actor: str, at=None) -> Outcome:
    """Correct what is on hand by a signed quantity; each needs a reason.

    Refused below what is allocated: the orders that hold it must be freed first.
    """
    return _change_on_hand(changes, Kind.ADJUSTED, why.bad_adjustment, actor, at)


def allocate(
    portions: Sequence[Portion],
    *,
    actor: str,
    at=None,
    locked: Iterable[LockedLevel] | None = None,
) -> Outcome:
    """Promise available pieces. A portion is granted whole or refused.

    `locked`: what `lock_levels` returned in this transaction, if nothing was written to
    the levels since; they are not locked and read again then.
    """
    return _change_allocated(portions, Kind.ALLOCATED, actor, at, locked)


def release(portions: Sequence[Portion], *, actor: str, at=None) -> Outcome:
    """Give promised pieces back."""
    return _change_allocated(portions, Kind.RELEASED, actor, at)


def ship_out(portions: Sequence[Portion], *, actor: str, at=None) -> Outcome:
    """Promised pieces leave the building: on hand and allocated both fall."""
    return _change_allocated(portions, Kind.SHIPPED, actor, at)


def lock_levels(
    product_ids: Iterable[int], location_ids: Iterable[int]
) -> dict[tuple[int, int], LockedLevel]:
    """Lock the sellable levels of products at locations: {(product, location): level}.

    The last lock of a transaction: nothing else may be locked after it.
    """
    return {
        (level.product_id, level.location_id): level
        for level in _lock(
            "product_id = ANY(%s) AND location_id = ANY(%s) AND condition = 'sellable'",
            [sorted(set(product_ids)), sorted(set(location_ids))],
        )
    }


# (on hand, allocated) for each piece
DELTAS = {Kind.ALLOCATED: (0, 1), Kind.RELEASED: (0, -1), Kind.SHIPPED: (-1, -1)}


@transaction.atomic(savepoint=False)
def _change_allocated(
    portions: Sequence[Portion],
    kind: Kind,
    actor: str,
    at: datetime | None,
    locked: Iterable[LockedLevel] | None = None,
) -> Outcome:
    out = Outcome()
    if not portions:
        return out
    at = at or timezone.now()
    if locked is None:
        locked = lock_by_pk(p.level_id for p in portions)
    levels = {level.pk: level for level in locked}
    on_hand_sign, allocated_sign = DELTAS[kind]
    left = {
        pk: level.available if kind == Kind.ALLOCATED else level.allocated
        for pk, level in levels.items()
    }
    taken: dict[int, int] = defaultdict(int)
    short = []
    for position, portion in enumerate(portions):
        pk, quantity = portion.level_id, portion.quantity
        unsound = why.not_a_count(quantity) or why.bad_text(portion)
        if unsound or pk not in levels or quantity > left[pk]:
            short.append((position, portion, left.get(pk)))
            continue
        left[pk] -= quantity
        taken[pk] += quantity
        out.done.append(
            StockMovement(
                stock_level_id=pk,
                kind=kind,
                on_hand_delta=on_hand_sign * quantity,
                allocated_delta=allocated_sign * quantity,
                ref_type=portion.ref_type,
                ref_id=portion.ref_id,
                actor=actor,
                at=at,
            )
        )
    out.refused = why.bad_portions(short, kind)
    deltas = {pk: (on_hand_sign * n, allocated_sign * n) for pk, n in taken.items()}
    _write(deltas, out.done, levels, actor, at)
    return out


@transaction.atomic(savepoint=False)
def _change_on_hand(
    changes: Sequence[StockChange],
    kind: Kind,
    refusal: Callable[[StockChange], str],
    actor: str,
    at: datetime | None,
) -> Outcome:
    out = Outcome()
    at = at or timezone.now()
    known = why.Known(changes)
    sound = []
    for position, change in enumerate(changes):
        if reason := known.refusal(change) or refusal(change):
            out.refuse(position, reason)
        else:
            sound.append((position, change))
    if not sound:
        return out
    levels = {
        (level.product_id, level.location_id, condition): level
        for condition, level in _lock_or_make([change for _, change in sound])
    }
    on_hand = {key: level.on_hand for key, level in levels.items()}
    deltas: dict[int, int] = defaultdict(int)
    for position, change in sound:
        key = change.product_id, change.location_id, change.condition
        level, new = levels[key], on_hand[key] + change.quantity
        if not level.allocated <= new <= MOST:
            out.refuse(position, why.out_of_range(change, known, level, on_hand[key]))
            continue
        on_hand[key] = new
        deltas[level.pk] += change.quantity
        out.done.append(
            StockMovement(
                stock_level_id=level.pk,
                kind=kind,
                on_hand_delta=change.quantity,
                ref_type=change.ref_type,
                ref_id=change.ref_id,
                reason=change.reason,
                actor=actor,
                at=at,
            )
        )
    by_pk = {level.pk: level for level in levels.values()}
    _write({pk: (n, 0) for pk, n in deltas.items()}, out.done, by_pk, actor, at)
    return out


def _write(
    deltas: dict[int, tuple[int, int]],
    movements: list[StockMovement],
    levels: dict[int, LockedLevel],
    actor: str,
    at: datetime,
) -> None:
    if not movements:
        return
    update_rows(StockLevel, deltas, ["on_hand", "allocated"], add=True)
    insert_rows(movements)
    shifts = [
        (levels[pk].product_id, on_hand - allocated)
        for pk, (on_hand, allocated) in deltas.items()
        if on_hand != allocated
    ]
    if shifts:
        stock_changed.send(
            sender=StockLevel,
            changed={product for product, _shift in shifts},
            risen={product for product, shift in shifts if shift > 0},
            actor=actor,
            at=at,
        )


def lock_by_pk(level_ids: Iterable[int]) -> list[LockedLevel]:
    return _lock("id = ANY(%s)", [sorted(set(level_ids))])


def _lock(condition: str, params: list) -> list[LockedLevel]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, product_id, location_id, on_hand, allocated"  # noqa: S608
            f" FROM inventory_stocklevel WHERE {condition}"
            " ORDER BY id FOR NO KEY UPDATE",
            params,
        )
        return [LockedLevel(*row) for row in cursor.fetchall()]


def _lock_or_make(changes: Iterable[StockChange]) -> list[tuple[str, LockedLevel]]:
    keys = sorted({(c.product_id, c.location_id, str(c.condition)) for c in changes})
    products, locations, conditions = map(list, zip(*keys, strict=True))
    names = "product_id", "location_id", "condition"
    have = {
        tuple(getattr(row, name) for name in names): row.pk
        for row in StockLevel.objects.filter(
            product_id__in=products, location_id__in=locations
        )
    }
    fresh = [
        StockLevel(**dict(zip(names, key, strict=True)))
        for key in keys
        if key not in have
    ]
    insert_missing(fresh, names)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT condition, id, product_id, location_id, on_hand, allocated"
            " FROM inventory_stocklevel WHERE (product_id, location_id, condition) IN"
            " (SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[]))"
            " ORDER BY id FOR NO KEY UPDATE",
            [products, locations, conditions],
        )
        return [(row[0], LockedLevel(*row[1:])) for row in cursor.fetchall()]
