"""Holds: placed and released by name, one by one. There is no way to release all."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core import transitions, workitems
from oms.core.outcome import Outcome
from oms.core.sets import insert_rows, update_rows
from oms.core.sound import is_text, keys
from oms.core.tasks import enqueue
from oms.core.words import inside
from orders import guards
from orders.models import Hold, Order
from orders.models.holds import Blocks, HoldReason
from orders.services import hold_rows, risk, rollups
from orders.services.hold_rows import NewHold

__all__ = ["NewHold", "place_holds", "release_holds", "release_paid"]

HELD = (Order.Status.DRAFT, Order.Status.PENDING, *Order.LIVE)
RELEASED = ("released_by", "released_at", "release_note")


@transaction.atomic
def place_holds(wanted: Sequence[NewHold], *, actor: str, at=None) -> Outcome:
    """Place holds on orders that are not closed. refused: by position.

    A hold that is active already under its source and handle stays as it is and counts
    as done; it is refused where it would block or end otherwise now.
    """
    at = at or timezone.now()
    wanted = list(wanted)
    sound = [each for each in wanted if isinstance(each, NewHold)]
    orders = {
        order.pk: order
        for order in transitions.lock(Order, keys(new.order_id for new in sound))
    }
    out = Outcome()
    active = {_name(hold): hold for hold in _active_of(orders)}
    fresh, found = [], []
    for position, new in enumerate(wanted):
        if reason := _bad(new, orders):
            out.refuse(position, reason)
            continue
        known = active.get(_name(new))
        if known is None:
            active[_name(new)] = new
            fresh.append(new)
        elif _terms(known) != _terms(new):
            out.refuse(position, _differs(orders[new.order_id], new))
        elif isinstance(known, Hold):
            found.append(known)
    rows = hold_rows.build(fresh, actor=actor, at=at)
    held = [orders[pk] for pk in sorted({row.order_id for row in rows})]
    if rows:
        hold_rows.write_new(rows, held, actor=actor, at=at)
        rollups.refresh(held)
    out.done = [*rows, *found]
    return out


@transaction.atomic
def release_holds(hold_pks: Iterable[int], *, actor: str, note="", at=None) -> Outcome:
    """Release these holds, each by its key; what others hold stays held. refused: by
    key. A hold for fraud needs a note.

    Orders that wait to be confirmed are tried again by a task; those whose risk nobody
    has looked at are assessed before.
    """
    at = at or timezone.now()
    asked = set(hold_pks)
    wanted = keys(asked)
    orders = _lock_owners(wanted)
    active = {hold.pk: hold for hold in _active_of(orders)}
    out = Outcome()
    for pk in asked - active.keys():
        out.refuse(pk, _not_active(pk))
    going = []
    for pk in sorted(wanted & active.keys()):
        if reason := _bad_note(active[pk], note):
            out.refuse(pk, reason)
        else:
            going.append(active[pk])
    _release(going, orders, active.values(), note, actor, at)
    out.done = going
    return out


@transaction.atomic
def release_paid(order_pks: Iterable[int], *, actor: str, at=None) -> Outcome:
    """Release the holds of these orders that lasted until the payment, where it is
    secured now. done: the holds."""
    at = at or timezone.now()
    orders = {order.pk: order for order in transitions.lock(Order, keys(order_pks))}
    if not any(order.active_holds for order in orders.values()):
        return Outcome()
    active = _active_of(orders)
    prefetch_related_objects(list(orders.values()), "payments")
    going = [
        hold
        for hold in active
        if hold.until_paid
        and not guards.payment_is_secured.reason_of(orders[hold.order_id])
    ]
    _release(going, orders, active, _("The payment is secured."), actor, at)
    return Outcome(going)


def end(orders: Iterable[Order], *, note: str, actor: str, at: datetime) -> None:
    """Release what holds locked orders that have ended: there is nothing left to hold.
    No statement where nothing is held; the caller refreshes the roll-ups."""
    held = {order.pk: order for order in orders if order.active_holds}
    if held:
        going = _active_of(held)
        _write_released(going, held, going, note, actor, at)


def due_holds(at=None) -> list[int]:
    """Keys of the holds whose time has come."""
    due = Hold.objects.filter(released_at=None, until__lte=at or timezone.now())
    return list(due.order_by("pk").values_list("pk", flat=True))


def orders_held_until_paid() -> list[int]:
    """Keys of the orders with a hold that lasts until the payment, and a payment."""
    held = Hold.objects.filter(
        released_at=None, until_paid=True, order__payments__isnull=False
    )
    return sorted(set(held.values_list("order", flat=True)))


def _lock_owners(hold_pks: set[int]) -> dict[int, Order]:
    owners = Hold.objects.filter(pk__in=hold_pks).values_list("order", flat=True)
    return {order.pk: order for order in transitions.lock(Order, list(owners))}


def _active_of(orders: Iterable[int]) -> list[Hold]:
    rows = Hold.objects.filter(order__in=list(orders), released_at=None)
    return list(rows.order_by("pk"))


def _release(
    going: Sequence[Hold],
    orders: dict[int, Order],
    active: Iterable[Hold],
    note: str,
    actor: str,
    at: datetime,
) -> None:
    if not going:
        return
    touched = {pk: orders[pk] for pk in sorted({hold.order_id for hold in going})}
    _write_released(going, touched, active, note, actor, at)
    prefetch_related_objects(list(touched.values()), "channel")
    risk.assess_unassessed(list(touched.values()), actor=actor, at=at)
    rollups.refresh(list(touched.values()))
    pending = [
        order.pk for order in touched.values() if order.status == Order.Status.PENDING
    ]
    enqueue("orders.tasks.try_again", pending)


def _write_released(
    going: Sequence[Hold],
    orders: dict[int, Order],
    active: Iterable[Hold],
    note: str,
    actor: str,
    at: datetime,
) -> None:
    for hold in going:
        hold.released_by, hold.released_at, hold.release_note = actor, at, note
    update_rows(
        Hold,
        {h.pk: tuple(getattr(h, name) for name in RELEASED) for h in going},
        RELEASED,
    )
    for order in orders.values():
        order.active_holds = [
            hold_rows.facts(hold)
            for hold in active
            if hold.order_id == order.pk and hold.released_at is None
        ]
    hold_rows.write_facts(orders.values())
    insert_rows(hold_rows.released_events(going, orders.values()))
    decided = {hold.order_id for hold in going if hold.source == risk.SOURCE}
    if decided:
        workitems.resolve_items("order", decided, at=at, kinds=[risk.KIND])


# --- Why not --------------------------------------------------------------------------


def _name(hold) -> tuple:
    return hold.order_id, hold.source, hold.handle


def _terms(hold) -> tuple:
    return hold.reason, frozenset(hold.blocks), hold.until, hold.until_paid


def _bad(new: NewHold, orders: dict[int, Order]) -> str:
    if not isinstance(new, NewHold):
        return _(
            "A hold is expected, not %(what).60r; give order, reason and name."
        ) % {"what": new}
    order = orders.get(new.order_id) if type(new.order_id) is int else None
    if order is None:
        return _("Order %(pk)r does not exist; check the key.") % {"pk": new.order_id}
    if order.status not in HELD:
        return _("%(order)s is %(status)s; nothing is left to hold.") % {
            "order": order,
            "status": inside(order.get_status_display()),
        }
    if new.reason not in HoldReason.values:
        return _(
            "%(order)s: the reason %(reason).60r is unknown; use one of: %(all)s."
        ) % {
            "order": order,
            "reason": new.reason,
            "all": ", ".join(HoldReason.values),
        }
    return _bad_blocks(new, order) or _bad_words(new, order)


def _bad_blocks(new: NewHold, order: Order) -> str:
    blocks = new.blocks
    if (
        isinstance(blocks, list | tuple | set | frozenset)
        and blocks
        and all(isinstance(each, str) and each in Blocks.values for each in blocks)
    ):
        return ""
    return _("%(order)s: a hold blocks one or more of %(all)s, not %(blocks).60r.") % {
        "order": order,
        "all": ", ".join(Blocks.values),
        "blocks": blocks,
    }


def _bad_words(new: NewHold, order: Order) -> str:
    if not all(is_text(name, 64) and name.strip() for name in (new.source, new.handle)):
        return _(
            "%(order)s: source and handle name a hold: texts of 1 to 64 characters, "
            "none of them NUL. Give both."
        ) % {"order": order}
    if not is_text(new.note, 200):
        return _(
            "%(order)s: the note has at most 200 characters, none of them NUL; "
            "shorten it."
        ) % {"order": order}
    until = new.until
    if until is not None and not (isinstance(until, datetime) and until.tzinfo):
        return _(
            "%(order)s: until %(until).60r is no time with its zone; check it."
        ) % {
            "order": order,
            "until": until,
        }
    if type(new.until_paid) is not bool:
        return _("%(order)s: until paid is yes or no, not %(value).60r.") % {
            "order": order,
            "value": new.until_paid,
        }
    return ""


def _differs(order: Order, new: NewHold) -> str:
    return _(
        "%(order)s: %(source)s holds it already as %(handle)s, on other terms; release "
        "that hold first, or take another handle."
    ) % {"order": order, "source": new.source, "handle": new.handle}


def _not_active(pk) -> str:
    return _(
        "Hold %(pk)r is not active: it does not exist or is released already. Nothing "
        "to do."
    ) % {"pk": pk}


def _bad_note(hold: Hold, note) -> str:
    if not is_text(note, 200):
        return _(
            "%(hold)s: the note has at most 200 characters, none of them NUL; "
            "shorten it."
        ) % {"hold": hold}
    if hold.reason == HoldReason.HIGH_RISK_OF_FRAUD and not note.strip():
        return _(
            "%(hold)s: a hold for fraud is released with a note only. Write why it is "
            "no fraud."
        ) % {"hold": hold}
    return ""
