"""What lists of work and of parcels can be narrowed by."""

import django_filters as filters

from fulfillment.models import FulfillmentOrder, Shipment
from fulfillment.models.negotiation import Cancellation
from fulfillment.models.shipments import ShipmentStatus
from fulfillment.models.statuses import Status


class WorkFilters(filters.FilterSet):
    order = filters.CharFilter(field_name="order__number")
    status = filters.ChoiceFilter(choices=Status.choices)
    location = filters.CharFilter(field_name="location__code")
    cancellation = filters.ChoiceFilter(choices=Cancellation.choices)

    class Meta:
        model = FulfillmentOrder
        fields: list[str] = []


class ShipmentFilters(filters.FilterSet):
    order = filters.CharFilter(field_name="order__number")
    fulfillment_order = filters.CharFilter(field_name="fulfillment_order__number")
    tracking_number = filters.CharFilter()
    status = filters.ChoiceFilter(choices=ShipmentStatus.choices)
    location = filters.CharFilter(field_name="fulfillment_order__location__code")

    class Meta:
        model = Shipment
        fields: list[str] = []
