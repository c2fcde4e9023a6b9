"""What the API takes about work and parcels."""

from django.utils.translation import gettext as _
from rest_framework import serializers

from fulfillment.models.shipments import TrackingStatus
from fulfillment.models.work import RejectCode
from fulfillment.services import accepting, missing, negotiating, rejecting
from oms.core.api.bulk import BulkSerializer
from oms.core.api.fields import Flag, Moment, Text, Whole, Word
from oms.core.api.strictness import StrictSerializer

MOST_PIECES = 1_000_000
MOST_KEY = 2**63 - 1
MOST_LINES = 1000


def required(most: int, **kwargs) -> Text:
    return Text(most, allow_blank=False, **kwargs)


def once(lines: list[dict]) -> list[dict]:
    """Each line is named once."""
    if len({line["id"] for line in lines}) < len(lines):
        raise serializers.ValidationError(_("Name each line once."), "repeated")
    return lines


class AcceptBody(StrictSerializer):
    reference = Text(
        accepting.MOST_TEXT, required=False, help_text="Your own number for it."
    )


class RejectBody(StrictSerializer):
    """`lines`: ids of the lines whose goods are the trouble; all, where none is
    named."""

    code = Word(RejectCode.choices)
    reason = Text(rejecting.MOST_TEXT, required=False)
    lines = serializers.ListField(
        child=Whole(1, MOST_KEY), required=False, allow_empty=False, max_length=1000
    )


class RequestBody(StrictSerializer):
    """`send_from_elsewhere`: the pieces are still wanted; otherwise they are cancelled
    on the order."""

    reason = required(negotiating.MOST_TEXT)
    send_from_elsewhere = Flag(required=False)


class AnswerBody(StrictSerializer):
    reason = required(negotiating.MOST_TEXT, help_text="Why it cannot be cancelled.")


class MissingBody(StrictSerializer):
    pieces = Whole(1, MOST_PIECES)
    code = Word([(code.value, code.label) for code in missing.REASONS])
    shelf_is_empty = Flag(required=False)


class PickedBody(StrictSerializer):
    """`picked`: pieces in all. What is `missing` is taken off the line first."""

    id = Whole(1, MOST_KEY)
    picked = Whole(0, MOST_PIECES)
    missing = MissingBody(required=False)


class PickBody(StrictSerializer):
    """Everything that is open, where no line is named."""

    lines = PickedBody(
        many=True, required=False, allow_empty=False, max_length=MOST_LINES
    )

    def validate_lines(self, lines):
        return once(lines)


class SentBody(StrictSerializer):
    id = Whole(1, MOST_KEY)
    quantity = Whole(1, MOST_PIECES)


class ShipBody(StrictSerializer):
    """`lines`: what is in the parcel, where it is not all that is left; the rest is
    still to be sent."""

    tracking_number = required(64)
    carrier = Text(64, required=False)
    lines = SentBody(
        many=True, required=False, allow_empty=False, max_length=MOST_LINES
    )

    def validate_lines(self, lines):
        return once(lines)


class ShipItem(ShipBody):
    fulfillment_order = required(32)


class ShipBulkBody(BulkSerializer):
    items = ShipItem(many=True, allow_empty=False, max_length=100)


class TrackingItem(StrictSerializer):
    """The parcel by `shipment`, or by `tracking_number`; `carrier` tells two with the
    same number apart."""

    shipment = required(32, required=False)
    tracking_number = required(64, required=False)
    carrier = Text(64, required=False)
    status = Word(TrackingStatus.choices)
    at = Moment(help_text="When it happened.")
    description = Text(200, required=False)

    def validate(self, attrs):
        if ("shipment" in attrs) == ("tracking_number" in attrs):
            text = _("Name the parcel by “shipment”, or by “tracking_number”.")
            raise serializers.ValidationError({"tracking_number": [text]})
        return attrs


class TrackingBulkBody(BulkSerializer):
    items = TrackingItem(many=True, allow_empty=False, max_length=100)
