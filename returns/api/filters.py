"""What lists of returns and of refunds can be narrowed by."""

import django_filters as filters

from returns.models import Refund, Return
from returns.models.refunds import Status as RefundStatus
from returns.models.returns import Money, Status


class ReturnFilters(filters.FilterSet):
    order = filters.CharFilter(field_name="order__number")
    external_id = filters.CharFilter()
    status = filters.ChoiceFilter(choices=Status.choices)
    money = filters.ChoiceFilter(choices=Money.choices)
    location = filters.CharFilter(field_name="location__code")

    class Meta:
        model = Return
        fields: list[str] = []


class RefundFilters(filters.FilterSet):
    order = filters.CharFilter(field_name="order__number")
    return_number = filters.CharFilter(field_name="ret__number")
    status = filters.ChoiceFilter(choices=RefundStatus.choices)

    class Meta:
        model = Refund
        fields: list[str] = []
