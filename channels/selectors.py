"""How many pieces each listing shows, with the numbers that explain it."""

from collections.abc import Iterable
from typing import NamedTuple

from channels.models import Channel, Listing
from inventory.selectors import bundle_availability, pool_availability


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
    for pk, parts in pool_availability(tracked, channel.pool).items():
        free[pk] = parts.atp
    bundles = [product.pk for product in products if product.is_bundle]
    free |= bundle_availability(bundles, channel.pool)
    return {
        row: ListingQuantity(free[row.product_id], row.buffer, row.percent, row.most)
        for row in listings
    }
