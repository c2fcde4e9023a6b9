"""The packing station: one field that is always in front. What a scan means is decided
by `services/scanning.py`; the list of scans says later who put what into which box."""

from typing import NamedTuple
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fulfillment.models import FulfillmentOrder, Package, PackScan, Wave
from fulfillment.services import box_work, missing, scanning
from fulfillment.services.answers import Answer, Tone
from fulfillment.services.codes import in_wave
from inventory.admin.scope import places_of
from oms.core.admin import ReadOnlyAdmin
from oms.core.navigation import Entry, register_entry
from oms.core.tools import actor_of

STATION = "admin:fulfillment_pack_station"
PACK = "fulfillment.pack_fulfillmentorder"
SHORT = "fulfillment.reject_fulfillmentorder"
VOID = "fulfillment.void_label"
MOST_DIGITS = 18  # of a key of the database
BOXES = 4  # that have a key
REASONS = [(code.value, code.label) for code in missing.REASONS]
PACKED = FulfillmentOrder.Status.PACKED, FulfillmentOrder.Status.FULFILLED

register_entry(Entry(gettext_lazy("Packing"), STATION, PACK, 35))


def number(request, name: str) -> int | None:
    text = request.POST.get(name, "")
    fits = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if fits else None


class Basket(NamedTuple):
    """The wave whose slots are packed."""

    wave: Wave
    works: list[FulfillmentOrder]

    @property
    def packed(self) -> int:
        return sum(work.status in PACKED for work in self.works)

    @property
    def to_pack(self) -> list[FulfillmentOrder]:
        return [work for work in self.works if work.status not in PACKED]


def basket_of(name: str, places) -> Basket | None:
    """Two statements, however large it is."""
    rows = Wave.objects.filter(number=name)
    if places is not None:
        rows = rows.filter(location__in=places)
    wave = rows.first() if scanning.is_text(name, scanning.MOST_CODE) and name else None
    if wave is None:
        return None
    works = list(wave.fulfillment_orders.select_related("order"))
    return Basket(wave, sorted(works, key=lambda work: (len(work.slot), work.slot)))


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
        """GET shows a box and changes nothing; each POST is one scan or one key, and
        its answer shows what is expected next."""
        if not request.user.has_perm(PACK):
            raise PermissionDenied
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        places = places_of(request.user)
        answer = _answer(request, places)
        given = request.POST if request.method == "POST" else request.GET
        box = answer.box
        name = answer.wave.number if answer.wave else given.get("wave", "")
        basket = basket_of(name or _wave_of(answer), places)
        context = self.admin_site.each_context(request) | {
            "title": _("Packing"),
            "is_nav_sidebar_enabled": False,
            "opts": self.opts,
            "answer": answer,
            "box": box,
            "basket": basket,
            "query": _query(answer, basket),
            "links": _links(request.user, answer),
            "boxes": _boxes() if box else [],
            "short": box and box.lacking and "short" in request.GET,
            "reasons": REASONS if request.user.has_perm(SHORT) else [],
            "at_once": answer.tone == Tone.GOOD
            and answer.label
            and not answer.label.printed,
        }
        page = "admin/fulfillment/station.html"
        response = TemplateResponse(request, page, context)
        response["Cache-Control"] = "no-store"
        return response


def _answer(request, places) -> Answer:
    if request.method != "POST":
        return scanning.look(request.GET.get("work", ""), places)
    given = request.POST
    one = {"box": number(request, "box"), "places": places}
    one["actor"] = actor_of(request)
    facts = one | {"after": number(request, "after") or 0}
    if "again" in given:
        return scanning.start_again(**facts)
    if "package" in given:
        return box_work.choose_package(given["package"], **one)
    if "grams" in given:
        return box_work.weigh(number(request, "grams"), **one)
    if "short" in given:
        _need(request.user, SHORT)
        lines = {int(key) for key in given.getlist("line") if key.isdecimal()}
        return box_work.tell_short(given["short"], lines=lines, **facts)
    if "void" in given:
        _need(request.user, VOID)
        return box_work.void_label(**one)
    code = in_wave(given.get("code", ""), given.get("wave", ""))
    return scanning.scan(code, **facts)


def _need(user, permission: str) -> None:
    if not user.has_perm(permission):
        raise PermissionDenied


def _boxes() -> list[Package]:
    return list(Package.objects.filter(is_active=True).order_by("position")[:BOXES])


def _wave_of(answer: Answer) -> str:
    """Of the box that is open; the number of its wave."""
    work = answer.box.work if answer.box else None
    return work.wave.number if work and work.wave_id else ""


def _query(answer: Answer, basket: Basket | None) -> str:
    """What a page that is opened anew shows again."""
    facts = {"work": answer.box.work.number} if answer.box else {}
    if basket:
        facts["wave"] = basket.wave.number
    return urlencode(facts)


def _links(user, answer: Answer) -> dict[str, str]:
    """Where the paper of this parcel is, and what else this person may do here."""
    links = {}
    if answer.label and user.has_perm("fulfillment.print_label"):
        links["label"] = reverse(
            "admin:fulfillment_label_print", args=[answer.label.pk]
        )
    if answer.parcel and user.has_perm("fulfillment.view_shipment"):
        links["slip"] = reverse(
            "admin:fulfillment_shipment_slip", args=[answer.parcel.pk]
        )
    if answer.box and answer.box.work.status == PACKED[0] and user.has_perm(VOID):
        links["void"] = "1"
    return links
