"""What a packing station says after a scan."""

from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext as _

from fulfillment.models import Label, Shipment, Wave
from fulfillment.services.packing import Box


class Tone(StrEnum):
    CALM = "calm"  # go on
    GOOD = "good"  # it has left
    BAD = "bad"  # put down what you hold, and read


class Answer(NamedTuple):
    """`box`: what the next scan belongs to; `line`: the key of the line that was
    counted; `parcel` and `label`: what has left, or could not; `wave`: whose slots are
    packed."""

    tone: Tone
    title: str
    text: str
    box: Box | None = None
    line: int | None = None
    parcel: Shipment | None = None
    label: Label | None = None
    wave: Wave | None = None


def wrong(title: str, text: str, box: Box | None = None) -> Answer:
    return Answer(Tone.BAD, title, text, box)


def of_wave(wave: Wave, places: Collection[int] | None) -> Answer:
    """Its slots are packed next."""
    if places is not None and wave.location_id not in places:
        text = _("%(wave)s is packed at %(place)s, not at your place. Take it there.")
        return wrong(_("Not here"), text % {"wave": wave, "place": wave.location})
    text = _("Scan the paper of a slot, or an order, to open its box.")
    return Answer(Tone.CALM, str(wave), text, wave=wave)


def stop(box: Box, reason: str) -> Answer:
    """The box is not gone on with: the next scan is another order."""
    text = _("%(work)s: STOP. Put the goods aside and send nothing: %(reason)s.")
    return wrong(_("STOP"), text % {"work": box.work, "reason": reason})
