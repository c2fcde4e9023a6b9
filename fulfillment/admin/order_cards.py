"""The parts of an order on its page: one card for what each location sends."""

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from fulfillment.admin.order_answer import carrier_of, scan_in_words
from fulfillment.admin.station import PACK, STATION
from fulfillment.carriers.links import tracking_page
from fulfillment.models import FulfillmentOrder, RoutingDecision, Shipment
from fulfillment.routing import explain
from oms.core import desk, panels, tools
from oms.core.when import day_in_words, time_in_words
from oms.core.words import inside
from orders.models import Order, OrderLine

MOST_PARTS, MOST_LINES = 20, 8
PATIENCE = timedelta(hours=1)  # with a partner's answer
Status = FulfillmentOrder.Status
Cancellation = FulfillmentOrder.Cancellation


def cards(order: Order, user) -> Iterator[desk.Card]:
    """Those in work first; cancelled ones last, and never more than people read."""
    works = list(order.fulfillment_orders.all())
    works.sort(key=lambda w: (w.status == Status.CANCELLED, w.status not in w.OPEN))
    for work in works[:MOST_PARTS]:
        yield card(order, work, user)
    if len(works) > MOST_PARTS:
        yield _more(order, len(works) - MOST_PARTS)
    if order.status in Order.LIVE:
        lines = [line for line in order.lines.all() if line.wanted_quantity > 0]
        if lines:
            yield waiting_card(order, lines, user)


def _more(order: Order, number: int) -> desk.Card:
    url = reverse("admin:fulfillment_fulfillmentorder_changelist")
    links = [(_("All parts"), f"{url}?q={order.number}")]
    title = _("%(n)d more parts") % {"n": number}
    return desk.Card("more-parts", title, "", "", "", "", [], [], links, [])


