"""What the API takes and shows of promises."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from channels.messages import MOST_PIECES
from fulfillment.services.promising import Parcel, Promise
from oms.core.api.fields import Moment, Money, Text, Whole
from oms.core.api.strictness import StrictSerializer
from orders.api.bodies import AddressBody

MOST_LINES = 200


class WishBody(StrictSerializer):
    sku = Text(64, allow_blank=False)
    quantity = Whole(1, MOST_PIECES)


class PromiseBody(StrictSerializer):
    """A key of one channel need not name it. `service`: what the customer chooses."""

    channel = Text(32, required=False)
    lines = WishBody(many=True, allow_empty=False, max_length=MOST_LINES)
    ship_to = AddressBody(required=False)
    service = Text(32, required=False)


class PartSerializer(serializers.Serializer):
    """`position` counts the lines that were sent, from 1; of a bundle the components
    are named."""

    position = serializers.IntegerField()
    sku = serializers.CharField()
    quantity = serializers.IntegerField()


class WaitingSerializer(PartSerializer):
    available_from = serializers.DateField(allow_null=True)


class ParcelSerializer(serializers.Serializer):
    location = serializers.CharField(source="location.code")
    lines = PartSerializer(many=True, source="parts")
    leaves_by = Moment(allow_null=True)
    arrives_on = serializers.DateField(
        source="quote.arrives_on", default=None, allow_null=True
    )
    carrier = serializers.CharField(source="quote.offer.carrier", default="")
    service = serializers.CharField(source="quote.offer.service", default="")
    cost = serializers.SerializerMethodField()
    currency = serializers.CharField(source="quote.offer.currency", default="")

    @extend_schema_field(Money(allow_null=True))
    def get_cost(self, parcel: Parcel):
        quote = parcel.quote
        return Money().to_representation(quote.offer.price) if quote else None


class PromiseSerializer(serializers.Serializer):
    """`cost` is that of all parcels, null where a price is not known."""

    is_complete = serializers.BooleanField()
    splits = serializers.SerializerMethodField()
    leaves_by = Moment(allow_null=True)
    arrives_on = serializers.DateField(allow_null=True)
    cost = serializers.SerializerMethodField()
    currency = serializers.SerializerMethodField()
    parcels = ParcelSerializer(many=True)
    waiting = WaitingSerializer(many=True)

    def get_splits(self, promise: Promise) -> bool:
        return len(promise.parcels) > 1

    @extend_schema_field(Money(allow_null=True))
    def get_cost(self, promise: Promise):
        return promise.cost and Money().to_representation(promise.cost[0])

    def get_currency(self, promise: Promise) -> str:
        return promise.cost[1] if promise.cost else ""
