"""How many pieces each listing shows, with the numbers that explain it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from channels.models import Channel, Listing
from inventory.models import BundleComponent, LocationGroup, Product
from inventory.selectors import (
    availability,
    bundle_availability,
    pool_availability,
)


class ListingQuantity(NamedTuple):
    """`shown` is at most `most`, and `percent` of what may be promised (`atp`) less the
    buffer. Both are None where no stock is kept: there is no number then."""

    atp: int | None
    buffer: int
    percent: int
    most: int | None

    @property
    def shown(self) -> int | None:
        if self.atp is None:
            return None
        share = max(0, self.atp - self.buffer) * self.percent // 100
        return share if self.most is None else min(share, self.most)


def listing_quantities(
    channel: Channel, product_ids: Iterable[int] | None = None
) -> dict[Listing, ListingQuantity]:
    """{listing: its numbers} over the channel's pool, by SKU; of all its listings, or
    of those of some products."""
    listings = channel.listings.select_related("product").order_by("sku")
    if product_ids is not None:
        listings = listings.filter(product__in=set(product_ids))
    products = {listing.product for listing in listings}
    free: dict[int, int | None] = {product.pk: None for product in products}
    tracked = [p.pk for p in products if p.tracks_stock and not p.is_bundle]
    where = {"pool": channel.pool, "practice": channel.is_sandbox}
    for pk, parts in pool_availability(tracked, **where).items():
        free[pk] = parts.atp
    bundles = [product.pk for product in products if product.is_bundle]
    free |= bundle_availability(bundles, **where)
    return {
        row: ListingQuantity(free[row.product_id], row.buffer, row.percent, row.most)
        for row in listings
    }


def channel_atp(
    channels: Iterable[Channel], product_ids: Iterable[int]
) -> dict[tuple[int, int], int | None]:
    """{(channel, product): how many may be promised over the channel's pool}; None
    where no stock is kept. Four statements for all channels and products, and one more
    where some are real and others of practice."""
    channels = list(channels)
    products = list(Product.objects.filter(pk__in=set(product_ids)))
    made_of = _components(row.pk for row in products if row.is_bundle)
    tracked = {row.pk for row in products if row.tracks_stock and not row.is_bundle}
    parts = {part for some in made_of.values() for part, _n in some}
    free: dict[tuple, dict[int, int]] = defaultdict(dict)  # {location: pieces}
    for practice in {channel.is_sandbox for channel in channels}:
        levels = availability(tracked | parts, practice=practice)
        for (product, place), each in levels.items():
            free[practice, product][place] = each.atp
    pools = _pools(channels)
    found: dict[tuple[int, int], int | None] = {}
    for channel in channels:
        pool = pools.get(channel.pool_id)
        mine = {pk: free[channel.is_sandbox, pk] for pk in tracked | parts}
        for row in products:
            if row.pk in tracked:
                found[channel.pk, row.pk] = _over(mine[row.pk], pool)
            else:
                some = made_of.get(row.pk, ()) if row.is_bundle else None
                found[channel.pk, row.pk] = _whole(some, mine, pool)
    return found


def _components(bundles: Iterable[int]) -> Mapping[int, list[tuple[int, int]]]:
    """{bundle: [(component that keeps stock, pieces)]}; bundles without components are
    not in it."""
    rows = BundleComponent.objects.filter(bundle__in=list(bundles))
    found: dict[int, list] = defaultdict(list)
    names = "bundle", "component", "quantity", "component__tracks_stock"
    for bundle, component, pieces, tracks in rows.values_list(*names):
        found[bundle] += [(component, pieces)] if tracks else []
    return found


def _pools(channels: Iterable[Channel]) -> dict[int, set[int]]:
    """{pool: its locations}; a channel without a pool is served by all."""
    wanted = {channel.pool_id for channel in channels} - {None}
    pools: dict[int, set[int]] = {pk: set() for pk in wanted}
    rows = LocationGroup.locations.through.objects.filter(locationgroup__in=wanted)
    for pool, location in rows.values_list("locationgroup", "location"):
        pools[pool].add(location)
    return pools


def _over(places: Mapping[int, int], pool: set[int] | None) -> int:
    return sum(n for place, n in places.items() if pool is None or place in pool)


def _whole(
    parts: Iterable[tuple[int, int]] | None,
    free: Mapping[int, Mapping[int, int]],
    pool: set[int] | None,
) -> int | None:
    """How many bundles: the least of what its components allow; 0 of one that has
    none."""
    if parts is None:
        return None
    if parts == ():
        return 0
    return min((_over(free[p], pool) // n for p, n in parts), default=None)
