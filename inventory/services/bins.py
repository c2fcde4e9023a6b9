"""Bins: where on the shelves a level lies. Pickers walk in the order of the bins."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.models import StockLevel
from oms.core import transitions
from oms.core.outcome import Outcome
from oms.core.sets import insert_rows, update_rows
from oms.core.sound import is_text
from oms.core.timeline import event_of

MOST = 32


@transaction.atomic
def set_bins(bins: Mapping[int, str], *, actor: str, at=None) -> Outcome:
    """{stock level pk: bin}, "" for none. done: the levels."""
    at = at or timezone.now()
    locked = transitions.lock(StockLevel, bins)
    out = transitions.missing(bins, locked, _("The stock level"))
    events = []
    for level in locked:
        text = bins[level.pk]
        if not is_text(text, MOST) or not text.isprintable():
            out.refuse(
                level.pk,
                _("Bin %(bin).40r: at most %(most)d letters and digits. Correct it.")
                % {"bin": text, "most": MOST},
            )
            continue
        before, level.bin = level.bin, text.strip().upper()
        out.done.append(level)
        if before != level.bin:
            facts = {"before": before, "after": level.bin}
            what = "stocklevel.bin_set"
            events.append(event_of(level, what, actor=actor, at=at, data=facts))
    update_rows(StockLevel, {level.pk: (level.bin,) for level in out.done}, ["bin"])
    insert_rows(events)
    return out
