"""Picking by scan: the number of a wave opens it, each barcode or SKU is one piece in
the slot that the answer names. Nothing but a scan of the wave's own goods, or a count
typed after one, changes a quantity.

One scan is what one person holds in the hand: nothing here takes a set.
"""

from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.models import PickScan, Wave
from fulfillment.services import missing, waves, work
from fulfillment.services import pick_answers as say
from fulfillment.services.answers import Tone
from fulfillment.services.codes import MOST_CODE, find_wave, product_of
from fulfillment.services.missing import Missing
from fulfillment.services.packing import why_stopped
from fulfillment.services.pick_answers import Now, PickAnswer, now_of
from fulfillment.services.picking import Places, Status, Stop, is_at
from inventory.models import Product
from oms.core import transitions
from oms.core.outcome import Outcome
from oms.core.sets import insert_rows
from oms.core.sound import is_text

MOST_ROWS = 200  # of one count


class Page(NamedTuple):
    """What the page that sends a scan shows: the key of its wave, the number of this
    person's last scan, and the product of its stop."""

    wave: int | None = None
    after: int = 0
    stop: int | None = None


def look(
    number: str, places: Places, actor: str, stop: int | None = None
) -> PickAnswer:
    """What the page shows before a scan; changes nothing."""
    wave = find_wave(number) if number and is_text(number, MOST_CODE) else None
    if wave is None or not is_at(wave, places):
        text = _("Its number is on top of the pick list (W-1).")
        return PickAnswer(Tone.CALM, _("Scan a wave"), text)
    if wave.cancelled_at:
        return say.gone(wave)
    now = now_of(wave, stop, actor, timezone.now())
    return say.progress(now) if now.walk.is_begun else say.not_begun(now)


@transaction.atomic
def scan(code: str, page: Page, *, places: Places, actor: str, at=None) -> PickAnswer:
    """Take one scan; a page that is out of date changes nothing."""
    at = at or timezone.now()
    code = code.strip() if isinstance(code, str) else ""
    sound = bool(code) and is_text(code, MOST_CODE)
    if sound and (wave := find_wave(code)):
        return _open(wave, places, actor, at)
    now = _lock(page, places, actor, at)
    if not sound:
        text = _("A code has 1 to %(most)d characters. Scan it again.")
        title, text = _("Nothing was read"), text % {"most": MOST_CODE}
        return now.bad(title, text) if now else PickAnswer(Tone.BAD, title, text)
    if now is None:
        text = _("%(code)s is no wave. Scan the code on top of a pick list.")
        return PickAnswer(Tone.BAD, _("No wave is open"), text % {"code": code})
    if answer := _not_now(now, page.after):
        return answer
    now = _begin(now)
    product = product_of(code)
    return _bin(now, code) if product is None else _count_one(now, product, code)


@transaction.atomic
def count(
    pieces: int | None, page: Page, *, places: Places, actor: str, at=None
) -> PickAnswer:
    """The last scan of this person was so many pieces in all; None for all that its
    stop still wants."""
    now = _lock(page, places, actor, at or timezone.now())
    if now is None:
        return look("", places, actor)
    if answer := _not_now(now, page.after):
        return answer
    product, had = _last(now)
    if product is None:
        text = _("Scan one piece first, then say how many they are.")
        return now.bad(_("Nothing was scanned"), text)
    stop = now.walk.stop_of(product)
    wanted = stop.lacking if stop else 0
    more = wanted if pieces is None else pieces - had if type(pieces) is int else 0
    if not 1 <= more <= wanted:
        text = _(
            "%(had)d counted; %(wanted)d more are wanted at this stop. Nothing was "
            "changed: count again, and put back what is too much."
        ) % {"had": had, "wanted": wanted}
        return now.bad(_("STOP: this count does not fit"), text)
    return _count(now, stop, more, "", had)


