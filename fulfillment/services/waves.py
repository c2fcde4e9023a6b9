"""Waves: work of one location that is picked in one walk, each part in its slot."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from string import ascii_uppercase
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.models import FulfillmentOrder, Wave
from fulfillment.services import work
from fulfillment.services.locking import lock_work
from inventory.models import Location
from oms.core import transitions
from oms.core.building import build
from oms.core.numbering import document_number
from oms.core.outcome import Outcome
from oms.core.sets import assign_ids, insert_rows, update_rows
from oms.core.timeline import event_of
from oms.core.words import inside
from orders.services import rollups

Status = FulfillmentOrder.Status
MOST_ORDERS, MOST_UNITS = 100, 10_000
USUAL_ORDERS, USUAL_UNITS = 30, 500
MOST_NAMED = 20  # of the work that stays out
TRIES = 3  # while others take the same work
TO_PICK = (Status.ASSIGNED, Status.RELEASED)


class NewWave(NamedTuple):
    """Work that ships by `cut_off`, or all where that is None; the most urgent first,
    as far as orders and units go."""

    location_id: int
    cut_off: datetime | None = None
    orders: int = USUAL_ORDERS
    units: int = USUAL_UNITS


class Proposal(NamedTuple):
    """What a wave would hold now. `held`: the first of the work that a hold keeps out,
    `too_big`: what finds no room, `more`: how much else waits."""

    works: list[FulfillmentOrder]
    held: list[FulfillmentOrder]
    too_big: list[FulfillmentOrder]
    more: int

    @property
    def units(self) -> int:
        return sum(each.units for each in self.works)


def slots(number: int) -> list[str]:
    """A to Z, then AA to ZZ."""
    letters = list(ascii_uppercase)
    letters += [first + second for first in letters for second in ascii_uppercase]
    return letters[:number]


def bad_wish(wish: NewWave) -> str:
    """Why no such wave can be made, or ""."""
    for value, most, what in (
        (wish.orders, MOST_ORDERS, _("orders")),
        (wish.units, MOST_UNITS, _("units")),
    ):
        if type(value) is not int or not 1 <= value <= most:
            return _(
                "Most %(what)s %(value)r: a whole number from 1 to %(most)d. Correct "
                "it."
            ) % {"what": what, "value": value, "most": most}
    if wish.cut_off is not None and not isinstance(wish.cut_off, datetime):
        return _("Cut-off %(value)r: a time, or nothing. Correct it.") % {
            "value": wish.cut_off
        }
    known = type(wish.location_id) is int
    place = Location.objects.filter(pk=wish.location_id).first() if known else None
    if place is None or not place.keeps_stock:
        return _("Location %(pk)r keeps no stock. Choose a warehouse or a store.") % {
            "pk": wish.location_id
        }
    return ""


def propose(wish: NewWave) -> Proposal:
    """Reads only."""
    waiting, held = _waiting(wish), _held()
    free = waiting.exclude(held).annotate(units=_units())
    found = list(free.select_related("order")[: wish.orders * 2])
    works, too_big = _fill(found, wish)
    stopped = list(waiting.filter(held).select_related("order")[:MOST_NAMED])
    more = free.count() - len(works) if len(found) == wish.orders * 2 else 0
    more = more or len(found) - len(works) - len(too_big)
    return Proposal(works, stopped, too_big[:MOST_NAMED], more)


def _waiting(wish: NewWave) -> QuerySet[FulfillmentOrder]:
    rows = FulfillmentOrder.objects.filter(
        location=wish.location_id, wave=None, status__in=TO_PICK
    )
    if wish.cut_off is not None:
        rows = rows.filter(Q(ship_by__lte=wish.cut_off) | Q(ship_by=None))
    return rows.order_by(F("ship_by").asc(nulls_last=True), "-order__priority", "pk")


def _held() -> Q:
    """What the guards of `release` and `start_picking` say."""
    held = Q(order__active_holds__contains=[{"blocks": ["release"]}])
    return held | Q(order__active_holds__contains=[{"blocks": ["ship"]}])


def _units() -> Sum:
    lines = F("lines__quantity") - F("lines__released_quantity")
    return Sum(lines - F("lines__shipped_quantity"))


def _fill(
    works: Sequence[FulfillmentOrder], wish: NewWave
) -> tuple[list[FulfillmentOrder], list[FulfillmentOrder]]:
    """In their order; the first goes in however big it is."""
    chosen, too_big, units = [], [], 0
    for each in works:
        if len(chosen) == wish.orders:
            break
        if chosen and units + each.units > wish.units:
            too_big.append(each)
            continue
        chosen.append(each)
        units += each.units
    return chosen, too_big


def make_wave(wish: NewWave, *, actor: str, at=None) -> Outcome:
    """Put the most urgent work into a new wave, and release what is not yet. done: the
    wave, with its work in `fulfillment_orders`; refused: what stayed out, by key, or
    the wish itself, at position 0, where nothing is there to pick."""
    at = at or timezone.now()
    out = Outcome()
    if reason := bad_wish(wish):
        out.refuse(0, reason)
        return out
    for _try in range(TRIES):
        wanted = propose(wish)
        if not wanted.works:
            break
        out = _make(wish, [each.pk for each in wanted.works], actor, at)
        if out.done:
            return out
    text = _("%(place)s has nothing to pick by then. Choose a later cut-off, or wait.")
    place = Location.objects.get(pk=wish.location_id)
    out.refuse(0, text % {"place": place})
    return out


@transaction.atomic
def _make(wish: NewWave, pks: Collection[int], actor: str, at: datetime) -> Outcome:
    locked = lock_work(pks)
    out = transitions.missing(pks, locked, _("The fulfillment order"))
    free = []
    for each in locked:
        if reason := _not_free(each):
            out.refuse(each.pk, reason)
        else:
            free.append(each)
    fresh = [each for each in free if each.status == Status.ASSIGNED]
    released = work.release_work(fresh, actor=actor, at=at)
    out.refused |= released.refused
    chosen = [each for each in free if each.pk not in out.refused]
    if not chosen:
        return out
    rank = {pk: place for place, pk in enumerate(pks)}
    chosen.sort(key=lambda each: rank[each.pk])
    out.done.append(_write(wish, chosen, actor, at))
    return out


def _not_free(each: FulfillmentOrder) -> str:
    if each.wave_id is not None:
        return _("%(work)s: it is in another wave by now.") % {"work": each}
    if each.status not in TO_PICK:
        return _("%(work)s: it is %(status)s by now.") % {
            "work": each,
            "status": inside(each.get_status_display()),
        }
    if each.status == Status.RELEASED:  # what is assigned is asked by its transition
        return " ".join(transitions.refusals(each, "start_picking"))
    return ""


def _write(
    wish: NewWave, chosen: list[FulfillmentOrder], actor: str, at: datetime
) -> Wave:
    wave = build(
        Wave,
        location_id=wish.location_id,
        cut_off=wish.cut_off,
        actor=actor,
        made_at=at,
    )
    assign_ids([wave])
    wave.number = document_number(Wave, wave.pk)
    insert_rows([wave])
    rows = {}
    for each, slot in zip(chosen, slots(len(chosen)), strict=True):
        each.wave, each.slot = wave, slot
        rows[each.pk] = (wave.pk, slot)
    update_rows(FulfillmentOrder, rows, ["wave", "slot"])
    insert_rows([_event(each, "put_in_wave", actor, at) for each in chosen])
    rollups.touch({each.order_id for each in chosen})
    return wave


def _event(each: FulfillmentOrder, what: str, actor: str, at: datetime, **more):
    data = {"wave": each.wave.number, "slot": each.slot, **more}
    action = f"fulfillmentorder.{what}"
    return event_of(each, action, actor=actor, at=at, data=data)


def leave(
    works: Iterable[FulfillmentOrder], reason: str, *, actor: str, at: datetime
) -> None:
    """Take work out of its wave; what is picked of it stays picked. Needs the lock of
    the wave and of the orders."""
    works = [each for each in works if each.wave_id is not None]
    prefetch_related_objects(works, "wave")
    insert_rows([_event(w, "left_wave", actor, at, reason=reason) for w in works])
    update_rows(
        FulfillmentOrder, {each.pk: (None, "") for each in works}, ["wave", "slot"]
    )
    for each in works:
        each.wave, each.slot = None, ""
    rollups.touch({each.order_id for each in works})


def lock_and_leave(
    works: Iterable[FulfillmentOrder], reason: str, *, actor: str, at: datetime
) -> None:
    """The same under the lock of the wave alone."""
    leave(lock_work(work.pk for work in works), reason, actor=actor, at=at)


@transaction.atomic
def cancel_waves(waves: Iterable[Wave], *, actor: str, at=None) -> Outcome:
    """Take apart waves that nobody has begun: their work stays released, free for
    another wave."""
    at = at or timezone.now()
    wanted = {wave.pk for wave in waves}
    locked = transitions.lock(Wave, wanted)
    out = transitions.missing(wanted, locked, _("The wave"))
    rows = FulfillmentOrder.objects.filter(wave__in=locked)
    works = lock_work(rows.values_list("pk", flat=True))
    begun = {each.wave_id for each in works if each.status != Status.RELEASED}
    for wave in locked:
        if reason := _not_cancellable(wave, begun):
            out.refuse(wave.pk, reason)
        else:
            wave.cancelled_at = at
            out.done.append(wave)
    gone = {wave.pk for wave in out.done}
    leave(
        [each for each in works if each.wave_id in gone],
        _("the wave was cancelled"),
        actor=actor,
        at=at,
    )
    update_rows(Wave, dict.fromkeys(gone, (at,)), ["cancelled_at"])
    return out


def _not_cancellable(wave: Wave, begun: Collection[int]) -> str:
    if wave.cancelled_at is not None:
        return _("%(wave)s: it is cancelled already.") % {"wave": wave}
    if wave.finished_at is not None or wave.pk in begun:
        return _(
            "%(wave)s: somebody has begun to pick it. Finish it; what cannot be picked "
            "is told at its stop."
        ) % {"wave": wave}
    return ""
