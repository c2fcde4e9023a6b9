"""What the API takes about stock."""

from django.utils.translation import gettext as _
from rest_framework import serializers

from inventory.models.stock import Condition
from inventory.services.stock_refusals import MOST
from oms.core.api.bulk import BulkSerializer
from oms.core.api.fields import Text, Whole, Word
from oms.core.api.strictness import StrictSerializer

VERSIONS = 2**63 - 1


class SetBody(StrictSerializer):
    """So many sellable pieces are there. With `if_version`: only where nothing has
    moved since that version was read."""

    sku = Text(64, allow_blank=False)
    location = Text(16, allow_blank=False)
    on_hand = Whole(0, MOST)
    if_version = Whole(0, VERSIONS, required=False)
    reason = Text(200, required=False, allow_blank=False)


class AdjustBody(StrictSerializer):
    """So many pieces more, or fewer where `delta` is negative."""

    sku = Text(64, allow_blank=False)
    location = Text(16, allow_blank=False)
    condition = Word(Condition.choices, required=False)
    delta = Whole(-MOST, MOST)
    reason = Text(200, allow_blank=False)

    def validate_delta(self, delta: int) -> int:
        if delta == 0:
            raise serializers.ValidationError(_("Write a number other than 0."))
        return delta


class StockItemBody(StrictSerializer):
    """Sets (`on_hand`, perhaps `if_version`), or adjusts (`delta` with its `reason`,
    perhaps `condition`)."""

    sku = Text(64, allow_blank=False)
    location = Text(16, allow_blank=False)
    on_hand = Whole(0, MOST, required=False)
    if_version = Whole(0, VERSIONS, required=False)
    delta = Whole(-MOST, MOST, required=False)
    condition = Word(Condition.choices, required=False)
    reason = Text(200, required=False, allow_blank=False)

    def validate(self, attrs):
        """As the body of the single call would be."""
        if ("on_hand" in attrs) == ("delta" in attrs):
            text = _("Write either “on_hand” or “delta”.")
            raise serializers.ValidationError({"on_hand": [text]})
        single = AdjustBody if "delta" in attrs else SetBody
        return single().run_validation(dict(attrs))


class StockBulkBody(BulkSerializer):
    items = StockItemBody(many=True, allow_empty=False, max_length=100)
