"""Fields that take a value of their own kind only: "2", 2.0 and true are no 2, and an
amount of money is a text, so that no reader rounds it on the way."""

import re
from datetime import UTC
from decimal import Decimal

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

AMOUNT = re.compile(r"-?\d{1,10}(\.\d{1,4})?")


class Text(serializers.CharField):
    """May be empty unless told otherwise."""

    default_error_messages = {"kind": _("Write a text.")}

    def __init__(self, most: int, **kwargs):
        kwargs.setdefault("allow_blank", True)
        super().__init__(max_length=most, **kwargs)

    def to_internal_value(self, data):
        if not isinstance(data, str):
            self.fail("kind")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    default_error_messages = {"kind": _("Write a whole number, without quotes.")}

    def __init__(self, least: int, most: int, **kwargs):
        super().__init__(min_value=least, max_value=most, **kwargs)

    def to_internal_value(self, data):
        if type(data) is not int:
            self.fail("kind")
        return data


class Degrees(serializers.FloatField):
    default_error_messages = {"kind": _("Write a number, without quotes.")}

    def __init__(self, most: float, **kwargs):
        super().__init__(min_value=-most, max_value=most, **kwargs)

    def to_internal_value(self, data):
        if type(data) not in (int, float):
            self.fail("kind")
        return float(data)


class Flag(serializers.BooleanField):
    default_error_messages = {"kind": _("Write true or false.")}

    def to_internal_value(self, data):
        if type(data) is not bool:
            self.fail("kind")
        return data


class Word(serializers.ChoiceField):
    def to_internal_value(self, data):
        if not isinstance(data, str):
            self.fail("invalid_choice", input=str(data)[:60])
        return super().to_internal_value(data)


@extend_schema_field({"type": "string", "pattern": r"^-?\d{1,10}(\.\d{1,4})?$"})
class Money(serializers.Field):
    """Shown with four decimals, as it is kept."""

    default_error_messages = {
        "kind": _("Write an amount as text, such as “12.50”."),
        "least": _("Write an amount of %(least)s or more."),
    }

    def __init__(self, least: Decimal | None = None, **kwargs):
        self.least = least
        super().__init__(**kwargs)

    def to_internal_value(self, data):
        if not isinstance(data, str) or not AMOUNT.fullmatch(data):
            self.fail("kind")
        amount = Decimal(data)
        if self.least is not None and amount < self.least:
            message = self.error_messages["least"] % {"least": self.least}
            raise serializers.ValidationError(message, "min_value")
        return amount

    def to_representation(self, value):
        return f"{value:.4f}"


@extend_schema_field({"type": "string", "format": "date-time"})
class Moment(serializers.Field):
    """Taken with its zone only, shown in UTC."""

    default_error_messages = {
        "kind": _("Write a time with its zone, such as 2026-01-31T12:00:00Z.")
    }

    def to_internal_value(self, data):
        try:
            moment = parse_datetime(data) if isinstance(data, str) else None
            if moment is not None and moment.tzinfo is not None:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        return self.fail("kind")

    def to_representation(self, value):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
