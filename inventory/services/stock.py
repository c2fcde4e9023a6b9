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
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from inventory.models import StockLevel, StockMovement
from inventory.models.stock import Condition
from inventory.services import stock_refusals as why
from inventory.services.changes import Held, Portion, StockChange
from inventory.services.levels import COLUMNS, Key, LockedLevel, lock_or_make
from inventory.signals import stock_changed
from oms.core.building import build
from oms.core.outcome import Outcome
from oms.core.sets import as_array, insert_rows, update_rows
from oms.core.sound import keys

Kind = StockMovement.Kind
LOCK = "FOR NO KEY UPDATE"


def receive(changes: Sequence[StockChange], *, actor: str, at=None) -> Outcome:
    """Put goods on hand; makes the level where there was none."""
    return change_on_hand(_single(changes), Kind.RECEIVED, why.bad_receipt, actor, at)


def restock(changes: Sequence[StockChange], *, actor: str, at=None) -> Outcome:
    """Put goods back that had left: a return, a parcel that never went."""
    return change_on_hand(_single(changes), Kind.RESTOCKED, why.bad_receipt, actor, at)


def adjust(
    changes: Sequence[StockChange], *, actor: str, at=None, held: Held | None = None
) -> Outcome:
    """Correct what is on hand by a signed quantity; each needs a reason.

    Refused below what is allocated: a count frees the orders that hold it.
    """
    return change_on_hand(
        _single(changes), Kind.ADJUSTED, why.bad_adjustment, actor, at, held
    )


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
    return _sellable(product_ids, location_ids, LOCK)


def read_levels(
    product_ids: Iterable[int], location_ids: Iterable[int]
) -> dict[tuple[int, int], LockedLevel]:
    """The same without a lock, for who asks and changes nothing."""
    return _sellable(product_ids, location_ids, "")


def _sellable(
    product_ids: Iterable[int], location_ids: Iterable[int], lock: str
) -> dict[tuple[int, int], LockedLevel]:
    condition = "product_id = ANY(%s) AND location_id = ANY(%s)"
    condition += " AND condition = 'sellable'"
    wanted = sorted(set(product_ids)), sorted(set(location_ids))
    params = [as_array(each, "bigint") for each in wanted]
    levels = _lock(condition, params, lock)
    return {(level.product_id, level.location_id): level for level in levels}


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
            build(
                StockMovement,
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
def change_on_hand(
    steps: Sequence[tuple[StockChange, ...]],
    kind: Kind,
    refusal: Callable[[StockChange], str],
    actor: str,
    at: datetime | None,
    held: Held | None = None,
) -> Outcome:
    """What `receive` and its like do; the changes of a step go together or not at
    all."""
    out = Outcome()
    at = at or timezone.now()
    known = held.known if held else why.Known(c for step in steps for c in step)
    sound = {}
    for position, step in enumerate(steps):
        reasons = [known.refusal(change) or refusal(change) for change in step]
        if any(reasons):
            out.refuse(position, next(filter(None, reasons)))
        else:
            sound[position] = step
    if not sound:
        return out
    if held:
        levels = held.levels
    else:
        levels = lock_or_make(_key(c) for step in sound.values() for c in step)
    deltas = _move(sound, levels, known, out)
    out.done = [
        _movement(change, levels[_key(change)].pk, kind, actor, at)
        for position, step in sound.items()
        if position not in out.refused
        for change in step
    ]
    by_pk = {level.pk: level for level in levels.values()}
    _write(deltas, out.done, by_pk, actor, at)
    return out


def _move(
    steps: Mapping[int, tuple[StockChange, ...]],
    levels: Mapping[Key, LockedLevel],
    known: why.Known,
    out: Outcome,
) -> dict[int, tuple[int, int]]:
    """{level: what on hand and allocated change by}; steps that would leave too few are
    refused."""
    on_hand = {key: level.on_hand for key, level in levels.items()}
    for position, step in steps.items():
        for change in step:
            have, level = on_hand[_key(change)], levels[_key(change)]
            if not level.allocated <= have + change.quantity <= why.MOST:
                out.refuse(position, why.out_of_range(change, known, level, have))
        if position not in out.refused:
            for change in step:
                on_hand[_key(change)] += change.quantity
    return {
        level.pk: (moved, 0)
        for key, level in levels.items()
        if (moved := on_hand[key] - level.on_hand)
    }


def _single(changes: Iterable[StockChange]) -> list[tuple[StockChange]]:
    return [(change,) for change in changes]


def _key(change: StockChange) -> Key:
    return change.product_id, change.location_id, str(change.condition)


def _movement(
    change: StockChange, level_pk: int, kind: Kind, actor: str, at: datetime
) -> StockMovement:
    return build(
        StockMovement,
        stock_level_id=level_pk,
        kind=kind,
        on_hand_delta=change.quantity,
        ref_type=change.ref_type,
        ref_id=change.ref_id,
        reason=change.reason,
        actor=actor,
        at=at,
    )


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
        if on_hand != allocated and levels[pk].condition == Condition.SELLABLE
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
    return _lock("id = ANY(%s)", [as_array(sorted(keys(level_ids)), "bigint")])


def _lock(condition: str, params: list, lock: str = LOCK) -> list[LockedLevel]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM inventory_stocklevel WHERE {condition}"  # noqa: S608
            f" ORDER BY id {lock}",
            params,
        )
        return list(map(LockedLevel._make, cursor.fetchall()))
