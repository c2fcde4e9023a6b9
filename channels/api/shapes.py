"""What the API shows and takes of listings."""

import django_filters as filters
from rest_framework import serializers

from channels.messages import MOST_PIECES
from channels.models import Listing
from oms.core.api.fields import Moment, Text, Whole
from oms.core.api.strictness import StrictSerializer


class ListingSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    channel = serializers.CharField(source="channel.code")
    channel_sku = serializers.CharField(source="sku")
    sku = serializers.CharField(source="product.sku")
    buffer = serializers.IntegerField()
    percent = serializers.IntegerField()
    most = serializers.IntegerField(allow_null=True)
    created_at = Moment()
    updated_at = Moment()


class ListingChange(StrictSerializer):
    """What is left out stays. Shown is what may be promised less `buffer`, of that
    `percent`, and never more than `most`."""

    sku = Text(64, required=False, allow_blank=False)
    buffer = Whole(0, MOST_PIECES, required=False)
    percent = Whole(1, 100, required=False)
    most = Whole(0, MOST_PIECES, required=False, allow_null=True)


class ListingBody(ListingChange):
    channel = Text(32, required=False)
    channel_sku = Text(64, allow_blank=False)
    sku = Text(64, allow_blank=False)


class ListingFilters(filters.FilterSet):
    channel = filters.CharFilter(field_name="channel__code")
    channel_sku = filters.CharFilter(field_name="sku")
    sku = filters.CharFilter(field_name="product__sku")

    class Meta:
        model = Listing
        fields: list[str] = []
