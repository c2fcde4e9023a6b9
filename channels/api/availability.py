"""/api/v1/availability/: how much may be promised, by location, by the pool of each
channel, and as each listing shows it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_view
from rest_framework.response import Response

from channels.api.availability_shapes import AvailabilitySerializer
from channels.api.describing import AVAILABILITY
from channels.api.naming import channels_of
from channels.models import Channel, Listing
from channels.selectors import ListingQuantity, channel_atp
from inventory.models import Location, Product
from inventory.selectors import Availability, availability
from oms.core.api.problems import invalid
from oms.core.api.viewsets import ApiViewSet

MOST = 100


class Seen(NamedTuple):
    """What there is to say of the products, read once for all of them."""

    places: Mapping[int, list[tuple[str, Availability]]]  # by product
    channels: Sequence[Channel]
    atp: Mapping[tuple[int, int], int | None]
    listings: Mapping[tuple[int, int], list[Listing]]

    def of(self, product: Product) -> dict:
        places = sorted(self.places[product.pk], key=lambda row: row[0])
        return {
            "product": product,
            "locations": [{"location": code, "parts": each} for code, each in places],
            "channels": [self._of_channel(product, each) for each in self.channels],
        }

    def _of_channel(self, product: Product, channel: Channel) -> dict:
        key = channel.pk, product.pk
        atp = self.atp[key]
        mine = [{"row": row, "shown": _shown(row, atp)} for row in self.listings[key]]
        return {"channel": channel.code, "atp": atp, "listings": mine}


@extend_schema_view(**AVAILABILITY)
class AvailabilityViewSet(ApiViewSet):
    model = Product
    read_scope, write_scope = "stock:read", "stock:write"
    serializer_class = AvailabilitySerializer
    pagination_class = None
    http_method_names = ["get", "head"]

    def known_parameters(self) -> set[str]:
        return {"sku", "location", "channel"}

    def list(self, request, *args, **kwargs):
        products = self._products()
        seen = _look(
            [product.pk for product in products], self._places(), self._shops()
        )
        rows = [seen.of(product) for product in products]
        return Response({"results": AvailabilitySerializer(rows, many=True).data})

    def _products(self) -> Sequence[Product]:
        said = self.request.query_params.get("sku", "").split(",")
        skus = list(dict.fromkeys(filter(None, said)))
        if not 1 <= len(skus) <= MOST:
            text = _("“sku”: 1 to %(most)d of them, with commas between.")
            raise invalid("/sku", "invalid", text % {"most": MOST}, "query")
        found = self.get_queryset().in_bulk(skus, field_name="sku")
        if strange := [sku for sku in skus if sku not in found]:
            text = _("There is no product with the SKU %(sku)s.") % {"sku": strange[0]}
            raise invalid("/sku", "unknown_sku", text, "query")
        return [found[sku] for sku in skus]

    def _places(self) -> Sequence[Location]:
        rows = Location.objects.for_key(self.request.auth).filter(is_active=True)
        code = self.request.query_params.get("location")
        if code is None:
            return list(rows)
        rows = list(rows.filter(code=code))
        if not rows:
            text = _("This key sees no active location %(code)s.") % {"code": code}
            raise invalid("/location", "unknown_location", text, "query")
        return rows

    def _shops(self) -> Sequence[Channel]:
        known = channels_of(self.request.auth)
        code = self.request.query_params.get("channel")
        if code is None:
            return [known[each] for each in sorted(known)]
        if code not in known:
            text = _("This key sees no channel %(code)s.") % {"code": code}
            raise invalid("/channel", "unknown_channel", text, "query")
        return [known[code]]


def _look(
    products: Iterable[int], places: Iterable[Location], shops: Sequence[Channel]
) -> Seen:
    codes = {place.pk: place.code for place in places}
    by_product = defaultdict(list)
    for (product, place), parts in availability(products, codes).items():
        by_product[product].append((codes[place], parts))
    listings = defaultdict(list)
    rows = Listing.objects.filter(product__in=products, channel__in=shops)
    for row in rows.order_by("sku"):
        listings[row.channel_id, row.product_id].append(row)
    return Seen(by_product, shops, channel_atp(shops, products), listings)


def _shown(row: Listing, atp: int | None) -> int | None:
    return ListingQuantity(atp, row.buffer, row.percent, row.most).shown
