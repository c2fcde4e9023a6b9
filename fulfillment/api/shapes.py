"""What the API shows of work and parcels: what whoever packs and sends needs. No price,
no e-mail address."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from fulfillment.models import FulfillmentOrder, Shipment
from fulfillment.models.negotiation import Cancellation
from fulfillment.models.shipments import ShipmentStatus, TrackingStatus
from fulfillment.models.statuses import RejectCode, Status
from oms.core.api.actions import OffersSerializer
from oms.core.api.fields import Moment
from orders.api.shapes import AddressSerializer


class WorkLineSerializer(serializers.Serializer):
    """`position` is that of the order. `cancelled_quantity` is not to be sent."""

    id = serializers.IntegerField()
    position = serializers.IntegerField(source="order_line.position")
    sku = serializers.CharField(source="order_line.sku")
    name = serializers.CharField(source="order_line.name")
    quantity = serializers.IntegerField()
    cancelled_quantity = serializers.IntegerField(source="released_quantity")
    picked_quantity = serializers.IntegerField()
    shipped_quantity = serializers.IntegerField()


class CancellationSerializer(serializers.Serializer):
    """The partner that was sent the work was asked to cancel it. Then its pieces are
    cancelled on the order, or `sent_from_elsewhere`."""

    status = serializers.ChoiceField(Cancellation.choices, source="cancellation")
    reason = serializers.CharField(source="cancellation_reason")
    sent_from_elsewhere = serializers.BooleanField(source="cancellation_reroutes")
    asked_at = Moment(source="cancellation_asked_at")
    answer = serializers.CharField(source="cancellation_answer")
    answered_at = Moment(source="cancellation_answered_at", allow_null=True)


class RequestSerializer(CancellationSerializer):
    """As the order shows it."""

    fulfillment_order = serializers.CharField(source="number")
    location = serializers.CharField(source="location.code")


class WorkSerializer(OffersSerializer):
    number = serializers.CharField()
    order = serializers.CharField(source="order.number")
    external_id = serializers.CharField(source="order.external_id")
    channel = serializers.CharField(source="order.channel.code")
    location = serializers.CharField(source="location.code")
    status = serializers.ChoiceField(Status.choices)
    service = serializers.CharField()
    ship_by = Moment(allow_null=True)
    promised_at = serializers.DateField(allow_null=True)
    not_before = Moment(source="fulfil_at", allow_null=True)
    reference = serializers.CharField(source="partner_reference")
    reject_code = serializers.ChoiceField(RejectCode.choices, allow_blank=True)
    is_gift = serializers.BooleanField(source="order.is_gift")
    gift_message = serializers.CharField(source="order.gift_message")
    ship_to = AddressSerializer(source="order")
    lines = WorkLineSerializer(many=True)
    shipments = serializers.SerializerMethodField()
    cancellation = serializers.SerializerMethodField()
    assigned_at = Moment()
    released_at = Moment(allow_null=True)
    submitted_at = Moment(allow_null=True)
    accepted_at = Moment(allow_null=True)
    picking_at = Moment(allow_null=True)
    packed_at = Moment(allow_null=True)
    fulfilled_at = Moment(allow_null=True)
    cancelled_at = Moment(allow_null=True)
    created_at = Moment()
    updated_at = Moment(source="changed_at")

    def get_shipments(self, work: FulfillmentOrder) -> list[str]:
        return [parcel.number for parcel in work.shipments.all()]

    @extend_schema_field(CancellationSerializer(allow_null=True))
    def get_cancellation(self, work: FulfillmentOrder) -> dict | None:
        return CancellationSerializer(work).data if work.cancellation else None


class ShipmentLineSerializer(serializers.Serializer):
    position = serializers.IntegerField(source="order_line.position")
    sku = serializers.CharField(source="order_line.sku")
    name = serializers.CharField(source="order_line.name")
    quantity = serializers.IntegerField()


class ShipmentSerializer(serializers.Serializer):
    """`has_label`: a label was bought for it, and can be read."""

    number = serializers.CharField()
    order = serializers.CharField(source="order.number")
    external_id = serializers.CharField(source="order.external_id")
    fulfillment_order = serializers.CharField(source="fulfillment_order.number")
    location = serializers.CharField(source="fulfillment_order.location.code")
    status = serializers.ChoiceField(ShipmentStatus.choices)
    carrier = serializers.CharField()
    service = serializers.CharField()
    tracking_number = serializers.CharField()
    tracking_status = serializers.ChoiceField(TrackingStatus.choices)
    weight_grams = serializers.IntegerField(allow_null=True)
    promised_at = serializers.DateField(allow_null=True)
    lines = ShipmentLineSerializer(many=True)
    has_label = serializers.BooleanField()
    shipped_at = Moment(allow_null=True)
    handed_over_at = Moment(allow_null=True)
    delivered_at = Moment(allow_null=True)
    last_event_at = Moment(allow_null=True)
    created_at = Moment()
    updated_at = Moment(source="changed_at")


class LabelSerializer(serializers.Serializer):
    carrier = serializers.CharField()
    tracking_number = serializers.CharField()
    media_type = serializers.CharField()
    content = serializers.CharField(help_text="The paper in base64.")


class TrackingEventSerializer(serializers.Serializer):
    status = serializers.ChoiceField(TrackingStatus.choices)
    description = serializers.CharField()
    at = Moment()


class TrackingEventListSerializer(serializers.Serializer):
    results = TrackingEventSerializer(many=True)


def in_short(shipment: Shipment) -> dict[str, str]:
    """Of a parcel, in the answer to a bulk call."""
    return {
        "shipment": shipment.number,
        "fulfillment_order": shipment.fulfillment_order.number,
        "order": shipment.order.number,
        "status": str(shipment.status),
        "tracking_number": shipment.tracking_number,
    }


def heard_of(shipment: Shipment) -> dict[str, str]:
    """Of a parcel that was reported on: what is known of it now."""
    return {
        "shipment": shipment.number,
        "status": str(shipment.status),
        "tracking_status": str(shipment.tracking_status),
    }
