"""What a packing station says after a scan."""

from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext as _

from fulfillment.models import Label, Shipment
from fulfillment.services.packing import Box


class Tone(StrEnum):
    CALM = "calm"  # go on
    GOOD = "good"  # it has left
    BAD = "bad"  # put down what you hold, and read


class Answer(NamedTuple):
    """`box`: what the next scan belongs to; `line`: the key of the line that was
    counted; `parcel` and `label`: what has left."""

    tone: Tone
    title: str
    text: str
    box: Box | None = None
    line: int | None = None
    parcel: Shipment | None = None
    label: Label | None = None


def wrong(title: str, text: str, box: Box | None = None) -> Answer:
    return Answer(Tone.BAD, title, text, box)


def stop(box: Box, reason: str) -> Answer:
    """The box is not gone on with: the next scan is another order."""
    text = _("%(work)s: STOP. Put the goods aside and send nothing: %(reason)s.")
    return wrong(_("STOP"), text % {"work": box.work, "reason": reason})
