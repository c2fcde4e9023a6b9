"""Stock as partners count and correct it: one level, or a hundred in one call of the
service."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from fulfillment.services.counts import Count
from fulfillment.services.shortage import book_counts, serve_later
from inventory.models import Location, Product, StockLevel
from inventory.models.stock import Condition
from inventory.services import stock
from inventory.services.levels import Key
from inventory.services.stock import StockChange
from oms.core.api.etags import micros
from oms.core.api.models import ApiKey
from oms.core.api.problems import Problem, Refusal, Wrong, invalid
from oms.core.outcome import Outcome

Items = Mapping[int, dict[str, Any]]  # checked bodies, by position


class Written(NamedTuple):
    """By position: the levels as they are now, and why the others could not be."""

    levels: dict[int, StockLevel]
    problems: dict[int, Problem]


def write_stock(key: ApiKey, items: Items, *, whole: bool = False) -> Written:
    """Set or adjust, all of them the same; with `whole` nothing is tried where one
    names what is not there. Orders that lose pieces are served by a task of their own.
    """
    named, problems = _named(key, items)
    refused: Mapping[int, list[str]] = {}
    positions = list(named)
    if named and not (whole and problems):
        sound = [(named[n], items[n]) for n in positions]
        adjusts = "delta" in sound[0][1]
        out = _adjust(sound, key) if adjusts else _set(sound, key, whole)
        refused = {positions[n]: reasons for n, reasons in out.refused.items()}
    levels = _levels(named)
    for position, reasons in refused.items():
        problems[position] = _problem(reasons, items[position], levels.get(position))
    done = {n: level for n, level in levels.items() if n not in problems}
    return Written(done, problems)


def check_kind(items: Items) -> None:
    """Setting locks the orders that may lose pieces first, adjusting does not: one call
    does one of both."""
    if len({"delta" in values for values in items.values()}) > 1:
        text = _("One call sets or adjusts; send two calls.")
        raise invalid("/items", "mixed", text)


def _named(key: ApiKey, items: Items) -> tuple[dict[int, Key], dict[int, Problem]]:
    """What the bodies mean, in two statements."""
    products = Product.objects.in_bulk(
        {values["sku"] for values in items.values()}, field_name="sku"
    )
    seen = Location.objects.for_key(key)
    codes = {values["location"] for values in items.values()}
    places = {row.code: row for row in seen.filter(code__in=codes)}
    named, problems = {}, {}
    for position, values in items.items():
        sku, code = values["sku"], values["location"]
        if code not in places:
            text = _("This key sees no location %(code)s.") % {"code": code}
            problems[position] = invalid("/location", "unknown_location", text)
        elif sku not in products:
            text = _("There is no product with the SKU %(sku)s.") % {"sku": sku}
            problems[position] = invalid("/sku", "unknown_sku", text)
        else:
            state = str(values.get("condition", Condition.SELLABLE))
            named[position] = products[sku].pk, places[code].pk, state
    return named, problems


def _set(sound: list[tuple[Key, dict]], key: ApiKey, whole: bool) -> Outcome:
    counts = [
        Count(
            product,
            place,
            values["on_hand"],
            values.get("reason") or _("Set by the API"),
            version=values.get("if_version"),
        )
        for (product, place, _state), values in sound
    ]
    out = book_counts(counts, actor=key.actor, whole=whole)
    serve_later(out)
    return out


def _adjust(sound: list[tuple[Key, dict]], key: ApiKey) -> Outcome:
    changes = [
        StockChange(product, place, values["delta"], values["reason"], state)
        for (product, place, state), values in sound
    ]
    return stock.adjust(changes, actor=key.actor)


def _levels(named: Mapping[int, Key]) -> dict[int, StockLevel]:
    rows = StockLevel.objects.filter(
        product__in={product for product, _place, _state in named.values()},
        location__in={place for _product, place, _state in named.values()},
    )
    by_key = {
        (row.product_id, row.location_id, row.condition): row
        for row in rows.select_related("product", "location")
    }
    return {n: by_key[each] for n, each in named.items() if each in by_key}


def _problem(reasons: list[str], values: dict, level: StockLevel | None) -> Problem:
    """A conflict of versions tells what is there now."""
    said, now = values.get("if_version"), level and micros(level.updated_at)
    if said is None or said == now:
        return Refusal(reasons)
    on_hand = level.on_hand if level else None
    refusal = Refusal(reasons, version=now, on_hand=on_hand)
    refusal.errors = [Wrong("/if_version", "changed", text) for text in reasons]
    return refusal
