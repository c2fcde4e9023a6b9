"""Waves: made by one button, looked at, printed, and taken apart before anybody has
begun. They are picked at `fulfillment/admin/picking.py`."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, F, Q, QuerySet, Sum, When
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fulfillment.admin.labels import pdf
from fulfillment.admin.picking import PICK, PICK_STATION, pick_view
from fulfillment.admin.station import places_of
from fulfillment.models import FulfillmentOrder, FulfillmentOrderLine, Wave
from fulfillment.services import pick_lists, waves
from fulfillment.services.picking import walk_of
from fulfillment.services.waves import NewWave
from inventory.models import Location
from oms.core.admin import ReadOnlyAdmin
from oms.core.navigation import Entry, register_entry
from oms.core.tools import actor_of

LIST = "admin:fulfillment_wave_changelist"
WAVE = "admin:fulfillment_wave_change"
RELEASE = "fulfillment.release_fulfillmentorder"
VIEW = "fulfillment.view_wave"
DONE_SHOWN = 20
OFFERS = [10, 20, 30, 50, 100]
NONE = {"orders": 0, "packed": 0, "wanted": 0, "picked": 0}
PACKED = FulfillmentOrder.Status.PACKED, FulfillmentOrder.Status.FULFILLED

register_entry(Entry(gettext_lazy("Waves"), LIST, VIEW, 31))
register_entry(Entry(gettext_lazy("Picking"), PICK_STATION, PICK, 32, "p", in_bar=True))


class Row(NamedTuple):
    """A wave in a list: {orders, packed, wanted, picked}."""

    wave: Wave
    sums: dict[str, int]


def rows_of(found: Iterable[Wave]) -> list[Row]:
    """One statement for all of them."""
    found = list(found)
    pieces = F("quantity") - F("released_quantity")
    owner = "fulfillment_order"
    is_packed = Q(fulfillment_order__status__in=PACKED)
    lines = FulfillmentOrderLine.objects.filter(fulfillment_order__wave__in=found)
    sums = (
        lines.values("fulfillment_order__wave")
        .annotate(
            orders=Count(owner, distinct=True),
            packed=Count(owner, distinct=True, filter=is_packed),
            wanted=Sum(pieces),
            picked=Sum(
                Case(When(is_packed, then=pieces), default=F("picked_quantity"))
            ),
        )
        .order_by()
    )
    by_wave = {row.pop("fulfillment_order__wave"): row for row in sums}
    return [Row(wave, by_wave.get(wave.pk, NONE)) for wave in found]


def wish_of(given, places: list[Location]) -> tuple[NewWave, str]:
    """The wave that a form asks for, and what of it cannot be read."""
    by_pk = {str(place.pk): place.pk for place in places}
    chosen = by_pk.get(given.get("location", ""), places[0].pk)
    place = next(each for each in places if each.pk == chosen)
    wish, error = NewWave(chosen), ""
    numbers = {}
    for name, label in (("orders", _("orders")), ("units", _("units"))):
        text = given.get(name, str(getattr(wish, name))).strip()
        if text.isascii() and text.isdigit() and len(text) < 9:
            numbers[name] = int(text)
        else:
            error = _("Most %(what)s “%(text).20s”: write a whole number.") % {
                "what": label,
                "text": text,
            }
    cut_off, bad = _time(given.get("cut_off", ""), place)
    wish = wish._replace(cut_off=cut_off, **numbers)
    return wish, error or bad or waves.bad_wish(wish)


def _time(text: str, place: Location) -> tuple[datetime | None, str]:
    """In the zone of the location."""
    if not text.strip():
        return None, ""
    try:
        found = parse_datetime(text.strip())
        if found is not None and timezone.is_naive(found):
            found = timezone.make_aware(found, ZoneInfo(place.time_zone))
    except (ValueError, OverflowError):
        found = None
    if found is None:
        words = _("Cut-off “%(text).20s”: a day and a time, or nothing for all.")
        return None, words % {"text": text}
    return found, ""


@admin.register(Wave)
class WaveAdmin(ReadOnlyAdmin):
    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("location")
        places = places_of(request.user)
        return rows if places is None else rows.filter(location__in=places)

    def get_urls(self):
        site, name = self.admin_site, "fulfillment_wave"
        wrap = site.admin_view
        return [
            path("pick/", wrap(pick_view), name=PICK_STATION.removeprefix("admin:")),
            path("make/", wrap(self.make_view), name=f"{name}_make"),
            path("<int:pk>/list/", wrap(self.print_view), name=f"{name}_print"),
            path("<int:pk>/cancel/", wrap(self.cancel_view), name=f"{name}_cancel"),
            *super().get_urls(),
        ]

    def _places(self, request) -> list[Location]:
        places = places_of(request.user)
        found = Location.objects.filter(is_active=True)
        found = found.exclude(kind=Location.Kind.SUPPLIER)
        if places is not None:
            found = found.filter(pk__in=places)
        return list(found.order_by("priority", "code"))

    def changelist_view(self, request, extra_context=None):
        """What is under way, and what the next wave would be."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        mine: QuerySet[Wave] = self.get_queryset(request)
        alive = mine.filter(finished_at=None, cancelled_at=None).order_by("pk")
        done = mine.filter(finished_at__isnull=False).order_by("-finished_at")
        context = self.admin_site.each_context(request) | {
            "title": _("Waves"),
            "opts": self.opts,
            "open": rows_of(alive),
            "done": rows_of(done[:DONE_SHOWN]),
            "may_pick": request.user.has_perm(PICK),
        }
        places = self._places(request)
        if places and request.user.has_perm(RELEASE):
            wish, error = wish_of(request.GET, places)
            context |= {"wish": wish, "error": error, "places": places}
            context |= {"offers": OFFERS, "cut_off": request.GET.get("cut_off", "")}
            context["proposal"] = None if error else waves.propose(wish)
        page = "admin/fulfillment/waves.html"
        return TemplateResponse(request, page, context)

    def make_view(self, request):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(RELEASE):
            raise PermissionDenied
        places = self._places(request)
        if not places:
            raise Http404
        wish, error = wish_of(request.POST, places)
        if request.POST.get("location") not in {str(place.pk) for place in places}:
            raise Http404
        if error:
            messages.error(request, error)
            return redirect(LIST)
        out = waves.make_wave(wish, actor=actor_of(request))
        for reasons in out.refused.values():
            messages.warning(request, " ".join(reasons))
        if not out.done:
            return redirect(LIST)
        wave = out.one() if not out.refused else out.done[0]
        number = wave.fulfillment_orders.count()
        text = ngettext(
            "%(wave)s: %(n)d order is in it.",
            "%(wave)s: %(n)d orders are in it.",
            number,
        )
        messages.success(request, text % {"wave": wave, "n": number})
        return redirect(WAVE, wave.pk)

    def _wave(self, request, pk) -> Wave:
        if not self.has_view_permission(request):
            raise PermissionDenied
        wave = self.get_queryset(request).filter(pk=pk).first()
        if wave is None:
            raise Http404
        return wave

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        known = object_id.isascii() and object_id.isdigit() and len(object_id) < 19
        wave = self._wave(request, int(object_id) if known else 0)
        walk = walk_of(wave)
        is_open = wave.finished_at is None and wave.cancelled_at is None
        context = self.admin_site.each_context(request) | {
            "title": str(wave),
            "opts": self.opts,
            "wave": wave,
            "walk": walk,
            "may_pick": is_open and walk.works and request.user.has_perm(PICK),
            "may_cancel": is_open
            and not walk.is_begun
            and request.user.has_perm(RELEASE),
            "back": reverse(LIST),
        }
        page = "admin/fulfillment/wave.html"
        return TemplateResponse(request, page, context)

    def print_view(self, request, pk):
        """A4: the stops in the order of the bins, then a code for each slot."""
        wave = self._wave(request, pk)
        return pdf(pick_lists.pick_list(walk_of(wave)), wave.number)

    def cancel_view(self, request, pk):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(RELEASE):
            raise PermissionDenied
        wave = self._wave(request, pk)
        out = waves.cancel_waves([wave], actor=actor_of(request))
        for reasons in out.refused.values():
            messages.error(request, " ".join(reasons))
        if out.refused:
            return redirect(WAVE, pk)
        text = _("%(wave)s is cancelled; its work is free for another.")
        messages.success(request, text % {"wave": wave})
        return redirect(LIST)
