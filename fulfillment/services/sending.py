"""The last scan: what lies in the box is picked, packed, labelled and sent at once."""

from datetime import datetime

from django.utils.translation import gettext as _

from fulfillment.models import Label, Shipment
from fulfillment.services import labels, shipping, work
from fulfillment.services.answers import Answer, Tone, wrong
from fulfillment.services.packing import Box, Status, lock_box
from oms.core.outcome import Outcome


def send(box: Box, actor: str, at: datetime) -> Answer:
    """As far as it goes: what lacks is named, and scanning the number of the work again
    goes on from there. Needs the lock of the order."""
    if box.work.status == Status.PICKING:
        out = _pack(box, actor, at)
        if out.refused:
            return _refused(_("STOP: not packed"), out, box)
        box = lock_box(box.work.pk, None)
    parcel = box.work.shipments.get(status=Shipment.Status.DRAFT)
    if not parcel.tracking_number and (answer := _label(parcel, box, actor, at)):
        return answer
    out = shipping.ship_labelled([parcel], actor=actor, at=at)
    if out.refused:
        return _refused(_("Packed, but not sent"), out, box)
    return _sent(box, out.one())


def _pack(box: Box, actor: str, at: datetime) -> Outcome:
    counts = {row.line.pk: row.counted + row.sent for row in box.rows}
    out = work.pick([box.work], actor=actor, at=at, picked=counts)
    return out if out.refused else work.pack_work([box.work], actor=actor, at=at)


def _label(parcel: Shipment, box: Box, actor: str, at: datetime) -> Answer | None:
    """None once it is bought."""
    if parcel.labels.filter(status__in=Label.OPEN).exists():
        return _waits(box)
    out = labels.request_labels([parcel], actor=actor, at=at)
    if out.refused:
        return _refused(_("Packed, but no label"), out, box)
    return None if out.one().status == Label.Status.PURCHASED else _waits(box)


def sent_already(box: Box) -> Answer:
    """For who asks again: its label is still at hand."""
    parcels = box.work.shipments.filter(shipped_at__isnull=False)
    return _sent(box, parcels.latest("pk"))._replace(title=_("Shipped already"))


def sent_before(box: Box) -> Answer:
    """For who wants to pack it again."""
    answer = sent_already(box)
    text = _(
        "%(work)s has left as %(parcel)s, tracking %(tracking)s. Put the goods aside "
        "and send nothing more."
    )
    text %= _facts(box, answer.parcel)
    return answer._replace(tone=Tone.BAD, text=text)


def _sent(box: Box, parcel: Shipment) -> Answer:
    text = _(
        "%(parcel)s of %(work)s, tracking %(tracking)s. Put the label on and scan the "
        "next order."
    ) % _facts(box, parcel)
    label = parcel.labels.filter(status=Label.Status.PURCHASED).defer("document")
    return Answer(Tone.GOOD, _("Shipped"), text, parcel=parcel, label=label.first())


def _facts(box: Box, parcel: Shipment) -> dict[str, str]:
    return {
        "work": box.work.number,
        "parcel": parcel.number,
        "tracking": parcel.tracking_number,
    }


def _waits(box: Box) -> Answer:
    text = _(
        "The carrier is being asked. Put the box aside and scan %(number)s again in a "
        "minute to send it."
    )
    text %= {"number": box.work.number}
    return wrong(_("Packed, the label is not here yet"), text, box)


def _refused(title: str, out: Outcome, box: Box) -> Answer:
    reasons = " ".join(next(iter(out.refused.values())))
    text = _("%(reasons)s Put the box aside; scan %(number)s again when it is mended.")
    return wrong(title, text % {"reasons": reasons, "number": box.work.number}, box)