@transaction.atomic
def tell_short(
    code: str, page: Page, *, places: Places, actor: str, at=None
) -> PickAnswer:
    """What this stop still wants is not there; the rest goes on."""
    at = at or timezone.now()
    now = _lock(page, places, actor, at)
    if now is None:
        return look("", places, actor)
    if answer := _not_now(now, page.after):
        return answer
    stop = now.stop
    if stop is None or stop.product.pk != page.stop:
        text = _("Nothing is wanted from there any more. %(wanted)s")
        text %= {"wanted": say.wanted(stop)}
        return now.bad(_("Nothing is missing"), text)
    lacking, names = stop.lacking, ", ".join(slot.letter for slot in stop.open_slots)
    said = {
        slot.line.pk: Missing(slot.lacking, code, shelf_is_empty=True)
        for slot in stop.open_slots
    }
    out = missing.tell_missing(said, actor=actor, at=at)
    if out.refused:
        return _nothing_counted(now, out)
    touched = {slot.work.pk for slot in stop.open_slots}
    now = now_of(now.walk.wave, None, actor, at)
    empty = [
        w for w in now.walk.works if w.pk in touched and w.status == Status.CANCELLED
    ]
    if empty:
        waves.leave(empty, _("nothing of it was there"), actor=actor, at=at)
        now = now_of(now.walk.wave, None, actor, at)
    text = _("Slot %(slots)s goes on without %(pieces)s.")
    text %= {"pieces": stop.pieces(lacking), "slots": names}
    return _after(now, _("Told as missing"), text)


# --- Opening --------------------------------------------------------------------------


def _lock(page: Page, places: Places, actor: str, at: datetime) -> Now | None:
    found = transitions.lock(Wave, [page.wave]) if type(page.wave) is int else []
    if not found or not is_at(found[0], places):
        return None
    return now_of(found[0], page.stop, actor, at)


def _open(wave: Wave, places: Places, actor: str, at: datetime) -> PickAnswer:
    """Begin a wave, or go on with it."""
    if not is_at(wave, places):
        text = _("%(wave)s is picked at %(place)s, not at your place.")
        text %= {"wave": wave, "place": wave.location}
        return PickAnswer(Tone.BAD, _("Not here"), text)
    [wave] = transitions.lock(Wave, [wave.pk])
    now = now_of(wave, None, actor, at)
    if answer := _not_now(now, now.scans):
        return answer
    now = _begin(now)
    say.finish(now)
    return say.progress(now)


def _begin(now: Now) -> Now:
    """The goods are in somebody's hands from now on."""
    fresh = [each for each in now.walk.works if each.status == Status.RELEASED]
    if not fresh:
        return now
    work.start_picking(fresh, actor=now.actor, at=now.at)
    stop = now.stop.product.pk if now.stop else None
    return now_of(now.walk.wave, stop, now.actor, now.at)


def _not_now(now: Now, after: int) -> PickAnswer | None:
    """A page that is out of date, and orders that must not be gone on with: both are
    told before anything is counted."""
    if now.walk.wave.cancelled_at:
        return say.gone(now.walk.wave)
    if after != now.scans:
        text = _("These are the counts now. Scan again what is not among them.")
        text = f"{text} {say.progress(now).text}"
        return now.bad(_("This scan was counted already"), text)
    stopped = now.walk.stopped
    if not stopped:
        return None
    told = " ".join(
        _("Slot %(slot)s, order %(order)s: %(reason)s.")
        % {"slot": w.slot, "order": w.order.number, "reason": why_stopped(w)}
        for w in stopped
    )
    waves.lock_and_leave(stopped, _("it was stopped"), actor=now.actor, at=now.at)
    now = now_of(now.walk.wave, None, now.actor, now.at)
    say.finish(now)
    text = _("Take it off the trolley and put it aside. Then scan on.")
    return now.bad(_("STOP: put aside"), f"{told} {text}")


# --- Counting -------------------------------------------------------------------------


