"""What the stock services refuse, in words: object, rule, remedy."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from inventory.models import Location, Product, StockLevel, StockMovement
from inventory.models.stock import Condition
from oms.core.sets import among
from oms.core.sound import keys

Kind = StockMovement.Kind
MOST = 2_147_483_647  # what an integer column holds
CONDITIONS = Condition.values  # the class makes its list anew each time


def not_a_count(quantity) -> bool:
    return type(quantity) is not int or quantity < 1


def bad_text(row) -> str:
    """For texts that the ledger cannot hold."""
    for text, most in ((getattr(row, "reason", ""), 200), (row.ref_type, 24)):
        if len(text) > most or "\x00" in text:
            return _(
                "Text %(text).40r: the ledger keeps at most %(most)d characters, none "
                "of them NUL. Shorten or correct it."
            ) % {"text": text, "most": most}
    return ""


def bad_receipt(change) -> str:
    if not_a_count(change.quantity):
        return _(
            "Quantity %(quantity)r: what comes in is a whole number of 1 or more. "
            "Correct the quantity."
        ) % {"quantity": change.quantity}
    return ""


def bad_adjustment(change) -> str:
    if type(change.quantity) is not int or change.quantity == 0:
        return _(
            "Quantity %(quantity)r: an adjustment is a whole number other than 0. "
            "Correct the quantity, or leave the row out."
        ) % {"quantity": change.quantity}
    if not change.reason.strip():
        return _("An adjustment needs a reason. Write why the count differs.")
    return ""


class Goods(NamedTuple):
    """Of a product, what its stock depends on."""

    sku: str
    tracks_stock: bool


class Known:
    """The products and locations that changes name, loaded once for the whole set."""

    def __init__(self, changes: Iterable):
        changes = list(changes)
        products = among(Product.objects, "id", keys(c.product_id for c in changes))
        self.products = {
            pk: Goods(sku, tracks_stock)
            for pk, sku, tracks_stock in products.values_list(
                "pk", "sku", "tracks_stock"
            )
        }
        places = keys(c.location_id for c in changes)
        locations = among(Location.objects, "id", places)
        self.locations = dict(locations.values_list("pk", "code"))

    def strangers(self, change) -> str:
        """Why no stock can be there: no such product, place, or nothing to count."""
        product = _found(self.products, change.product_id)
        if product is None:
            return _("Product %(pk)s does not exist. Create it first.") % {
                "pk": change.product_id
            }
        if _found(self.locations, change.location_id) is None:
            return _("Location %(pk)s does not exist. Create it first.") % {
                "pk": change.location_id
            }
        if not product.tracks_stock:
            return _(
                "%(sku)s: no stock is kept of it. Switch on 'tracks stock' first."
            ) % {"sku": product.sku}
        return ""

    def refusal(self, change) -> str:
        if reason := self.strangers(change):
            return reason
        if change.condition not in CONDITIONS:
            return unknown_condition(change.condition)
        return bad_text(change)


def _found(rows: Mapping[int, Any], pk):
    return rows.get(pk) if type(pk) is int else None


def unknown_condition(condition) -> str:
    return _("Condition %(condition)r is unknown; use one of: %(all)s.") % {
        "condition": condition,
        "all": ", ".join(Condition.values),
    }


def out_of_range(change, known: Known, level, on_hand: int) -> str:
    names = {
        "sku": known.products[change.product_id].sku,
        "location": known.locations[change.location_id],
        "on_hand": on_hand,
        "quantity": change.quantity,
        "allocated": level.allocated,
    }
    if change.quantity > 0:
        return (
            _(
                "%(sku)s at %(location)s: %(on_hand)d on hand and %(quantity)d more "
                "are over the highest count, 2147483647. Correct the quantity."
            )
            % names
        )
    return (
        _(
            "%(sku)s at %(location)s: %(on_hand)d on hand, %(allocated)d of them "
            "promised to orders; %(quantity)d would leave too few. Take less, or enter "
            "a count, which frees the orders that lose their pieces."
        )
        % names
    )


def stale(was: int, now: int, last: StockMovement | None) -> str:
    """`last`: what changed the number, as far as anything did."""
    names = {"was": was, "now": now}
    if last is not None:
        names |= {"who": last.actor, "what": last.get_kind_display()}
        names["pieces"] = last.on_hand_delta
        text = _(
            "%(was)d were on hand when the page was made, %(now)d are now (%(who)s: "
            "%(what)s %(pieces)+d). Look at the shelf again; then book it once more."
        )
    else:
        text = _(
            "%(was)d were on hand when the page was made, %(now)d are now. Look at the "
            "shelf again; then book it once more."
        )
    return text % names


def moved(now: int, last: StockMovement | None) -> str:
    """For a program that names a version: something has moved since it was read."""
    if last is None:
        text = _("It has another version by now, and %(now)d on hand. Read it again.")
        return text % {"now": now}
    text = _(
        "It has another version by now, and %(now)d on hand (at last %(who)s: %(what)s "
        "%(pieces)+d). Read it again."
    )
    names = {"now": now, "who": last.actor, "what": last.get_kind_display()}
    return text % {**names, "pieces": last.on_hand_delta}


def bad_portions(short: list[tuple], kind: Kind) -> dict[int, list[str]]:
    """Reasons by position for (position, portion, pieces left or None for no level)."""
    if not short:
        return {}
    ids = {portion.level_id for _p, portion, _left in short}
    levels = StockLevel.objects.select_related("product", "location").in_bulk(ids)
    return {
        position: [_bad_portion(portion, levels.get(portion.level_id), left, kind)]
        for position, portion, left in short
    }


def _bad_portion(
    portion, level: StockLevel | None, left: int | None, kind: Kind
) -> str:
    if level is None:
        return _("Stock level %(pk)s does not exist. Check the key.") % {
            "pk": portion.level_id
        }
    names = {"level": level, "quantity": portion.quantity, "left": left}
    if not_a_count(portion.quantity):
        return (
            _("%(level)s: quantity %(quantity)r is not a whole number of 1 or more.")
            % names
        )
    if reason := bad_text(portion):
        return reason
    if kind == Kind.ALLOCATED:
        text = _(
            "%(level)s: %(quantity)d wanted, %(left)d available. Take less, choose "
            "another location or wait for goods."
        )
    else:
        text = _(
            "%(level)s: %(quantity)d to take from what is promised, but only %(left)d "
            "are. Check what the document still holds."
        )
    return text % names
