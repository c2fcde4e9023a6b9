"""What the API shows of what may be promised."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers


class PartsSerializer(serializers.Serializer):
    """`atp` is what new orders may have: `available` less `safety_stock`, and 0 where
    that is less. The other conditions stand apart."""

    location = serializers.CharField()
    on_hand = serializers.IntegerField(source="parts.on_hand")
    allocated = serializers.IntegerField(source="parts.allocated")
    available = serializers.IntegerField(source="parts.available")
    safety_stock = serializers.IntegerField(source="parts.safety_stock")
    atp = serializers.IntegerField(source="parts.atp")
    quarantine = serializers.IntegerField(source="parts.quarantine")
    damaged = serializers.IntegerField(source="parts.damaged")


class ShownSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="row.pk")
    channel_sku = serializers.CharField(source="row.sku")
    shown = serializers.IntegerField(allow_null=True)


class ByChannelSerializer(serializers.Serializer):
    channel = serializers.CharField()
    atp = serializers.IntegerField(
        allow_null=True, help_text="Over its pool; null where no stock is kept."
    )
    listings = ShownSerializer(many=True)


class AvailabilitySerializer(serializers.Serializer):
    sku = serializers.CharField(source="product.sku")
    tracks_stock = serializers.BooleanField(source="product.tracks_stock")
    is_bundle = serializers.BooleanField(source="product.is_bundle")
    locations = PartsSerializer(many=True)
    channels = ByChannelSerializer(many=True)


@extend_schema_serializer(many=False)
class AvailabilityListSerializer(serializers.Serializer):
    results = AvailabilitySerializer(many=True)