def _last(now: Now) -> tuple[int | None, int]:
    """The product of this person's newest scan, and its pieces with what was counted
    after it."""
    rows = now.walk.wave.pick_scans.filter(actor=now.actor).order_by("-number")
    names = "code", "pieces", "fulfillment_line__order_line__product"
    found, pieces = list(rows.values_list(*names)[:MOST_ROWS]), 0
    for code, some, product in found:
        pieces += some
        if code:
            return product, pieces
    return None, 0


def _count_one(now: Now, product: Product, code: str) -> PickAnswer:
    stop = now.walk.stop_of(product.pk)
    facts = {"name": product.name, "sku": product.sku, "wanted": say.wanted(now.stop)}
    if stop is None:
        text = _(
            "This is %(name)s (%(sku)s): not in this wave. Put it back. %(wanted)s"
        )
        return now.bad(_("STOP: wrong item"), text % facts)
    if not stop.lacking:
        text = _("All of %(name)s (%(sku)s) is picked. Put this one back. %(wanted)s")
        return now.bad(_("STOP: one too many"), text % facts)
    return _count(now, stop, 1, code, 0)


def _bin(now: Now, code: str) -> PickAnswer:
    here = [s for s in now.walk.stops if s.bin and s.bin == code.upper()]
    lacking = [s for s in here if s.lacking]
    facts = {"code": code.upper(), "wanted": say.wanted(now.stop)}
    if lacking:
        title = _("Bin %(code)s") % facts
        return now.calm(title, say.wanted(lacking[0]), lacking[0])
    if here:
        text = _("All from bin %(code)s is picked. %(wanted)s")
        return now.bad(_("Nothing more from here"), text % facts)
    text = _(
        "%(code)s is no barcode, SKU or bin of this wave. Put the item aside. "
        "%(wanted)s"
    )
    return now.bad(_("Unknown code"), text % facts)


def _count(now: Now, stop: Stop, pieces: int, code: str, had: int) -> PickAnswer:
    """So many pieces into the slots of the stop, one slot after the other."""
    shares = stop.shares(pieces)
    picked = {slot.line.pk: slot.line.picked_quantity + n for slot, n in shares}
    works = {slot.work.pk: slot.work for slot, _n in shares}
    out = work.pick(works.values(), actor=now.actor, at=now.at, picked=picked)
    if out.refused:
        return _nothing_counted(now, out)
    rows = [
        PickScan(
            wave=now.walk.wave,
            fulfillment_line=slot.line,
            slot=slot.letter,
            number=number,
            pieces=n,
            code=code,
            actor=now.actor,
            at=now.at,
        )
        for number, (slot, n) in enumerate(shares, start=now.scans + 1)
    ]
    insert_rows(rows)
    into: dict[str, int] = {}
    for slot, n in shares:
        slot.line.picked_quantity += n
        into[slot.letter] = into.get(slot.letter, 0) + n
    title = ", ".join(
        _("%(n)d into slot %(slot)s") % {"n": n, "slot": letter}
        for letter, n in into.items()
    )
    text = _("%(name)s: %(picked)d of %(all)d.")
    text %= {"name": stop.product.name, "picked": stop.picked, "all": stop.wanted}
    now = now._replace(scans=now.scans + len(rows), stop=stop)
    last = had + pieces if stop.lacking else 0
    return _after(now, title, text)._replace(last=last)


def _after(now: Now, title: str, text: str) -> PickAnswer:
    stop = now.stop if now.stop and now.stop.lacking else now.walk.next_stop
    if stop is None:
        say.finish(now)
        return say.all_picked(now, f"{title}. {text}")
    return now.calm(title, f"{text} {say.wanted(stop)}", stop)


def _nothing_counted(now: Now, out: Outcome) -> PickAnswer:
    """Whatever was done before the refusal is undone."""
    transaction.set_rollback(True)
    reasons = [reason for some in out.refused.values() for reason in some]
    return now.bad(_("STOP: not counted"), " ".join(dict.fromkeys(reasons)))
