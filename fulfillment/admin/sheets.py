"""Sheets: what lies at a location, with a field in each row. One adjusts it to what was
counted, the other receives goods. Nothing is booked before it was looked at; a sheet is
booked whole or not at all, once however often it is sent, and can be undone."""

import secrets
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fulfillment.admin import sheet_rows
from fulfillment.admin.sheet_rows import Sheet
from fulfillment.services import shortage
from inventory.admin.scope import stock_places
from inventory.models import Location, Product, StockLevel, StockMovement
from inventory.models.stock import Condition
from inventory.selectors import products_named
from inventory.services import sheets
from inventory.services.stock import StockChange
from oms.core.causes import register_cause
from oms.core.extra_pages import Page, register_page
from oms.core.outcome import Outcome
from oms.core.sound import is_text
from oms.core.tools import actor_of

PER_PAGE = 50
LAST_NUMBER = 10**17
SHEET = "admin:inventory_stocklevel_sheet"


class Kind(NamedTuple):
    """`adds`: the numbers come on top; such goods need no reason."""

    name: str
    permission: str
    title: Any
    heading: Any
    adds: bool


ADJUST = Kind(
    "inventory_stocklevel_adjust",
    "inventory.adjust_stocklevel",
    gettext_lazy("Adjust stock"),
    gettext_lazy("New on hand, or ±"),
    adds=False,
)
RECEIVE = Kind(
    "inventory_stocklevel_receive",
    "inventory.receive_stocklevel",
    gettext_lazy("Receive goods"),
    gettext_lazy("Came in"),
    adds=True,
)


def adjust(request: HttpRequest) -> HttpResponse:
    return _page(request, ADJUST)


def receive(request: HttpRequest) -> HttpResponse:
    return _page(request, RECEIVE)


def _page(request: HttpRequest, kind: Kind) -> HttpResponse:
    """GET shows the rows; POST looks at what was written, goes back to it, or books."""
    if not request.user.has_perm(kind.permission):
        raise PermissionDenied
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    places = stock_places(request.user)
    given = request.POST if request.method == "POST" else request.GET
    place = _place(places, given.get("location", ""))
    context = {
        "kind": kind,
        "places": places,
        "place": place,
        "url": reverse(f"admin:{kind.name}"),
        "number": _number(given.get("sheet", "")),
        "reason": given.get("reason", "").strip(),
    }
    if place is None:
        return _show(request, "sheet.html", context)
    if request.method == "POST":
        return _written(request, kind, context)
    return _show(request, "sheet.html", context | _grid(request.GET, kind, place))


def _written(request: HttpRequest, kind: Kind, context: dict) -> HttpResponse:
    if sheets.booked(context["number"]).exists():
        messages.info(request, _("This sheet was booked already."))
        return redirect(SHEET, context["number"])
    sheet = sheet_rows.read(request.POST, context["place"], adds=kind.adds)
    sheet.problem = sheet.problem or _problem(kind, sheet, context["reason"])
    step = request.POST.get("step")
    if step == "book" and not sheet.problem and not sheet.wrong:
        out = _book(kind, sheet, context, actor_of(request))
        if not out.refused:
            return _booked(request, kind, sheet, context, out)
        changes = sheet.changes
        for position, reasons in out.refused.items():
            changes[position].problem = " ".join(reasons)
    context |= {"sheet": sheet, "rows": sheet.written}
    if step == "edit" or sheet.problem:
        return _show(request, "sheet.html", context | {"rows": sheet.rows})
    return _show(request, "sheet_preview.html", context)


def _place(places: list[Location], code: str) -> Location | None:
    """The one of the address; else the first that is open. Places of others are not
    found."""
    if not code:
        return next((place for place in places if place.is_active), None)
    for place in places:
        if place.code == code:
            return place
    raise Http404


