"""What the picking page says after a scan, and where the wave stands then."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fulfillment.models import Wave
from fulfillment.services.answers import Tone
from fulfillment.services.picking import Stop, Walk, walk_of
from oms.core.sets import update_rows


class PickAnswer(NamedTuple):
    """`walk`: the wave that the next scan belongs to, `scans`: the number of this
    person's last scan in it, `stop`: where they stand, `last`: the pieces that their
    last scan counted."""

    tone: Tone
    title: str
    text: str
    walk: Walk | None = None
    scans: int = 0
    stop: Stop | None = None
    last: int = 0


class Now(NamedTuple):
    """A wave as it is, and who scans. Under the lock of the wave, unless somebody only
    looks."""

    walk: Walk
    scans: int
    stop: Stop | None
    actor: str
    at: datetime

    def bad(self, title: str, text: str) -> PickAnswer:
        return PickAnswer(Tone.BAD, title, text, self.walk, self.scans, self.stop)

    def calm(self, title: str, text: str, stop: Stop | None) -> PickAnswer:
        return PickAnswer(Tone.CALM, title, text, self.walk, self.scans, stop)


def now_of(wave: Wave, stop: int | None, actor: str, at: datetime) -> Now:
    """`stop`: the product of the stop that the person chose, while it wants any."""
    walk = walk_of(wave)
    last = wave.pick_scans.filter(actor=actor).aggregate(last=Max("number"))["last"]
    chosen = walk.stop_of(stop)
    chosen = chosen if chosen and chosen.lacking else walk.next_stop
    return Now(walk, last or 0, chosen, actor, at)


def finish(now: Now) -> None:
    """Once nothing is lacking. Needs the lock of the wave."""
    wave = now.walk.wave
    if wave.finished_at is None and not now.walk.lacking:
        wave.finished_at = now.at
        update_rows(Wave, {wave.pk: (now.at,)}, ["finished_at"])


def progress(now: Now) -> PickAnswer:
    left = now.walk.lacking
    if not left:
        return all_picked(now, "")
    title = ngettext("%(n)d piece to go", "%(n)d pieces to go", left) % {"n": left}
    return now.calm(title, wanted(now.stop), now.stop)


def all_picked(now: Now, first: str) -> PickAnswer:
    text = _("Take the trolley to packing and scan %(number)s there.")
    text %= {"number": now.walk.wave.number}
    answer = now.calm(_("All is picked"), f"{first} {text}".strip(), None)
    return answer._replace(tone=Tone.GOOD)


def not_begun(now: Now) -> PickAnswer:
    title = _("%(wave)s is ready") % {"wave": now.walk.wave}
    return now.calm(title, wanted(now.stop), now.stop)


def gone(wave: Wave) -> PickAnswer:
    text = _("%(wave)s was taken apart. Scan another.") % {"wave": wave}
    return PickAnswer(Tone.BAD, _("Cancelled"), text)


def wanted(stop: Stop | None) -> str:
    if stop is None:
        return ""
    slots = ", ".join(f"{slot.letter} {slot.lacking}" for slot in stop.open_slots)
    facts = {"pieces": stop.pieces(stop.lacking), "slots": slots, "bin": stop.bin}
    if stop.bin:
        return _("From %(bin)s: %(pieces)s. Slots: %(slots)s.") % facts
    return _("Take %(pieces)s. Slots: %(slots)s.") % facts
