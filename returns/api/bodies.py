"""What the API takes about returns and refunds."""

from decimal import Decimal

from rest_framework import serializers

from fulfillment.api.bodies import MOST_KEY, MOST_LINES, MOST_PIECES, required
from oms.core.api.fields import Money, Text, Whole, Word
from oms.core.api.strictness import StrictSerializer
from orders.api.bodies import CancelBody, PiecesBody
from returns.models.lines import Disposition
from returns.models.returns import ReturnReason

CENT = Decimal("0.0001")


class ReturnBody(StrictSerializer):
    """`external_id` is yours, unique for the order. `location`: where the parcel is
    expected."""

    order = required(32)
    lines = PiecesBody(many=True, allow_empty=False, max_length=MOST_LINES)
    reason = Word(ReturnReason.choices)
    external_id = Text(128, required=False)
    location = Text(32, required=False)
    note = Text(200, required=False)

    validate_lines = CancelBody.validate_lines


class ReasonBody(StrictSerializer):
    reason = required(200)


class ArrivalBody(StrictSerializer):
    sku = required(64)
    quantity = Whole(1, MOST_PIECES)


class ReceiveBody(StrictSerializer):
    """`location`: where it lies, if not where it was expected."""

    items = ArrivalBody(many=True, allow_empty=False, max_length=MOST_LINES)
    location = Text(32, required=False)


class DecisionBody(StrictSerializer):
    """`id`: of an item of the return. `location`: where the pieces go, if they do."""

    id = Whole(1, MOST_KEY)
    disposition = Word(Disposition.choices)
    quantity = Whole(1, MOST_PIECES)
    location = Text(32, required=False)
    note = Text(200, required=False)


class InspectBody(StrictSerializer):
    items = DecisionBody(many=True, allow_empty=False, max_length=MOST_LINES)


class ReturnRefundBody(StrictSerializer):
    """Another sum than what is due goes with its currency."""

    amount = Money(CENT, required=False)
    currency = required(3, required=False)

    def validate(self, attrs):
        if ("amount" in attrs) != ("currency" in attrs):
            missing = "currency" if "amount" in attrs else "amount"
            raise serializers.ValidationError(
                {missing: [self.fields[missing].error_messages["required"]]}, "required"
            )
        return attrs


class RefundBody(StrictSerializer):
    """Money without goods."""

    order = required(32)
    amount = Money(CENT)
    currency = required(3)
    reason = required(200)
