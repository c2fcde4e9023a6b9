"""The Stock page: one row for a product, columns for the locations, and behind each
free number the sum that makes it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.admin import levels
from inventory.admin.scope import stock_places
from inventory.models import Location, Product, StockLevel
from inventory.models.stock import Condition
from inventory.selectors import LOW, products_coded, products_named
from oms.core import extra_pages, panels
from oms.core.navigation import Hit, Search, register_search

VIEW = "inventory.view_stocklevel"
LIST = "admin:inventory_stocklevel_changelist"
WITH_PARTS = 3  # so many locations have room for all parts of the sum
COLUMNS = 10  # more locations are folded into one column
CELLS = 260  # of a page, so that it stays small
MOST_ROWS = 50
SHOWN = {
    "": gettext_lazy("All products"),
    "low": gettext_lazy("Low stock"),
    "aside": gettext_lazy("Quarantine or damaged"),
}


def products_found(user, text: str, most: int) -> list[Hit]:
    """For the search box: a product by its SKU or barcode leads to its stock."""
    rows = Product.objects.filter(tracks_stock=True).filter(products_coded(text))
    return [
        Hit(row.sku, row.name, f"{reverse(LIST)}?{urlencode({'q': row.sku})}")
        for row in rows.order_by("sku")[:most]
    ]


hint = gettext_lazy("SKU, barcode or name")
register_search(Search(LIST, VIEW, hint, 20, products_found))


class Row(NamedTuple):
    """`cells`: a level, or None, for each column."""

    product: Product
    cells: list[StockLevel | None]
    elsewhere: int
    free: int
    why: dict | None


def stock_page(request: HttpRequest, frame: dict) -> HttpResponse:
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    places, text, shown = stock_places(request.user), _text(request), _shown(request)
    chosen = _chosen(request, places)
    wanted = chosen or places
    active = chosen or [each for each in places if each.is_active][:COLUMNS]
    size = max(10, min(MOST_ROWS, CELLS // max(1, len(active))))
    products = _products(text, shown, wanted)
    page = Paginator(products.order_by("sku"), size).get_page(request.GET.get("p"))
    why = _why(request, wanted)
    context = {
        "title": _("Stock"),
        "opts": StockLevel._meta,
        "text": text,
        "shown": shown,
        "choices": SHOWN.items(),
        "places": places,
        "columns": active,
        "chosen": chosen[0] if chosen else None,
        "with_parts": len(active) <= WITH_PARTS,
        "width": 2 + len(active) * (4 if len(active) <= WITH_PARTS else 2),
        "folded": len(wanted) > len(active),
        "page": page,
        "rows": _rows(page, active, wanted, why),
        "buttons": extra_pages.buttons_of(StockLevel, request),
    }
    return TemplateResponse(request, "admin/inventory/stock.html", frame | context)


def levels_shown(request: HttpRequest) -> QuerySet[StockLevel]:
    """Every condition, at the places of the page, of the products on all of its pages;
    in its order."""
    places = stock_places(request.user)
    places = _chosen(request, places) or places
    products = _products(_text(request), _shown(request), places)
    levels = StockLevel.objects.filter(
        product__in=products.values("pk"), location__in=places
    )
    turn = "product__sku", "location__priority", "location__code"
    return levels.order_by(*turn, "condition")


def _text(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\0", "").strip()[:200]


def _chosen(request: HttpRequest, places: list[Location]) -> list[Location]:
    return [each for each in places if each.code == request.GET.get("location")]


def _shown(request: HttpRequest) -> str:
    """`low=yes` is how Today asks."""
    shown = "low" if request.GET.get("low") else request.GET.get("show", "")
    return shown if shown in SHOWN else ""


def _products(text: str, shown: str, places: Iterable[Location]) -> QuerySet[Product]:
    products = Product.objects.filter(tracks_stock=True)
    if text:
        products = products.filter(products_named(text))
    if shown:
        aside = Q(on_hand__gt=0) & ~Q(condition=Condition.SELLABLE)
        found = StockLevel.objects.filter(LOW if shown == "low" else aside)
        found = found.filter(location__in=places)
        products = products.filter(pk__in=found.values("product"))
    return products


def _rows(
    page: Page, columns: list[Location], places: list[Location], why: dict | None
) -> list[Row]:
    found = StockLevel.objects.filter(
        product__in=list(page), location__in=places, condition=Condition.SELLABLE
    )
    by_product: dict[int, dict[int, StockLevel]] = defaultdict(dict)
    for level in found:
        by_product[level.product_id][level.location_id] = level
    keys = {place.pk for place in columns}
    active = {place.pk for place in places if place.is_active}
    return [
        Row(
            product,
            [there.get(place.pk) for place in columns],
            sum(level.on_hand for pk, level in there.items() if pk not in keys),
            sum(level.atp for pk, level in there.items() if pk in active),
            why if why and why["level"].product_id == product.pk else None,
        )
        for product in page
        for there in [by_product[product.pk]]
    ]


def _why(request: HttpRequest, places: list[Location]) -> dict | None:
    """What stands below the row of the level that was asked for."""
    key = request.GET.get("why", "")
    if not (key.isascii() and key.isdigit() and len(key) <= 18):
        return None
    asked = StockLevel.objects.filter(pk=key, location__in=places)
    there = StockLevel.objects.filter(
        product__in=asked.values("product"), location__in=asked.values("location")
    ).select_related("product", "location")
    by_key = {str(level.pk): level for level in there.order_by("condition")}
    level = by_key.pop(str(int(key)), None)
    if level is None:
        return None
    movements = levels.newest_movements(level, most=8)
    if not request.user.has_perm("inventory.view_stockmovement"):
        movements = movements._replace(note="")  # a link to the whole ledger
    return {
        "level": level,
        "aside": list(by_key.values()),
        "movements": movements,
        "panels": panels.panels_of(level),
    }
