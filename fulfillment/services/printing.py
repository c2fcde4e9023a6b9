"""Paper: labels, drawn when they are first asked for and kept, and packing slips.

What draws them is imported by the first that is drawn: fonts and pictures take half of
the time in which a process starts, and few processes print.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from fulfillment.models import FulfillmentOrder, Label, Shipment
from fulfillment.services.label_rows import label_event, parcel_of
from fulfillment.services.locking import lock_shipments
from oms.core import transitions
from oms.core.outcome import Outcome
from oms.core.sets import insert_rows, update_rows
from oms.core.sound import keys
from oms.core.words import inside
from orders.services import rollups


def print_labels(labels: Iterable[Label], *, actor: str, at=None) -> Outcome:
    """Give bought labels their paper: in `document` of those done. Each print counts
    and stands on the timeline; a reprint is called one."""
    wanted = {label.pk for label in labels}
    blank = Label.objects.filter(
        pk__in=keys(wanted), status=Label.Status.PURCHASED, document__isnull=True
    ).select_related("shipment__order", "shipment__fulfillment_order__location")
    drawn = {label.pk: _drawn(label) for label in blank}  # slow: before any lock
    return _count(wanted, drawn, actor, at or timezone.now())


def paper_of(label: Label) -> bytes | None:
    """The paper of a bought label, to look at: nothing is counted."""
    if label.status != Label.Status.PURCHASED:
        return None
    return bytes(label.document) if label.document else _drawn(label)


@transaction.atomic
def _count(
    wanted: set[int], drawn: Mapping[int, bytes], actor: str, at: datetime
) -> Outcome:
    owners = Label.objects.filter(pk__in=keys(wanted))
    shipments = lock_shipments(
        owners.values_list("shipment", flat=True), contents=False
    )
    by_pk = {shipment.pk: shipment for shipment in shipments}
    found = list(owners.order_by("pk"))
    out = transitions.missing(wanted, found, _("The label"))
    events = []
    for label in found:
        label.shipment = by_pk[label.shipment_id]
        paper = label.document or drawn.get(label.pk)
        if label.status != Label.Status.PURCHASED or paper is None:
            out.refuse(label.pk, _not_bought(label))
            continue
        label.document = bytes(paper)
        label.printed += 1
        what = "printed" if label.printed == 1 else "reprinted"
        events.append(label_event(label, what, actor, at))
        out.done.append(label)
    rows = {label.pk: (label.document, label.printed) for label in out.done}
    update_rows(Label, rows, ["document", "printed"])
    insert_rows(events)
    rollups.touch({label.shipment.order_id for label in out.done})
    return out


def _not_bought(label: Label) -> str:
    return _(
        "%(parcel)s: its label is %(status)s; only a bought one is printed. Buy one."
    ) % {
        "parcel": label.shipment,
        "status": inside(label.get_status_display()),
    }


def _drawn(label: Label) -> bytes:
    from fulfillment.documents.label import Sticker, label_pdf

    order_number = label.shipment.order.number
    sticker = Sticker(label.tracking_number, label.carrier, order_number)
    return label_pdf(parcel_of(label), sticker)


def packing_slip(shipment: Shipment) -> bytes:
    """What is in this parcel, as a PDF; reads only."""
    from fulfillment.documents.label import country_name
    from fulfillment.documents.slip import Line, Slip, slip_pdf

    prefetch_related_objects([shipment], "lines__order_line__product")
    order, place = shipment.order, shipment.fulfillment_order.location
    receiver = (
        order.ship_to_name,
        order.ship_to_company,
        order.ship_to_street,
        order.ship_to_street2,
        f"{order.ship_to_postal_code} {order.ship_to_city}".strip(),
        order.ship_to_region,
        country_name(order.ship_to_country),
    )
    lines = [
        Line(line.quantity, line.order_line.sku, _name(line.order_line))
        for line in sorted(shipment.lines.all(), key=_place_in_order)
    ]
    slip = Slip(
        order.number,
        shipment.number,
        date_format(timezone.localtime(order.placed_at), "SHORT_DATE_FORMAT"),
        (place.name, place.code),
        tuple(filter(None, receiver)),
        lines,
        _slot(shipment.fulfillment_order),
    )
    return slip_pdf(slip)


def _slot(work: FulfillmentOrder) -> str:
    if work.wave_id is None:
        return ""
    return _("Slot %(slot)s, wave %(wave)s") % {
        "slot": work.slot,
        "wave": work.wave.number,
    }


def _place_in_order(line) -> int:
    return line.order_line.position


def _name(line) -> str:
    return line.name or (line.product.name if line.product else "")
