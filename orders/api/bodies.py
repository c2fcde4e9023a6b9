"""What the API takes about orders."""

from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from channels.messages import (
    MOST_PIECES,
    MOST_REFERENCE,
    IncomingAddress,
    IncomingCustomer,
    IncomingLine,
    IncomingOrder,
    IncomingPayment,
)
from channels.models import PaymentTerms
from oms.core.api.bulk import BulkSerializer
from oms.core.api.fields import Degrees, Flag, Moment, Money, Text, Whole, Word
from oms.core.api.strictness import StrictSerializer
from oms.core.money import ZERO, is_currency
from orders.models.holds import Blocks, HoldReason
from orders.services import notes, payments
from orders.services.annotating import LONGEST, PRIORITIES, TAG, TAGS

MOST_LINES = 1000
CENT = Decimal("0.0001")
PAID = [IncomingPayment.AUTHORIZED, IncomingPayment.CAPTURED]


def required(most: int, **kwargs) -> Text:
    return Text(most, allow_blank=False, **kwargs)


class AddressBody(StrictSerializer):
    name = Text(200, required=False)
    company = Text(200, required=False)
    street = Text(200, required=False)
    street2 = Text(200, required=False)
    city = Text(200, required=False)
    region = Text(200, required=False)
    postal_code = Text(200, required=False)
    country = Text(2, required=False, help_text="ISO 3166, two letters.")
    phone = Text(200, required=False)
    lat = Degrees(90, required=False, allow_null=True)
    lon = Degrees(180, required=False, allow_null=True)

    def validate_country(self, code: str) -> str:
        if code and not (len(code) == 2 and code.isascii() and code.isalpha()):
            raise serializers.ValidationError(_("Write two letters, such as DE."))
        return code.upper()


class CustomerBody(StrictSerializer):
    external_id = Text(128, required=False)
    email = Text(254, required=False)
    name = Text(200, required=False)


class LineBody(StrictSerializer):
    sku = required(64)
    quantity = Whole(1, MOST_PIECES)
    unit_price = Money(ZERO)
    name = Text(200, required=False)
    discount_amount = Money(ZERO, required=False)
    tax_amount = Money(ZERO, required=False)
    total_amount = Money(required=False, allow_null=True)


class PaymentBody(StrictSerializer):
    gateway = required(32)
    amount = Money(CENT)
    status = Word(PAID)
    reference = required(MOST_REFERENCE)
    expires_at = Moment(required=False, allow_null=True)


class OrderBody(StrictSerializer):
    """`external_id` is yours, unique in the channel. A key of one channel need not
    name it."""

    channel = Text(32, required=False)
    external_id = required(128)
    placed_at = Moment(required=False, help_text="Now, where it is left out.")
    currency = required(3)
    lines = LineBody(many=True, allow_empty=False, max_length=MOST_LINES)
    customer = CustomerBody(required=False, allow_null=True)
    ship_to = AddressBody(required=False)
    shipping_amount = Money(ZERO, required=False)
    shipping_tax_amount = Money(ZERO, required=False)
    fee_amount = Money(ZERO, required=False)
    discount_amount = Money(ZERO, required=False)
    total_amount = Money(required=False, allow_null=True)
    prices_include_tax = Flag(required=False)
    priority = Whole(PRIORITIES[0], PRIORITIES[-1], required=False)
    payments = PaymentBody(many=True, required=False, max_length=20)
    payment_terms = Word(PaymentTerms.choices, required=False, allow_blank=True)

    def validate_currency(self, code: str) -> str:
        if not is_currency(code):
            text = _("Write a code of ISO 4217, such as EUR.")
            raise serializers.ValidationError(text, "unknown_currency")
        return code

    def validate(self, attrs):
        for position, payment in enumerate(attrs.get("payments", ())):
            said = IncomingPayment(**payment)
            if problem := payments.bad_telling(said, attrs["currency"]):
                where = [{}] * position + [{"amount": [f"{problem}."]}]
                raise serializers.ValidationError({"payments": where})
        return attrs


class OrderBulkBody(BulkSerializer):
    items = OrderBody(many=True, allow_empty=False, max_length=100)


class AddressChange(AddressBody):
    """What is left out stays."""


class OrderChange(StrictSerializer):
    ship_to = AddressChange(required=False)
    priority = Whole(PRIORITIES[0], PRIORITIES[-1], required=False)
    tags = serializers.ListField(
        child=required(TAG), required=False, max_length=TAGS, help_text="All of them."
    )
    is_gift = Flag(required=False)
    gift_message = Text(LONGEST, required=False)


class PiecesBody(StrictSerializer):
    position = Whole(1, 32767)
    quantity = Whole(1, MOST_PIECES)


class CancelBody(StrictSerializer):
    """The whole order, or pieces of its lines."""

    reason = required(200)
    lines = PiecesBody(many=True, required=False, allow_empty=False, max_length=1000)

    def validate_lines(self, lines):
        if len({line["position"] for line in lines}) < len(lines):
            raise serializers.ValidationError(_("Name each line once."), "repeated")
        return lines


class HoldBody(StrictSerializer):
    """`handle` is yours: the same one holds an order once."""

    handle = required(64)
    reason = Word(HoldReason.choices)
    blocks = serializers.ListField(
        child=Word(Blocks.choices), allow_empty=False, max_length=3
    )
    note = Text(200, required=False)
    until = Moment(required=False, allow_null=True)
    until_paid = Flag(required=False)


class ReleaseBody(StrictSerializer):
    handle = required(64)
    note = Text(200, required=False)


class NoteBody(StrictSerializer):
    text = required(notes.LONGEST)


class NothingBody(StrictSerializer):
    """No field at all."""


def incoming(values: dict) -> IncomingOrder:
    """The checked body in the words that all ways in share."""
    said = {name: values[name] for name in values.keys() - {"channel"}}
    said.setdefault("placed_at", timezone.now())
    said["lines"] = tuple(IncomingLine(**line) for line in said["lines"])
    said["ship_to"] = IncomingAddress(**said.get("ship_to", {}))
    if said.get("customer"):
        said["customer"] = IncomingCustomer(**said["customer"])
    paid = said.get("payments", ())
    said["payments"] = tuple(IncomingPayment(**payment) for payment in paid)
    return IncomingOrder(**said)
