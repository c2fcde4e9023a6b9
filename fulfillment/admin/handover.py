"""Handing over: what stands here for each carrier, as a page and as paper."""

from itertools import groupby

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fulfillment.admin.station import places_of
from fulfillment.models import Shipment
from fulfillment.services import handing
from fulfillment.services.handing import Heap
from oms.core.navigation import Entry, register_entry
from oms.core.tools import actor_of

HAND_OVER = "admin:fulfillment_hand_over"
SHIP = "fulfillment.ship_shipment"
MOST_PARCELS = 300  # on one page; the others follow once these are gone
MOST_DIGITS = 18

register_entry(Entry(gettext_lazy("Hand-over"), HAND_OVER, SHIP, 36))


def heaps_of(places) -> tuple[list[Heap], int]:
    """The oldest parcels by location and carrier, and how many more there are."""
    rows = handing.standing_here(places)
    rows = rows.select_related("order", "fulfillment_order__location")
    found = list(rows.order_by("pk")[: MOST_PARCELS + 1])
    more = rows.count() - MOST_PARCELS if len(found) > MOST_PARCELS else 0
    found = sorted(found[:MOST_PARCELS], key=_heap)
    heaps = [
        Heap(some[0].fulfillment_order.location, some[0].carrier, some)
        for _key, group in groupby(found, key=_heap)
        for some in [list(group)]
    ]
    return heaps, more


def _heap(parcel: Shipment) -> tuple[str, str]:
    return parcel.fulfillment_order.location.code, parcel.carrier


def hand_over_view(request):
    """GET lists; POST hands over what is ticked, or a whole heap."""
    if not request.user.has_perm(SHIP):
        raise PermissionDenied
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    places = places_of(request.user)
    if request.method == "POST":
        return _hand_over(request, places)
    heaps, more = heaps_of(places)
    context = admin.site.each_context(request) | {
        "title": _("Hand-over"),
        "heaps": [
            (heap, [(parcel, handing.why_kept(parcel)) for parcel in heap.parcels])
            for heap in heaps
        ],
        "more": more,
        "now": timezone.now(),
    }
    return TemplateResponse(request, "admin/fulfillment/handover.html", context)


def _hand_over(request, places):
    texts = request.POST.getlist("parcel")
    known = {
        int(text)
        for text in texts[:MOST_PARCELS]
        if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    }
    rows = Shipment.objects.filter(pk__in=known)
    if places is not None:
        rows = rows.filter(fulfillment_order__location__in=places)
    parcels = list(rows)
    if not parcels:
        text = _("No parcel was chosen. Tick those that the carrier has taken.")
        messages.error(request, text)
        return redirect(HAND_OVER)
    out = handing.hand_over(parcels, actor=actor_of(request))
    if out.done:
        text = ngettext(
            "%(n)d parcel handed over.", "%(n)d parcels handed over.", len(out.done)
        )
        messages.success(request, text % {"n": len(out.done)})
    for reasons in out.refused.values():
        messages.error(request, " ".join(reasons))
    return redirect(HAND_OVER)
