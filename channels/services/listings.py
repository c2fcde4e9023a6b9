"""Listings: what a channel calls our products, where that is not our SKU."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from channels.messages import MOST_PIECES
from channels.models import Channel, Listing
from channels.signals import skus_mapped
from inventory.models import Product
from oms.core import keyed, transitions
from oms.core.outcome import Outcome
from oms.core.sets import insert_missing, update_rows
from oms.core.sound import is_text


@transaction.atomic
def map_skus(
    channel: Channel, products: Mapping[str, Product], *, actor: str
) -> Outcome:
    """Say what the channel means: {its SKU: our product}. done: the listings; refused:
    by the channel's SKU.

    A SKU that was mapped before means the new product from now on; orders that were
    taken in stay as they are. Orders that waited for the SKU go on by themselves.
    """
    out = Outcome()
    for sku, reason in refusals(products).items():
        out.refuse(sku, reason)
    sound = {sku: p.pk for sku, p in products.items() if sku not in out.refused}
    rows = [Listing(channel=channel, sku=s, product_id=sound[s]) for s in sorted(sound)]
    insert_missing(rows, ["sku"])
    stored = Listing.objects.filter(channel=channel, sku__in=sound)
    locked = list(stored.order_by("sku").select_for_update(no_key=True))
    other = [row for row in locked if row.product_id != sound[row.sku]]
    for row in other:
        row.product_id = sound[row.sku]
    update_rows(Listing, {row.pk: (row.product_id,) for row in other}, ["product"])
    out.done = locked
    if locked:
        skus_mapped.send(sender=Listing, listings=locked, actor=actor)
    return out


class Limit(NamedTuple):
    """How much of its stock a listing shows; see `Listing`."""

    buffer: int = 0
    percent: int = 100
    most: int | None = None


@transaction.atomic
def limit_listings(limits: Mapping[int, Limit]) -> Outcome:
    """Say what listings show: {listing pk: limit}."""
    locked = transitions.lock(Listing, limits)
    out = transitions.missing(limits, locked, _("The listing"))
    written = {}
    for row in locked:
        if reason := _bad_limit(row, limits[row.pk]):
            out.refuse(row.pk, reason)
            continue
        written[row.pk] = limits[row.pk]
        row.buffer, row.percent, row.most = limits[row.pk]
        out.done.append(row)
    update_rows(Listing, written, Limit._fields)
    return out


def _bad_limit(row: Listing, limit: Limit) -> str:
    pieces = (limit.buffer, 0 if limit.most is None else limit.most)
    if any(type(n) is not int or not 0 <= n <= MOST_PIECES for n in pieces):
        return _(
            "%(listing)s: buffer and upper limit are whole numbers from 0 to %(most)d; "
            "correct them."
        ) % {"listing": row, "most": MOST_PIECES}
    if type(limit.percent) is not int or not 1 <= limit.percent <= 100:
        return _("%(listing)s: the share is 1 to 100 percent; correct it.") % {
            "listing": row
        }
    return ""


@transaction.atomic
def drop_listings(pks: Iterable[int]) -> Outcome:
    """The channel calls nothing of ours by these any more. Orders that were taken in
    stay as they are. done: the keys."""
    return keyed.drop_rows(Listing, "pk", pks)


def refusals(products: Mapping[str, Product]) -> dict[str, str]:
    """Which of {a channel's SKU: our product} cannot be, and why."""
    asked = {product.pk for product in products.values() if _is_saved(product)}
    known = set(Product.objects.filter(pk__in=asked).values_list("pk", flat=True))
    said = [sku for sku in products if is_text(sku, 64)]
    ours = set(Product.objects.filter(sku__in=said).values_list("sku", flat=True))
    return {
        sku: reason
        for sku, product in products.items()
        if (reason := _bad(sku, product, known, ours))
    }


def _is_saved(product) -> bool:
    return isinstance(product, Product) and type(product.pk) is int


def _bad(sku, product, known: set[int], ours: set[str]) -> str:
    if not is_text(sku, 64) or not sku.strip() or sku != sku.strip():
        return _(
            "%(sku).80r is no SKU: a text of 1 to 64 characters without spaces around "
            "it and without NUL is needed. Check it."
        ) % {"sku": sku}
    if not _is_saved(product) or product.pk not in known:
        return _("%(sku)s: the product does not exist; choose one.") % {"sku": sku}
    if sku in ours and sku != product.sku:
        return _(
            "%(sku)s is the SKU of a product of ours, which an order with it means. "
            "Rename nothing by a listing; correct the channel."
        ) % {"sku": sku}
    return ""
