"""What lists of orders can be narrowed by."""

import django_filters as filters
from django.db.models.functions import Lower

from orders.models import Customer, Order
from orders.models.statuses import FulfillmentStatus, PaymentStatus, Phase, Status


class OrderFilters(filters.FilterSet):
    external_id = filters.CharFilter()
    channel = filters.CharFilter(field_name="channel__code")
    status = filters.ChoiceFilter(choices=Status.choices)
    phase = filters.ChoiceFilter(choices=Phase.choices)
    payment_status = filters.ChoiceFilter(choices=PaymentStatus.choices)
    fulfillment_status = filters.ChoiceFilter(choices=FulfillmentStatus.choices)
    placed_from = filters.IsoDateTimeFilter(field_name="placed_at", lookup_expr="gte")
    placed_before = filters.IsoDateTimeFilter(field_name="placed_at", lookup_expr="lt")

    class Meta:
        model = Order
        fields: list[str] = []


class CustomerFilters(filters.FilterSet):
    email = filters.CharFilter(method="by_email")

    class Meta:
        model = Customer
        fields: list[str] = []

    def by_email(self, rows, _name, value):
        """By the index on lower(email)."""
        return rows.alias(mail=Lower("email")).filter(mail=value.lower())