def _number(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < len(text) <= 18:
        return int(text)
    return secrets.randbelow(LAST_NUMBER) + 1


def _grid(given, kind: Kind, place: Location) -> dict:
    """What lies there; of goods that come in, any product may be searched for."""
    text = given.get("q", "").strip()
    products = Product.objects.filter(tracks_stock=True)
    if text:
        products = products.filter(products_named(text))
    if not (kind.adds and text):
        levels = StockLevel.objects.filter(location=place, condition=Condition.SELLABLE)
        products = products.filter(pk__in=levels.values("product"))
    page = Paginator(products.order_by("sku"), PER_PAGE).get_page(given.get("p"))
    return {"rows": sheet_rows.rows_of(page, place), "page": page, "text": text}


def _problem(kind: Kind, sheet: Sheet, reason: str) -> str:
    """What is wrong with the sheet as a whole."""
    if reason and not is_text(reason, 200):
        return _("The reason is longer than 200 characters. Shorten it.")
    if not sheet.written:
        return _("No row has a number yet. Type one, or paste a column.")
    if kind.adds or all(row.reason for row in sheet.changes):
        return ""
    if not reason:
        return _("Say why: once for all rows, or in each row that changes.")
    return ""


def _book(kind: Kind, sheet: Sheet, context: dict, actor: str) -> Outcome:
    """Refused by position in `sheet.changes`."""
    number, place = context["number"], sheet.location.pk
    if kind.adds:
        changes = [
            StockChange(
                row.product.pk, place, row.delta, row.reason or context["reason"]
            )
            for row in sheet.changes
        ]
        return sheets.receive_sheet(changes, sheet=number, actor=actor)
    counts = [
        shortage.Count(
            row.product.pk,
            place,
            row.new,
            row.reason or context["reason"],
            expected=row.on_hand,
            ref_type=sheets.SHEET,
            ref_id=number,
        )
        for row in sheet.changes
    ]
    out = shortage.count_stock(counts, actor=actor, whole=True)
    if out.refused and sheets.booked(number).exists():
        return Outcome()  # sent twice at once: the other one has booked it
    return out


def _booked(
    request: HttpRequest, kind: Kind, sheet: Sheet, context: dict, out: Outcome
) -> HttpResponse:
    if not sheet.changes:
        messages.success(request, _("All is as it was written; nothing had to change."))
        return redirect(f"{context['url']}?location={sheet.location.code}")
    lost = 0 if kind.adds else sum(sum(row.lost.values()) for row in out.done)
    if lost:
        text = ngettext(
            "%(n)d promised piece was not there: its order waits again or gets it "
            "from elsewhere.",
            "%(n)d promised pieces were not there: their orders wait again or get them "
            "from elsewhere.",
            lost,
        )
        messages.warning(request, text % {"n": lost})
    return redirect(SHEET, context["number"])


# --- A sheet that is booked -----------------------------------------------------------


def booked(request: HttpRequest, sheet: int) -> HttpResponse:
    """What it moved. POST undoes it, by counter-movements."""
    moves = list(_moves(request, sheet))
    received = moves[0].kind == StockMovement.Kind.RECEIVED
    kind = RECEIVE if received else ADJUST
    may_undo = request.user.has_perm(kind.permission)
    undone = sheets.is_undone(sheet)
    if request.method == "POST":
        if not may_undo:
            raise PermissionDenied
        _undo(request, sheet)
        return redirect(SHEET, sheet)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    context = {
        "kind": kind,
        "moves": moves,
        "first": moves[0],
        "place": moves[0].stock_level.location,
        "undone": undone,
        "may_undo": may_undo and not undone,
        "pieces": sum(move.on_hand_delta for move in moves),
        "url": reverse(f"admin:{kind.name}"),
    }
    return _show(request, "sheet_booked.html", context)


def _moves(request: HttpRequest, sheet: int):
    if not request.user.has_perm("inventory.view_stocklevel"):
        raise PermissionDenied
    if sheet >= 2**63:
        raise Http404
    moves = sheets.booked(sheet).filter(
        stock_level__location__in=stock_places(request.user)
    )
    if not moves.exists():
        raise Http404
    return moves.select_related("stock_level__product", "stock_level__location")


def _undo(request: HttpRequest, sheet: int) -> None:
    reason = _("Sheet taken back")
    out = sheets.undo_sheet(sheet, reason=reason, actor=actor_of(request))
    for reasons in out.refused.values():
        messages.error(request, " ".join(reasons))
    if out.done:
        messages.success(request, _("Taken back: each row has its counter-movement."))


def _show(request: HttpRequest, template: str, context: dict) -> HttpResponse:
    context = admin.site.each_context(request) | {
        "title": context["kind"].title,
        "opts": StockLevel._meta,
        "stock_url": reverse("admin:inventory_stocklevel_changelist"),
        **context,
    }
    answer = TemplateResponse(request, f"admin/fulfillment/{template}", context)
    answer["Cache-Control"] = "no-store"
    return answer


def _sheets(numbers) -> dict[int, str]:
    return {
        n: format_html('<a href="{}">{}</a>', reverse(SHEET, args=[n]), _("Sheet"))
        for n in numbers
    }


for page in (
    Page(ADJUST.name, "adjust/", adjust, ADJUST.permission, gettext_lazy("Adjust")),
    Page(RECEIVE.name, "receive/", receive, RECEIVE.permission, RECEIVE.title),
    Page(SHEET[6:], "sheet/<int:sheet>/", booked, "inventory.view_stocklevel"),
):
    register_page(StockLevel, page)
register_cause(sheets.SHEET, _sheets)
register_cause(sheets.UNDO, _sheets)
