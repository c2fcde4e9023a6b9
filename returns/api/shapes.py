"""What the API shows of returns and refunds. A return names no sum: a warehouse reads
it too."""

from rest_framework import serializers

from oms.core.api.actions import OffersSerializer
from oms.core.api.fields import Moment
from oms.core.api.fields import Money as Amount
from returns.models import Refund
from returns.models.lines import Disposition
from returns.models.refunds import Status as RefundStatus
from returns.models.returns import Money, ReturnReason, Status


class ItemSerializer(serializers.Serializer):
    """Received pieces that share their fate."""

    id = serializers.IntegerField()
    quantity = serializers.IntegerField()
    disposition = serializers.ChoiceField(Disposition.choices)
    location = serializers.CharField(source="location.code")
    note = serializers.CharField()


class ReturnLineSerializer(serializers.Serializer):
    """`position` is that of the order; null for what was not agreed."""

    position = serializers.IntegerField(
        source="order_line.position", allow_null=True, default=None
    )
    sku = serializers.CharField()
    authorized_quantity = serializers.IntegerField()
    received_quantity = serializers.IntegerField()
    rejected_quantity = serializers.IntegerField()
    items = ItemSerializer(many=True)


class ReturnSerializer(OffersSerializer):
    """`order` is null for a parcel that nobody knows."""

    number = serializers.CharField()
    order = serializers.CharField(source="order.number", allow_null=True, default=None)
    external_id = serializers.CharField()
    status = serializers.ChoiceField(Status.choices)
    money = serializers.ChoiceField(Money.choices)
    reason = serializers.ChoiceField(ReturnReason.choices)
    note = serializers.CharField()
    location = serializers.CharField(
        source="location.code", allow_null=True, default=None
    )
    fee_percent = serializers.IntegerField()
    tracking_number = serializers.CharField()
    lines = ReturnLineSerializer(many=True)
    requested_at = Moment()
    approved_at = Moment(allow_null=True)
    expires_at = Moment(allow_null=True)
    received_at = Moment(allow_null=True)
    inspected_at = Moment(allow_null=True)
    closed_at = Moment(allow_null=True)
    created_at = Moment()
    updated_at = Moment()


class RefundSerializer(serializers.Serializer):
    """`requested` waits for a second person of ours. `return_number` is null for money
    without goods."""

    number = serializers.CharField()
    order = serializers.CharField(source="order.number")
    return_number = serializers.CharField(
        source="ret.number", allow_null=True, default=None
    )
    kind = serializers.ChoiceField(Refund.Kind.choices)
    status = serializers.ChoiceField(RefundStatus.choices)
    currency = serializers.CharField()
    amount = Amount()
    goods_amount = Amount()
    shipping_amount = Amount()
    fee_amount = Amount()
    tax_amount = Amount()
    uncovered_amount = Amount()
    reason = serializers.CharField()
    requested_at = Moment()
    submitted_at = Moment(allow_null=True)
    finished_at = Moment(allow_null=True)
    created_at = Moment()
    updated_at = Moment()
