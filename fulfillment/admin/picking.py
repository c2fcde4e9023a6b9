"""The picking page: one field, and the stop where the picker stands. What a scan means
is decided by `services/wave_scanning.py`."""

from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fulfillment.admin.station import number, places_of
from fulfillment.models import PickScan, Wave
from fulfillment.services import missing, wave_scanning
from fulfillment.services.pick_answers import PickAnswer
from fulfillment.services.wave_scanning import Page
from oms.core.admin import ReadOnlyAdmin
from oms.core.tools import actor_of

PICK_STATION = "admin:fulfillment_pick_waves"
PICK = "fulfillment.pick_fulfillmentorder"
SHORT = "fulfillment.reject_fulfillmentorder"
MOST_WAVES = 10
DIGITS = range(2, 10)
REASONS = [(code.value, code.label) for code in missing.REASONS]


def pick_view(request):
    """GET shows a wave and changes nothing; each POST is one scan."""
    if not request.user.has_perm(PICK):
        raise PermissionDenied
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    answer = _answer(request)
    context = admin.site.each_context(request) | {
        "title": _("Picking"),
        "is_nav_sidebar_enabled": False,
        "answer": answer,
        "walk": answer.walk,
        "query": _query(answer),
        "slots": _slots(answer),
        "digits": _digits(answer),
        "short": answer.stop and "short" in request.GET,
        "reasons": REASONS if request.user.has_perm(SHORT) else [],
        "open": [] if answer.walk else _open_waves(places_of(request.user)),
    }
    response = TemplateResponse(request, "admin/fulfillment/pick.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _answer(request) -> PickAnswer:
    facts = {"places": places_of(request.user), "actor": actor_of(request)}
    if request.method != "POST":
        given = request.GET
        stop = given.get("stop", "")
        known = stop.isascii() and stop.isdigit() and len(stop) <= 18
        facts["stop"] = int(stop) if known else None
        return wave_scanning.look(given.get("wave", ""), **facts)
    page = Page(
        number(request, "wave"), number(request, "after") or 0, number(request, "stop")
    )
    if "short" in request.POST:
        if not request.user.has_perm(SHORT):
            raise PermissionDenied
        return wave_scanning.tell_short(request.POST["short"], page, **facts)
    if "all" in request.POST:
        return wave_scanning.count(None, page, **facts)
    if "pieces" in request.POST:
        return wave_scanning.count(number(request, "pieces") or 0, page, **facts)
    return wave_scanning.scan(request.POST.get("code", ""), page, **facts)


def _query(answer: PickAnswer) -> str:
    """What a page that is opened anew shows again."""
    if answer.walk is None:
        return ""
    facts = {"wave": answer.walk.wave.number}
    if answer.stop:
        facts["stop"] = answer.stop.product.pk
    return urlencode(facts)


def _slots(answer: PickAnswer) -> list:
    return answer.stop.open_slots if answer.stop else []


def _digits(answer: PickAnswer) -> list[int]:
    """Counts that the last scan may have been in all."""
    if not answer.last or answer.stop is None:
        return []
    most = answer.last + answer.stop.lacking
    return [each for each in DIGITS if answer.last < each <= most]


def _open_waves(places) -> list[Wave]:
    rows = Wave.objects.filter(finished_at=None, cancelled_at=None)
    if places is not None:
        rows = rows.filter(location__in=places)
    return list(rows.select_related("location").order_by("pk")[:MOST_WAVES])


@admin.register(PickScan)
class PickScanAdmin(ReadOnlyAdmin):
    list_display = ["at", "wave", "slot", "sku", "pieces", "code", "actor"]
    list_display_links = ["at"]
    search_fields = ["wave__number__exact", "code__exact"]
    search_help_text = gettext_lazy("Number of the wave, or the code that was scanned")
    list_select_related = ["wave", "fulfillment_line__order_line"]
    ordering = ["-id"]
    fields = [("wave", "slot"), ("fulfillment_line", "sku"), ("number", "pieces")]
    fields += ["code", ("actor", "at")]

    @admin.display(description=gettext_lazy("SKU"))
    def sku(self, scan):
        return scan.fulfillment_line.order_line.sku
