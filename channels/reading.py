"""Reading what comes from outside, field by field; errors name the field."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

ZERO = Decimal(0)
MOST_MONEY = Decimal("9999999999.9999")


class MessageError(ValueError):
    """The message cannot be understood; the text says where and what was expected."""


class Reader:
    """Reads checked values of one JSON object; errors name the path."""

    __slots__ = ("path", "source")

    def __init__(self, source: Any, path: str):
        if not isinstance(source, Mapping):
            raise MessageError(_("%(path)s an object is expected.") % {"path": path})
        self.source = source
        self.path = path

    def fail(self, name: str, expected: str) -> None:
        raise MessageError(
            _("%(path)s is %(value)r; expected %(expected)s.")
            % {
                "path": self.path + name,
                "value": self.source.get(name),
                "expected": expected,
            }
        )

    def text(self, name: str, most: int, *, required: bool = False) -> str:
        value = self.source.get(name, "")
        if value is None:
            value = ""
        if type(value) is not str or len(value) > most or "\x00" in value:
            self.fail(name, _("a text of at most %(n)d characters") % {"n": most})
        value = value.strip()
        if required and not value:
            self.fail(name, _("a text that is not empty"))
        return value

    def word(self, name: str, words: Sequence[str]) -> str:
        value = self.source.get(name, words[0])
        if type(value) is not str or value not in words:
            self.fail(
                name, _("one of: %(all)s") % {"all": ", ".join(filter(None, words))}
            )
        return value

    def whole(self, name: str, default: int | None, *, least: int, most: int) -> int:
        value = self.source.get(name, default)
        if type(value) is not int or not least <= value <= most:
            self.fail(
                name,
                _("a whole number from %(least)d to %(most)d")
                % {"least": least, "most": most},
            )
        return value

    def money(self, name: str, default: Decimal | None = ZERO) -> Decimal | None:
        value = self.source.get(name)
        if value is None:
            return default
        if type(value) is str or type(value) is int:
            try:
                amount = Decimal(value)
            except InvalidOperation:
                amount = None
            if amount is not None and amount.is_finite() and abs(amount) <= MOST_MONEY:
                return amount
        return self.fail(name, _("an amount as text, such as 12.50"))

    def number(self, name: str, bound: float) -> float | None:
        value = self.source.get(name)
        if value is None:
            return None
        if type(value) not in (int, float) or not -bound <= value <= bound:
            self.fail(name, _("a number from -%(n)d to %(n)d") % {"n": bound})
        return float(value)

    def moment(self, name: str) -> datetime:
        value = self.source.get(name)
        try:
            moment = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            moment = None
        if moment is None or moment.tzinfo is None:
            self.fail(
                name, _("a time with its zone, such as 2026-01-31T12:00:00+00:00")
            )
        return moment
