"""What the API shows of products, locations and stock."""

from rest_framework import serializers

from inventory.models import Location, Product, StockLevel
from inventory.models.stock import Condition
from oms.core.api.etags import micros
from oms.core.api.fields import Moment, Money


class ComponentSerializer(serializers.Serializer):
    sku = serializers.CharField(source="component.sku")
    quantity = serializers.IntegerField()


class ProductSerializer(serializers.Serializer):
    """A bundle is sent as its `components` and keeps no stock itself."""

    sku = serializers.CharField()
    name = serializers.CharField()
    is_active = serializers.BooleanField()
    tracks_stock = serializers.BooleanField()
    is_bundle = serializers.BooleanField()
    components = ComponentSerializer(many=True)
    barcodes = serializers.SerializerMethodField()
    weight_grams = serializers.IntegerField()
    list_price = Money(allow_null=True)
    list_currency = serializers.CharField()
    backorder_limit = serializers.IntegerField(allow_null=True)
    available_from = serializers.DateField(allow_null=True)
    created_at = Moment()
    updated_at = Moment()

    def get_barcodes(self, row: Product) -> list[str]:
        return sorted(barcode.code for barcode in row.barcodes.all())


class LocationSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(Location.Kind.choices)
    is_active = serializers.BooleanField()
    keeps_stock = serializers.BooleanField()
    priority = serializers.IntegerField()
    country = serializers.CharField()
    lat = serializers.FloatField(allow_null=True)
    lon = serializers.FloatField(allow_null=True)
    time_zone = serializers.CharField()
    cut_off = serializers.TimeField(allow_null=True)
    handling_days = serializers.IntegerField()
    daily_capacity = serializers.IntegerField(allow_null=True)
    closed_weekdays = serializers.ListField(child=serializers.IntegerField())
    closed_on = serializers.ListField(child=serializers.DateField())
    ships_to = serializers.ListField(child=serializers.CharField())
    created_at = Moment()
    updated_at = Moment()


class StockLevelSerializer(serializers.Serializer):
    """`version` changes with every movement. `atp` is what new orders may have."""

    id = serializers.IntegerField()
    sku = serializers.CharField(source="product.sku")
    location = serializers.CharField(source="location.code")
    condition = serializers.ChoiceField(Condition.choices)
    on_hand = serializers.IntegerField()
    allocated = serializers.IntegerField()
    available = serializers.IntegerField()
    safety_stock = serializers.IntegerField()
    atp = serializers.IntegerField()
    bin = serializers.CharField()
    version = serializers.SerializerMethodField()
    updated_at = Moment()

    def get_version(self, row: StockLevel) -> int:
        return micros(row.updated_at)
