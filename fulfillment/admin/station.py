"""The packing station: one field that is always in front. What a scan means is decided
by `services/scanning.py`; the list of scans says later who put what into which box."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fulfillment.models import PackScan
from fulfillment.services import scanning
from fulfillment.services.answers import Answer
from oms.core.admin import ReadOnlyAdmin
from oms.core.navigation import Entry, register_entry
from oms.core.tools import actor_of

STATION = "admin:fulfillment_pack_station"
PACK = "fulfillment.pack_fulfillmentorder"
MOST_DIGITS = 18  # of a key of the database

register_entry(Entry(gettext_lazy("Packing station"), STATION, PACK, 35))


def places_of(user) -> set[int] | None:
    """The locations that name this person; None, for all, where none does."""
    if user.is_superuser:
        return None
    return set(user.locations.values_list("pk", flat=True)) or None


def number(request, name: str) -> int | None:
    text = request.POST.get(name, "")
    fits = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if fits else None


@admin.register(PackScan)
class PackScanAdmin(ReadOnlyAdmin):
    list_display = ["at", "fulfillment_order", "number", "code", "sku", "actor"]
    list_display += ["taken_out_at"]
    list_display_links = ["at"]
    search_fields = ["fulfillment_order__number__exact", "code__exact"]
    search_help_text = gettext_lazy("Number of the work, or the code that was scanned")
    list_select_related = ["fulfillment_order", "fulfillment_line__order_line"]
    ordering = ["-id"]
    fields = [("fulfillment_order", "number"), ("code", "sku")]
    fields += [("actor", "at"), "taken_out_at"]

    @admin.display(description=gettext_lazy("SKU"))
    def sku(self, scan):
        return scan.fulfillment_line.order_line.sku

    def get_urls(self):
        view = self.admin_site.admin_view(self.station_view)
        name = STATION.removeprefix("admin:")
        return [path("station/", view, name=name), *super().get_urls()]

    def station_view(self, request):
        """GET shows a box and changes nothing; each POST is one scan, and its answer
        shows what is expected next."""
        if not request.user.has_perm(PACK):
            raise PermissionDenied
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        answer = self._answer(request)
        context = self.admin_site.each_context(request) | {
            "title": _("Packing station"),
            "is_nav_sidebar_enabled": False,
            "opts": self.opts,
            "answer": answer,
            "box": answer.box,
            "links": _links(request.user, answer),
        }
        page = "admin/fulfillment/station.html"
        response = TemplateResponse(request, page, context)
        response["Cache-Control"] = "no-store"
        return response

    def _answer(self, request) -> Answer:
        places = places_of(request.user)
        if request.method != "POST":
            return scanning.look(request.GET.get("work", ""), places)
        facts = {
            "box": number(request, "box"),
            "after": number(request, "after") or 0,
            "places": places,
            "actor": actor_of(request),
        }
        if "again" in request.POST:
            return scanning.start_again(**facts)
        return scanning.scan(request.POST.get("code", ""), **facts)


def _links(user, answer: Answer) -> dict[str, str]:
    """Where else this person may go from here."""
    links = {}
    if answer.label and user.has_perm("fulfillment.print_label"):
        links["label"] = reverse(
            "admin:fulfillment_label_print", args=[answer.label.pk]
        )
    if answer.parcel and user.has_perm("fulfillment.view_shipment"):
        links["slip"] = reverse(
            "admin:fulfillment_shipment_slip", args=[answer.parcel.pk]
        )
    if answer.box and user.has_perm("fulfillment.reject_fulfillmentorder"):
        work = answer.box.work
        links["missing"] = reverse(
            "admin:fulfillment_fulfillmentorder_tool", args=[work.pk, "reject"]
        )
    return links
