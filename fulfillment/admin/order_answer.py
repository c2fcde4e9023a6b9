"""What stands at locations and what is on the road, in sentences of the answer on top
of the order page."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone
from django.utils.html import format_html
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fulfillment.carriers.base import carriers, name_of
from fulfillment.models import FulfillmentOrder, Shipment
from fulfillment.models.shipments import TrackingStatus
from oms.core.desk import Saying
from oms.core.when import date_in_words, day_in_words, time_in_words
from orders.models import Order

MOST = 3  # parts that are told; the cards have them all
Status = FulfillmentOrder.Status


def parts(order: Order) -> Iterator[Saying]:
    """First what has left, then what is in work."""
    parcels = [
        p
        for p in order.shipments.all()
        if p.status in (Shipment.Status.SHIPPED, Shipment.Status.DELIVERED)
    ]
    works = [w for w in order.fulfillment_orders.all() if w.status in w.OPEN]
    said = [_parcel(parcel) for parcel in parcels] + [_work(work) for work in works]
    yield from said[:MOST]
    if len(said) > MOST:
        text = ngettext("%(n)d more part.", "%(n)d more parts.", len(said) - MOST)
        yield Saying(text % {"n": len(said) - MOST})


def _pieces(number: int) -> str:
    return ngettext("%(n)d piece", "%(n)d pieces", number) % {"n": number}


def place_of(work: FulfillmentOrder) -> str:
    return work.location.name or work.location.code


def carrier_of(parcel: Shipment) -> str:
    """Its name as people write it; where a rate table stands for carriers, what the
    customer gets."""
    if parcel.carrier in carriers():
        return parcel.service.capitalize() or _("Parcel")
    return name_of(parcel.carrier) or _("Parcel")


def scan_in_words(parcel: Shipment) -> str:
    scan = parcel.last_scan
    words = dict(TrackingStatus.choices)
    what = scan["description"] or str(words.get(scan["status"], scan["status"]))
    at = datetime.fromisoformat(scan["at"])
    return f"{what}, {time_in_words(at)}"


def _parcel(parcel: Shipment) -> Saying:
    names = {
        "pieces": _pieces(parcel.pieces),
        "place": place_of(parcel.fulfillment_order),
        "carrier": carrier_of(parcel),
        "number": parcel.tracking_number,
    }
    if parcel.status == Shipment.Status.DELIVERED:
        names["when"] = time_in_words(parcel.delivered_at)
        names["day"] = date_in_words(localdate(parcel.delivered_at))
        text = _(
            "%(pieces)s from %(place)s arrived %(when)s by %(carrier)s %(number)s."
        )
        reply = _("%(pieces)s: delivered on %(day)s by %(carrier)s %(number)s.")
        return Saying(_linked(parcel, text, names), reply % names)
    names["when"] = time_in_words(parcel.shipped_at)
    names["scan"] = _("nothing scanned yet")
    if parcel.last_scan:
        names["scan"] = _("last scan %(what)s") % {"what": scan_in_words(parcel)}
    text = _("%(pieces)s left %(place)s %(when)s by %(carrier)s %(number)s, %(scan)s.")
    names["day"] = date_in_words(localdate(parcel.shipped_at))
    reply = _("%(pieces)s: sent on %(day)s by %(carrier)s %(number)s.") % names
    text = _linked(parcel, text, names)
    if parcel.promised_at and parcel.promised_at != parcel.order.promised_at:
        day = {"day": day_in_words(parcel.promised_at)}
        text = format_html("{} {}", text, _("It is promised for %(day)s.") % day)
    if parcel.tracking_status == TrackingStatus.DELIVERY_FAILED:
        step = _("ask the customer for a better address or time")
    elif parcel.last_scan:
        step = _("the carrier delivers it")
    else:
        step = _("wait for the first scan")
    return Saying(text, reply, step)


def _linked(parcel: Shipment, text: str, names: dict[str, str]) -> str:
    """The number leads to the card of its part."""
    before, after = text.split("%(number)s")
    anchor = f"#part-{parcel.fulfillment_order_id}"
    link = format_html('<a href="{}">{}</a>', anchor, parcel.tracking_number)
    return format_html("{}{}{}", before % names, link, after % names)


def _work(work: FulfillmentOrder) -> Saying:
    number = sum(line.held_quantity for line in work.lines.all())
    names = {"pieces": _pieces(number), "place": place_of(work), "when": "–"}
    moment = {
        Status.RESERVED: work.reserved_until,
        Status.SCHEDULED: work.fulfil_at,
        Status.RELEASED: work.released_at,
        Status.PICKING: work.picking_at,
        Status.PACKED: work.packed_at,
    }.get(work.status, work.assigned_at)
    if moment is not None:
        names["when"] = time_in_words(moment)
    text, step = WORDS[work.status]()
    text %= names
    if work.status == Status.RELEASED and work.submitted_at:
        text = _("%(place)s: %(pieces)s, ordered there since %(when)s.") % names
        step = _("the partner sends it")
    if work.is_asked_back:
        names["when"] = time_in_words(work.cancellation_asked_at)
        text = _("%(place)s: %(pieces)s, cancellation asked for since %(when)s.")
        text %= names
        step = _("the partner answers")
    if work.ship_by and work.status != Status.RESERVED:
        due = {"due": time_in_words(work.ship_by)}
        if work.ship_by < timezone.now():
            late = _("Late: it was to leave by %(due)s.") % due
            text = format_html('{} <b class="late">{}</b>', text, late)
        else:
            text = format_html("{} <b>{}</b>", text, _("Ship by %(due)s.") % due)
    reply = ""
    if work.status in (Status.PICKING, Status.PACKED):
        reply = _("it is being packed.")
    return Saying(text, reply, step)


WORDS = {
    Status.RESERVED: lambda: (
        _("%(place)s: %(pieces)s, kept until %(when)s."),
        "",
    ),
    Status.SCHEDULED: lambda: (
        _("%(place)s: %(pieces)s, not sent before %(when)s."),
        _("wait for its day"),
    ),
    Status.ASSIGNED: lambda: (
        _("%(place)s: %(pieces)s, to be released since %(when)s."),
        _("release it to the floor"),
    ),
    Status.RELEASED: lambda: (
        _("%(place)s: %(pieces)s, on its list since %(when)s."),
        _("the floor picks it"),
    ),
    Status.PICKING: lambda: (
        _("%(place)s: %(pieces)s, being picked since %(when)s."),
        _("the station packs it"),
    ),
    Status.PACKED: lambda: (
        _("%(place)s: %(pieces)s, packed since %(when)s."),
        _("buy its label and hand it over"),
    ),
}