def waiting_card(order: Order, lines: list[OrderLine], user) -> desk.Card:
    """What no location has; the newest decision says why."""
    decision = next(iter(order.routing_decisions.all()), None)
    may_ask = decision and user.has_perm("fulfillment.view_routingdecision")
    pieces = [_line(line.wanted_quantity, line) for line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        pieces.append(_("and %(n)d more lines") % {"n": len(lines) - MOST_LINES})
    days = {line.product.available_from for line in lines if line.product_id} - {None}
    facts = [_("Sent from %(day)s on") % {"day": day_in_words(d)} for d in sorted(days)]
    return desk.Card(
        anchor="waiting",
        title=_("No location yet"),
        badge=format_html('<span class="pill wait">{}</span>', _("Awaiting stock")),
        number="",
        why=explain.why(decision) if decision else "",
        why_url=panels.page_url(RoutingDecision, decision.pk) if may_ask else "",
        pieces=pieces,
        facts=facts,
        links=[],
        buttons=[],
        why_label=_("Why it waits"),
    )


def card(order: Order, work: FulfillmentOrder, user) -> desk.Card:
    parcels = [p for p in order.shipments.all() if p.fulfillment_order_id == work.pk]
    decision = decision_for(order, work)
    sees = user.has_perm("fulfillment.view_fulfillmentorder")
    url = panels.page_url(FulfillmentOrder, work.pk) if sees else ""
    number = format_html('<a href="{}">{}</a>', url, work.number) if url else ""
    may_ask = user.has_perm("fulfillment.view_routingdecision")
    return desk.Card(
        anchor=f"part-{work.pk}",
        title=work.location.name or work.location.code,
        badge=_badge(work, parcels),
        number=number or work.number,
        why=explain.why(decision) if decision else "",
        why_url=panels.page_url(RoutingDecision, decision.pk)
        if decision and may_ask
        else "",
        pieces=_pieces(work),
        facts=[*_facts(work), *(fact for p in parcels for fact in _parcel(p, user))],
        links=_links(order, work, user),
        buttons=desk.buttons_of(work, user, keys=False),
    )


def decision_for(order: Order, work: FulfillmentOrder) -> RoutingDecision | None:
    """The newest, but not younger than the work, that gave its location something."""
    for decision in order.routing_decisions.all():
        granted = {code for line in decision.lines for code in line["granted"]}
        if work.location.code in granted and decision.at <= work.assigned_at:
            return decision
    return None


def _badge(work: FulfillmentOrder, parcels: list[Shipment]) -> str:
    """How far it is, as its parcel has it once that has left."""
    label, look = work.get_status_display(), ""
    if work.status == Status.FULFILLED:
        label = _("Shipped")
        if parcels and all(p.status == Shipment.Status.DELIVERED for p in parcels):
            label = _("Delivered")
    elif work.status in (Status.RESERVED, Status.SCHEDULED):
        look = "wait"
    if work.is_asked_back or work.cancellation == Cancellation.ACCEPTED:
        label = work.get_cancellation_display()
        look = "wait" if work.is_asked_back else ""
    elif work.reject_code:
        label = _("Rejected: %(why)s") % {"why": inside(work.get_reject_code_display())}
    return format_html('<span class="pill {}">{}</span>', look, label)


def _pieces(work: FulfillmentOrder) -> list[str]:
    lines = sorted(work.lines.all(), key=lambda line: line.order_line.position)
    shown = [
        _line(line.quantity, line.order_line, _picked(work, line))
        for line in lines[:MOST_LINES]
    ]
    if len(lines) > MOST_LINES:
        shown.append(_("and %(n)d more lines") % {"n": len(lines) - MOST_LINES})
    return shown


def _line(quantity: int, line: OrderLine, more: str = "") -> str:
    look = '<b>{} × {}</b> <code class="muted">{}</code>{}'
    return format_html(look, quantity, line.name or line.sku, line.sku, more)


def _picked(work: FulfillmentOrder, line) -> str:
    if line.released_quantity and work.status != Status.CANCELLED:
        return _(", %(n)d given back") % {"n": line.released_quantity}
    if work.status == Status.PICKING and line.shipped_quantity:
        return _(", %(n)d sent") % {"n": line.shipped_quantity}
    if work.status == Status.PICKING:
        return _(", %(n)d picked") % {"n": line.picked_quantity}
    return ""


def _facts(work: FulfillmentOrder) -> Iterator[str]:
    if work.status in work.OPEN and work.ship_by:
        when = time_in_words(work.ship_by)
        look = "late" if work.ship_by < timezone.now() else ""
        yield format_html('{} <b class="{}">{}</b>', _("Ship by"), look, when)
    if work.status == Status.RESERVED and work.reserved_until:
        when = time_in_words(work.reserved_until)
        yield _("Reserved until %(when)s") % {"when": when}
    if work.status == Status.SCHEDULED and work.fulfil_at:
        when = time_in_words(work.fulfil_at)
        yield _("Not before %(when)s. %(why)s") % {
            "when": when,
            "why": work.scheduled_reason,
        }
    if work.wave and work.status in work.OPEN:
        yield _("%(wave)s, slot %(slot)s") % {"wave": work.wave, "slot": work.slot}
    if work.is_with_partner:
        when = time_in_words(work.submitted_at)
        yield _("Sent to the partner %(when)s") % {"when": when}
    yield from _request(work)
    if work.status in work.OPEN and work.promised_at:
        yield _("Promised for %(day)s") % {"day": day_in_words(work.promised_at)}


def _request(work: FulfillmentOrder) -> Iterator[str]:
    """What its partner was asked, and what it said."""
    names = {"why": work.cancellation_reason, "answer": work.cancellation_answer}
    if work.is_asked_back:
        names["when"] = time_in_words(work.cancellation_asked_at)
        names["ago"] = timesince(work.cancellation_asked_at)
        if timezone.now() - work.cancellation_asked_at < PATIENCE:
            yield _("Asked %(when)s to cancel it (%(why)s); no answer yet") % names
        else:
            text = _("Asked %(when)s to cancel it (%(why)s); no answer for %(ago)s")
            yield format_html('<b class="late">{}</b>', text % names)
    elif work.cancellation:
        names["when"] = time_in_words(work.cancellation_answered_at)
        yield ANSWERS[work.cancellation]() % names


ANSWERS = {
    Cancellation.ACCEPTED: lambda: _("Given back %(when)s: %(why)s"),
    Cancellation.REJECTED: lambda: _("Cancellation refused %(when)s: %(answer)s"),
    Cancellation.WITHDRAWN: lambda: _("Cancellation withdrawn %(when)s"),
}


def _parcel(parcel: Shipment, user) -> Iterator[str]:
    if parcel.status == Shipment.Status.VOIDED:
        return
    if parcel.tracking_number:
        yield _tracking(parcel)
    if parcel.shipped_at:
        yield _way(parcel)
    if parcel.promised_at and not parcel.delivered_at:
        yield _("Promised for %(day)s") % {"day": day_in_words(parcel.promised_at)}
    if links := _papers(parcel, user):
        yield format_html_join(" · ", "{}", ((link,) for link in links))


def _way(parcel: Shipment) -> str:
    if parcel.delivered_at:
        return _("Delivered %(when)s") % {"when": time_in_words(parcel.delivered_at)}
    names = {"when": time_in_words(parcel.shipped_at), "scan": _("no scan yet")}
    if parcel.last_scan:
        names["scan"] = _("last scan %(what)s") % {"what": scan_in_words(parcel)}
    return _("Left %(when)s, %(scan)s") % names


def _tracking(parcel: Shipment) -> str:
    number = parcel.tracking_number
    page = tracking_page(parcel.carrier, number)
    shown = format_html("<code>{}</code>", number)
    if page:
        shown = format_html(
            '<a href="{}" rel="noreferrer noopener" target="_blank">{}</a>', page, shown
        )
    return format_html(
        '{} {} <button class="btn quiet small" type="button" '
        'data-copy="{}">{}</button>',
        carrier_of(parcel),
        shown,
        number,
        _("Copy"),
    )


def _papers(parcel: Shipment, user) -> list[str]:
    """Its own page, the slip and the label."""
    links = []
    if user.has_perm("fulfillment.view_shipment"):
        links.append(panels.link(Shipment, parcel.pk, _("Parcel %s") % parcel.number))
        url = reverse("admin:fulfillment_shipment_slip", args=[parcel.pk])
        links.append(format_html('<a href="{}">{}</a>', url, _("Slip")))
    if parcel.label_pk and user.has_perm("fulfillment.print_label"):
        url = reverse("admin:fulfillment_label_print", args=[parcel.label_pk])
        links.append(format_html('<a href="{}">{}</a>', url, _("Label")))
    return links


def _links(order: Order, work: FulfillmentOrder, user) -> list[tuple[str, str]]:
    """The packing station, and the tools of the work; those come back to the order."""
    links = [
        (f"{label}…", f"{url}?seen={order.newest_event}")
        for label, url in tools.links_of(work, user)
    ]
    here = (Status.RELEASED, *work.IN_HAND)
    if work.status in here and not work.submitted_at and user.has_perm(PACK):
        links.insert(0, (_("Pack"), f"{reverse(STATION)}?work={work.number}"))
    return links
