"""Products, stock and its ledger as files."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from inventory.files.adjusting import REF, UNDO_REF
from inventory.models import Barcode, Location, Product, StockLevel, StockMovement
from inventory.models.stock import Condition
from oms.core.exports.making import register_export
from oms.core.exports.resources import ExportResource, column
from oms.core.files.cells import (
    Amount,
    Clock,
    Day,
    Flag,
    Moment,
    Number,
    Text,
    Word,
    Words,
)
from oms.core.files.models import ImportRun


@register_export
class Products(ExportResource):
    name, label = "products", _("Products")
    api_list = "products"

    sku = column(Text(), "sku")
    product = column(Text(), "name")
    is_active = column(Flag(), "is_active")
    tracks_stock = column(Flag(), "tracks_stock")
    is_bundle = column(Flag(), "is_bundle")
    weight_grams = column(Number(), "weight_grams")
    list_price = column(Amount(), "list_price")
    list_currency = column(Word(), "list_currency")
    backorder_limit = column(Number(), "backorder_limit")
    available_from = column(Day(), "available_from")
    barcodes = column(Words(), "codes")

    class Meta:
        model = Product

    @classmethod
    def facts(cls, rows: QuerySet) -> QuerySet:
        codes = Barcode.objects.filter(product=OuterRef("pk")).order_by("code")
        return rows.annotate(codes=ArraySubquery(codes.values("code")))


@register_export
class Locations(ExportResource):
    name, label = "locations", _("Locations")

    code = column(Text(), "code")
    place = column(Text(), "name", called="name")
    kind = column(Word(), "kind")
    is_active = column(Flag(), "is_active")
    priority = column(Number(), "priority")
    country = column(Text(), "country")
    lat = column(Number(), "lat")
    lon = column(Number(), "lon")
    time_zone = column(Text(), "time_zone")
    cut_off = column(Clock(), "cut_off")
    handling_days = column(Number(), "handling_days")
    daily_capacity = column(Number(), "daily_capacity")
    closed_weekdays = column(Words(), "closed_weekdays")
    closed_on = column(Words(), "closed_on")
    ships_to = column(Words(), "ships_to")
    region = column(Words(), "region")
    order_cost = column(Amount(), "order_cost")
    piece_cost = column(Amount(), "piece_cost")

    class Meta:
        model = Location


def without_undone(levels: QuerySet) -> QuerySet:
    """Not those with nothing on them that nothing but undone imports has moved: they
    stay because their ledger does, and say no more than if they were not there."""
    moves = StockMovement.objects.filter(stock_level=OuterRef("pk"))
    undone = ImportRun.objects.filter(status__in=["undone", "partially_undone"])
    others = moves.exclude(ref_type__in=[REF, UNDO_REF], ref_id__in=undone.values("pk"))
    empty = Q(on_hand=0, allocated=0, safety_stock=0, bin="")
    return levels.exclude(empty & ~Exists(others))


@register_export
class Stock(ExportResource):
    """One row for a product at a location in a condition."""

    name, label = "stock", _("Stock levels")
    api_list = "stock-levels"

    sku = column(Text(), "product__sku")
    product = column(Text(), "product__name")
    location = column(Text(), "location__code")
    condition = column(Word(), "condition")
    on_hand = column(Number(), "on_hand")
    allocated = column(Number(), "allocated")
    available = column(Number(), "available")
    safety_stock = column(Number(), "safety_stock")
    bin = column(Text(), "bin")

    class Meta:
        model = StockLevel

    @classmethod
    def rows(cls, listed: QuerySet) -> QuerySet:
        return without_undone(listed)


@register_export
class StockToCount(ExportResource):
    """What people fill in and send back. `was` tells whether it has changed since."""

    name, label = "stock_set", _("Stock to count")
    api_list = "stock-levels"

    sku = column(Text(), "product__sku")
    location = column(Text(), "location__code")
    on_hand = column(Number(), "on_hand")
    was = column(Number(), "was")

    class Meta:
        model = StockLevel

    @classmethod
    def rows(cls, listed: QuerySet) -> QuerySet:
        return without_undone(listed.filter(condition=Condition.SELLABLE))

    @classmethod
    def facts(cls, rows: QuerySet) -> QuerySet:
        return rows.annotate(was=F("on_hand"))


@register_export
class Movements(ExportResource):
    name, label = "movements", _("Stock movements")

    at = column(Moment(), "at")
    kind = column(Word(), "kind")
    sku = column(Text(), "stock_level__product__sku")
    location = column(Text(), "stock_level__location__code")
    condition = column(Word(), "stock_level__condition")
    on_hand_delta = column(Number(), "on_hand_delta")
    allocated_delta = column(Number(), "allocated_delta")
    document = column(Word(), "ref_type")
    document_id = column(Number(), "ref_id")
    reason = column(Text(), "reason")
    actor = column(Text(), "actor")

    class Meta:
        model = StockMovement
