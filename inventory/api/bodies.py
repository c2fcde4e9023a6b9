"""What the API takes about products."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from inventory.services.stock_refusals import MOST
from oms.core.api.fields import Flag, Money, Text, Whole
from oms.core.api.strictness import StrictSerializer
from oms.core.money import ZERO, is_currency


class Day(serializers.DateField):
    default_error_messages = {"kind": gettext_lazy("Write a day, such as 2026-01-31.")}

    def to_internal_value(self, data):
        if not isinstance(data, str):
            self.fail("kind")
        return super().to_internal_value(data)


class ProductChange(StrictSerializer):
    """What is left out stays; `barcodes` are all of them."""

    name = Text(200, required=False, allow_blank=False)
    is_active = Flag(required=False)
    tracks_stock = Flag(required=False)
    barcodes = serializers.ListField(
        child=Text(64, allow_blank=False), required=False, max_length=50
    )
    weight_grams = Whole(0, MOST, required=False)
    list_price = Money(ZERO, required=False, allow_null=True)
    list_currency = Text(3, required=False)
    backorder_limit = Whole(0, MOST, required=False, allow_null=True)
    available_from = Day(required=False, allow_null=True)

    def validate_list_currency(self, code: str) -> str:
        if code and not is_currency(code):
            text = _("Write a code of ISO 4217, such as EUR.")
            raise serializers.ValidationError(text, "unknown_currency")
        return code


class ProductBody(ProductChange):
    sku = Text(64, allow_blank=False)
    name = Text(200, allow_blank=False)
