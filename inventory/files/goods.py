"""Products and places as files name them, found for a whole set of rows."""

import difflib
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from inventory.models import Location, Product
from inventory.services.levels import LockedLevel
from inventory.services.stock import read_levels
from oms.core.files.models import ImportRow, ImportRun
from oms.core.files.shapes import seen
from oms.core.files.values import shown
from oms.core.sets import among

MOST_ALIKE = 5  # SKUs of one set for which something alike is looked for
MOST_COMPARED = 500


class Goods(NamedTuple):
    """Of a product, what a row of stock asks for."""

    sku: str
    pk: int
    tracks_stock: bool


class Place(NamedTuple):
    """Where a row means, and what is there; `level` None: nothing yet."""

    product: Goods
    location: Location
    level: LockedLevel | None

    @property
    def on_hand(self) -> int:
        return self.level.on_hand if self.level else 0

    @property
    def allocated(self) -> int:
        return self.level.allocated if self.level else 0


def find_places(rows: Iterable[ImportRow], run: ImportRun) -> dict[int, Place]:
    """{row pk: place} by the values `sku` and `location`; a row whose product or place
    there is not says so. Six statements at most, however many rows."""
    rows = list(rows)
    products = _products({row.values["sku"] for row in rows})
    locations = _locations()
    mine = places_of(run)
    refuse_unknown_skus([row for row in rows if row.values["sku"] not in products])
    found = {}
    for row in rows:
        product = products.get(row.values["sku"])
        location = locations.get(row.values["location"].casefold())
        if location is None or (mine is not None and location.pk not in mine):
            _refuse_location(row, locations, mine)
        elif product is not None and not product.tracks_stock:
            text = _("no stock is kept of %(sku)s; switch on “tracks stock” first")
            row.wrong("sku", text % {"sku": product.sku}, kind="no stock kept")
        elif product is not None:
            found[row.pk] = product, location
    pairs = list(found.values())
    levels = read_levels((good.pk for good, _at in pairs), (at.pk for _g, at in pairs))
    return {
        pk: Place(product, place, levels.get((product.pk, place.pk)))
        for pk, (product, place) in found.items()
    }


def _products(skus: Iterable[str]) -> dict[str, Goods]:
    rows = among(Product.objects, "sku", skus).values_list("sku", "pk", "tracks_stock")
    return {row[0]: Goods._make(row) for row in rows}


def _locations() -> dict[str, Location]:
    """By code, else by name, in any case."""
    places = [each for each in Location.objects.order_by("-pk") if each.keeps_stock]
    named = {place.name.casefold(): place for place in places}
    return named | {place.code.casefold(): place for place in places}


def places_of(run: ImportRun) -> set[int] | None:
    """Those that whoever sends the file is bound to; None: all."""
    if run.key is not None:
        return set(seen(Location, run).values_list("pk", flat=True))
    if run.user is None or run.user.is_superuser:
        return None
    return set(run.user.locations.values_list("pk", flat=True)) or None


def _refuse_location(
    row: ImportRow, locations: dict[str, Location], mine: Collection[int] | None
) -> None:
    codes = {p.code for p in locations.values() if mine is None or p.pk in mine}
    text = _("unknown location %(found)s; there are: %(all)s") % {
        "found": shown(row.values["location"]),
        "all": ", ".join(sorted(codes)[:20]),
    }
    row.wrong("location", text, kind="unknown location")


def refuse_unknown_skus(rows: Collection[ImportRow]) -> None:
    alike = nearest_skus({row.values["sku"] for row in rows})
    for row in rows:
        sku = row.values["sku"]
        text = _("unknown SKU %(sku)s") % {"sku": shown(sku)}
        if alike.get(sku):
            text = _("unknown SKU %(sku)s; did you mean %(nearest)s?") % {
                "sku": shown(sku),
                "nearest": ", ".join(alike[sku]),
            }
        row.wrong("sku", text, kind="unknown sku")


def nearest_skus(skus: Collection[str]) -> dict[str, list[str]]:
    """SKUs that are spelt almost so: in another case for all of them, and letter by
    letter for the first few."""
    if not skus:
        return {}
    wanted = {sku.upper(): sku for sku in skus}
    upper = Product.objects.extra(
        where=["upper(sku) = ANY(%s)"], params=[sorted(wanted)]
    )
    found = {wanted[p.upper()]: [p] for p in upper.values_list("sku", flat=True)}
    asked = sorted(set(skus) - found.keys())[:MOST_ALIKE]
    starts = sorted({sku[:3].upper() for sku in asked})
    if not starts:
        return found
    near = Product.objects.extra(
        where=["left(upper(sku), 3) = ANY(%s)"], params=[starts]
    )
    near = list(near.order_by("sku").values_list("sku", flat=True)[:MOST_COMPARED])
    for sku in asked:
        found[sku] = difflib.get_close_matches(sku, near, n=1, cutoff=0.6)
    return found
