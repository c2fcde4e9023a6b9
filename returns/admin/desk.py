"""The returns desk: one field that is always in front, and a key for each piece. What a
scan means is decided by `services/desk.py`; the return itself is what is remembered."""

from contextlib import suppress
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fulfillment.admin.station import number, places_of
from inventory.models import Location
from oms.core.navigation import Entry, register_entry
from oms.core.tools import actor_of
from orders.models import Order
from returns.models.lines import Disposition
from returns.services import desk
from returns.services.table import Answer, Desk

DESK = "admin:returns_desk"
TAKE, OPEN = "returns.receive_return", "returns.request_return"
APPROVE, PAY = "returns.approve_return", "returns.request_refund"
PLACE = "returns_desk"  # where this person works, kept in the session
MEANS = {
    Disposition.RESTOCK: gettext_lazy("as new, for sale again"),
    Disposition.QUARANTINE: gettext_lazy("look at it later"),
    Disposition.REFURBISH: gettext_lazy("clean, repair or repack"),
    Disposition.SCRAP: gettext_lazy("damaged, thrown away"),
    Disposition.TO_VENDOR: gettext_lazy("who made it takes it back"),
    Disposition.TO_CUSTOMER: gettext_lazy("not accepted, no refund"),
}
KEYS = [
    (str(position), fate.value, fate.label, MEANS[fate])
    for position, fate in enumerate(desk.KEYS, start=1)
]

register_entry(Entry(gettext_lazy("Returns desk"), DESK, TAKE, 48))


def view(request, page):
    """GET shows the desk and changes nothing; each POST is one scan or one key."""
    if not request.user.has_perm(TAKE):
        raise PermissionDenied
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    tables = places_to_choose(request.user)
    if request.method == "POST" and "place" in request.POST:
        chosen = number(request, "place")
        if any(place.pk == chosen for place in tables):
            request.session[PLACE] = chosen
        return redirect(DESK)
    place = _place(request, tables)
    context = page.admin_site.each_context(request) | {
        "title": _("Returns desk"),
        "is_nav_sidebar_enabled": False,
        "opts": page.opts,
        "place": place,
        "tables": tables,
    }
    if place:
        answer = _answer(request, place)
        context |= _shown(request.user, answer)
    response = TemplateResponse(request, "admin/returns/desk.html", context)
    response["Cache-Control"] = "no-store"
    return response


def places_to_choose(user) -> list[Location]:
    """Where this person may take goods in."""
    rows = Location.objects.filter(is_active=True).order_by("code")
    places = places_of(user)
    rows = rows if places is None else rows.filter(pk__in=places)
    return [place for place in rows if place.keeps_stock]


def _place(request, tables: list[Location]) -> Location | None:
    """Chosen once; who has one place only need not choose. None: ask."""
    if len(tables) == 1:
        return tables[0]
    if "elsewhere" in request.GET:
        return None
    kept = request.session.get(PLACE)
    return next((place for place in tables if place.pk == kept), None)


def _answer(request, place: Location) -> Answer:
    said = request.POST
    if request.method != "POST":
        return desk.look(request.GET.get("work", ""), places_of(request.user))
    facts = Desk(
        place.pk,
        places_of(request.user),
        actor_of(request),
        request.user.has_perm(OPEN),
        said.get("box", ""),
        number(request, "after") or 0,
        _form(said.get("form", "")),
    )
    if "fate" in said:
        return desk.decide(said["fate"], facts)
    if "surplus" in said:
        return desk.surplus(said["surplus"], facts)
    if "unknown" in said:
        return desk.unknown_parcel(said["unknown"], facts)
    if "approve" in said:
        if not request.user.has_perm(APPROVE):
            raise PermissionDenied
        return desk.approve(facts)
    return desk.scan(said.get("code", ""), facts)


def _form(text: str) -> UUID | None:
    with suppress(ValueError):
        return UUID(text)
    return None


def _shown(user, answer: Answer) -> dict:
    """What the page shows, and where else this person may go from it."""
    table, links = answer.table, {}
    ret = answer.done or (table and table.ret)
    order = (ret and ret.order) or (table and table.order)
    if ret and user.has_perm("returns.view_return"):
        links["ret"] = reverse("admin:returns_return_change", args=[ret.pk])
    if isinstance(order, Order) and user.has_perm("orders.view_order"):
        links["order"] = reverse("admin:orders_order_change", args=[order.pk])
    if answer.done and order and user.has_perm(PAY):
        page = "admin:returns_return_tool"
        links["refund"] = reverse(page, args=[ret.pk, "refund"])
    may_approve = ret and ret.status == "requested" and user.has_perm(APPROVE)
    return {
        "answer": answer,
        "table": table,
        "ret": ret,
        "order": order,
        "item": table and table.item,
        "keys": KEYS,
        "links": links,
        "form": uuid4(),
        "may_approve": may_approve,
    }
