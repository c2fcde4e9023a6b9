"""The paper of a wave; reads only."""

from django.utils.translation import gettext as _

from fulfillment.services.picking import Walk


def pick_list(walk: Walk) -> bytes:
    """As a PDF; the code of a slot is the number of its work."""
    from fulfillment.documents import picklist  # late, as in services/printing

    stops = [
        picklist.StopLine(
            stop.bin,
            stop.product.sku,
            stop.product.name,
            stop.wanted,
            ", ".join(f"{slot.letter} {slot.wanted}" for slot in stop.slots),
        )
        for stop in walk.stops
    ]
    pieces = {work.pk: 0 for work in walk.works}
    for stop in walk.stops:
        for slot in stop.slots:
            pieces[slot.work.pk] += slot.wanted
    slots = [
        picklist.SlotCode(work.slot, work.number, work.order.number, pieces[work.pk])
        for work in walk.works
    ]
    wave = walk.wave
    place = f"{wave.location.name or wave.location.code} ({wave.location.code})"
    text = _("%(place)s, %(orders)d orders") % {"place": place, "orders": len(slots)}
    said = picklist.PickList(wave.number, str(wave), text, stops, slots)
    return picklist.pick_list_pdf(said)
