"""/api/v1/listings/: what the channels of the key call our products, and how much of
them they show."""

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_view

from channels.api.describing import LISTINGS
from channels.api.naming import channel_of, channels_of
from channels.api.shapes import (
    ListingBody,
    ListingChange,
    ListingFilters,
    ListingSerializer,
)
from channels.models import Listing
from channels.services.listings import Limit, limit_listings, map_skus
from inventory.models import Product
from oms.core.api.problems import Refusal, invalid
from oms.core.api.viewsets import ApiViewSet, Readable
from oms.core.outcome import Outcome


@extend_schema_view(**LISTINGS)
class ListingViewSet(Readable, ApiViewSet):
    model = Listing
    read_scope, write_scope = "products:read", "products:write"
    serializer_class = ListingSerializer
    filterset_class = ListingFilters
    one_row = frozenset({"channel_sku"})
    lookup_value_regex = r"[0-9]{1,18}"
    http_method_names = ["get", "head", "post", "patch"]

    def load(self, rows):
        prefetch_related_objects(rows, "channel", "product")

    def create(self, request, *args, **kwargs):
        values = self.values(ListingBody)
        channel = channel_of(values, channels_of(request.auth))
        product = _product(values["sku"])
        sku = values["channel_sku"]
        row = self.get_queryset().filter(channel=channel, sku=sku).first()
        if row is not None and not _is_same(row, product, values):
            text = _("%(listing)s is listed already; change it by its id, %(id)d.")
            facts = {"listing": row, "id": row.pk}
            raise Refusal([text % facts], id=row.pk)
        if row is not None:
            return self.shown(row)
        out = map_skus(channel, {sku: product}, actor=request.auth.actor)
        _check(out)
        row = out.one()
        _check(limit_listings({row.pk: _limit(row, values)}))
        response = self.shown(self.get_queryset().get(pk=row.pk), 201)
        response["Location"] = request.build_absolute_uri(f"{row.pk}/")
        return response

    def partial_update(self, request, *args, **kwargs):
        row = self.locked(version_required=True)
        values = self.values(ListingChange)
        if "sku" in values:
            product = _product(values.pop("sku"))
            said = {row.sku: product}
            _check(map_skus(row.channel, said, actor=request.auth.actor))
        if values:
            _check(limit_listings({row.pk: _limit(row, values)}))
        return self.shown(self.get_object())


def _product(sku: str) -> Product:
    product = Product.objects.filter(sku=sku).first()
    if product is None:
        text = _("There is no product with the SKU %(sku)s; create it first.")
        raise invalid("/sku", "unknown_sku", text % {"sku": sku})
    return product


def _limit(row: Listing, values: dict) -> Limit:
    """The numbers that the body names, the others as they are."""
    return Limit(*(values.get(name, getattr(row, name)) for name in Limit._fields))


def _is_same(row: Listing, product: Product, values: dict) -> bool:
    now = Limit(row.buffer, row.percent, row.most)
    return row.product_id == product.pk and _limit(row, values) == now


def _check(out: Outcome) -> None:
    if out.refused:
        raise Refusal([text for each in out.refused.values() for text in each])
