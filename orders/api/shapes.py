"""What the API shows of orders and customers."""

from rest_framework import serializers

from oms.core.api.actions import OffersSerializer
from oms.core.api.fields import Moment, Money
from oms.core.api.members import ExtendedSerializer
from orders.models import Order, OrderLine
from orders.models.holds import Blocks, HoldReason
from orders.models.statuses import FulfillmentStatus, PaymentStatus, Phase, Status


class CustomerOfOrderSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.CharField()


class CustomerSerializer(CustomerOfOrderSerializer):
    is_active = serializers.BooleanField()
    created_at = Moment()
    updated_at = Moment()


class AddressSerializer(serializers.Serializer):
    """Where it goes. The country is a code of ISO 3166."""

    name = serializers.CharField(source="ship_to_name")
    company = serializers.CharField(source="ship_to_company")
    street = serializers.CharField(source="ship_to_street")
    street2 = serializers.CharField(source="ship_to_street2")
    city = serializers.CharField(source="ship_to_city")
    region = serializers.CharField(source="ship_to_region")
    postal_code = serializers.CharField(source="ship_to_postal_code")
    country = serializers.CharField(source="ship_to_country")
    phone = serializers.CharField(source="ship_to_phone")
    lat = serializers.FloatField(source="ship_to_lat", allow_null=True)
    lon = serializers.FloatField(source="ship_to_lon", allow_null=True)


class LineSerializer(serializers.Serializer):
    """`parent` is the position of the bundle that it belongs to."""

    position = serializers.IntegerField()
    parent = serializers.SerializerMethodField()
    is_bundle = serializers.BooleanField()
    sku = serializers.CharField()
    channel_sku = serializers.CharField()
    name = serializers.CharField()
    quantity = serializers.IntegerField()
    cancelled_quantity = serializers.IntegerField()
    waiting_quantity = serializers.IntegerField()
    allocated_quantity = serializers.IntegerField()
    shipped_quantity = serializers.IntegerField()
    delivered_quantity = serializers.IntegerField()
    returned_quantity = serializers.IntegerField()
    unit_price = Money()
    discount_amount = Money()
    tax_amount = Money()
    total_amount = Money()

    def get_parent(self, line: OrderLine) -> int | None:
        if line.parent_id is None:
            return None
        family = line.order.lines.all()
        return next(each.position for each in family if each.pk == line.parent_id)


class HoldSerializer(serializers.Serializer):
    """An active one. `source` and `handle` name it."""

    handle = serializers.CharField()
    source = serializers.CharField()
    reason = serializers.ChoiceField(HoldReason.choices)
    blocks = serializers.ListField(child=serializers.ChoiceField(Blocks.choices))


class OrderSerializer(ExtendedSerializer, OffersSerializer):
    model = Order

    number = serializers.CharField()
    external_id = serializers.CharField()
    channel = serializers.CharField(source="channel.code")
    status = serializers.ChoiceField(Status.choices)
    phase = serializers.ChoiceField(Phase.choices)
    payment_status = serializers.ChoiceField(PaymentStatus.choices)
    fulfillment_status = serializers.ChoiceField(FulfillmentStatus.choices)
    customer = CustomerOfOrderSerializer(allow_null=True)
    placed_at = Moment()
    confirmed_at = Moment(allow_null=True)
    completed_at = Moment(allow_null=True)
    cancelled_at = Moment(allow_null=True)
    currency = serializers.CharField()
    prices_include_tax = serializers.BooleanField()
    shipping_amount = Money()
    shipping_tax_amount = Money()
    fee_amount = Money()
    total_amount = Money()
    payment_terms = serializers.CharField()
    ship_complete = serializers.BooleanField()
    ship_by = Moment(allow_null=True)
    promised_at = serializers.DateField(allow_null=True)
    priority = serializers.IntegerField()
    tags = serializers.ListField(child=serializers.CharField())
    is_gift = serializers.BooleanField()
    gift_message = serializers.CharField()
    ship_to = AddressSerializer(source="*")
    lines = LineSerializer(many=True)
    holds = HoldSerializer(many=True, source="active_holds")
    created_at = Moment()
    updated_at = Moment()


class OrderInShortSerializer(serializers.Serializer):
    """What a bulk call answers for each order."""

    number = serializers.CharField()
    external_id = serializers.CharField()
    status = serializers.ChoiceField(Status.choices)
    phase = serializers.ChoiceField(Phase.choices)


class PaymentSerializer(serializers.Serializer):
    gateway = serializers.CharField()
    reference = serializers.CharField()
    currency = serializers.CharField()
    authorized_amount = Money()
    captured_amount = Money()
    refunded_amount = Money()
    voided_amount = Money()
    expires_at = Moment(allow_null=True)
    created_at = Moment()


class NoteSerializer(serializers.Serializer):
    text = serializers.CharField()
    at = Moment()


class PaymentListSerializer(serializers.Serializer):
    results = PaymentSerializer(many=True)


class NoteListSerializer(serializers.Serializer):
    results = NoteSerializer(many=True)


def in_short(order: Order) -> dict[str, str]:
    return {
        "number": order.number,
        "external_id": order.external_id,
        "status": str(order.status),
        "phase": str(order.phase),
    }
