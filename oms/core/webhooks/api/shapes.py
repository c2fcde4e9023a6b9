"""What the API takes and shows of webhooks."""

import django_filters as filters
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from oms.core.api.fields import Moment, Text, Whole
from oms.core.api.strictness import StrictSerializer
from oms.core.models import WebhookDelivery, WebhookEndpoint
from oms.core.webhooks.checking import MOST_TYPES
from oms.core.webhooks.models import LONGEST_URL

MOST_CODES = 100
MOST_HOURS = 14 * 24


def _words(most: int, **kwargs) -> serializers.ListField:
    """Each a text."""
    return serializers.ListField(
        child=Text(64, allow_blank=False), max_length=most, **kwargs
    )


class EndpointChange(StrictSerializer):
    url = Text(LONGEST_URL, allow_blank=False, required=False)
    event_types = _words(MOST_TYPES, required=False, allow_empty=False)
    description = Text(200, required=False)
    channels = _words(MOST_CODES, required=False)
    locations = _words(MOST_CODES, required=False)


class EndpointBody(EndpointChange):
    url = Text(LONGEST_URL, allow_blank=False)
    event_types = _words(MOST_TYPES, allow_empty=False)


class RotateBody(StrictSerializer):
    overlap_hours = Whole(0, MOST_HOURS, required=False)


class ReplayBody(StrictSerializer):
    since = Moment()
    until = Moment()


class NothingBody(StrictSerializer):
    """An action that takes no body, or an empty one."""


class EndpointSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    url = serializers.CharField()
    description = serializers.CharField()
    event_types = serializers.ListField(child=serializers.CharField())
    channels = serializers.ListField(child=serializers.CharField())
    locations = serializers.ListField(child=serializers.CharField())
    is_sandbox = serializers.BooleanField()
    status = serializers.ChoiceField(WebhookEndpoint.Status.choices)
    reason = serializers.CharField()
    failing_since = Moment(allow_null=True)
    created_at = Moment()
    updated_at = Moment()


class SecretSerializer(serializers.Serializer):
    secret = serializers.CharField()
    old_secret_signs_until = Moment(allow_null=True)


class DeliverySerializer(serializers.Serializer):
    id = serializers.IntegerField()
    endpoint = serializers.IntegerField(source="endpoint_id")
    message_id = serializers.CharField()
    type = serializers.CharField()
    status = serializers.ChoiceField(WebhookDelivery.Status.choices)
    attempts = serializers.IntegerField()
    next_attempt_at = Moment()
    answer_status = serializers.IntegerField(allow_null=True)
    answer_text = serializers.CharField()
    answer_ms = serializers.IntegerField(allow_null=True)
    error = serializers.CharField()
    created_at = Moment()
    updated_at = Moment()


class ReplayedSerializer(serializers.Serializer):
    deliveries = serializers.IntegerField()


class AboutSerializer(serializers.Serializer):
    id = serializers.CharField()
    object = serializers.CharField()
    version = serializers.IntegerField()
    order = serializers.CharField(required=False)


class MessageSerializer(serializers.Serializer):
    type = serializers.CharField()
    timestamp = Moment()
    data = AboutSerializer()
    sequence = serializers.IntegerField()


@extend_schema_serializer(many=False)
class FeedSerializer(serializers.Serializer):
    results = MessageSerializer(many=True)
    after = serializers.IntegerField(help_text="Where to go on next time.")
    more = serializers.BooleanField(help_text="There is more already.")


class DeliveryFilters(filters.FilterSet):
    endpoint = filters.NumberFilter(field_name="endpoint_id", min_value=1)
    status = filters.ChoiceFilter(choices=WebhookDelivery.Status.choices)
    message_id = filters.CharFilter()

    class Meta:
        model = WebhookDelivery
        fields: list[str] = []
